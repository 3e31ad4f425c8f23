import { DataFrame } from 'danfojs-node';
import type { Sample } from '../../../report/distributionCharts';
import { table } from '../../../report/tables';
import { formatPrice } from '../units';

/** Count, mean, median, lowest and highest price of each group, as a DataFrame. */
export function priceSummary(groups: readonly Sample[]): DataFrame {
  const rows = groups.flatMap(({ name, values }) => values.map((price) => ({ group: name, price })));
  const measures = ['count', 'mean', 'median', 'min', 'max'];
  return new DataFrame(rows).groupby(['group']).agg({ price: measures });
}

/** Shows `priceSummary` with prices in euros. */
export const showPriceSummary = (groups: readonly Sample[], group: string, caption: string): void =>
  table(priceSummary(groups), {
    caption,
    columns: {
      group,
      price_count: 'Games',
      price_mean: ['Mean', formatPrice],
      price_median: ['Median', formatPrice],
      price_min: ['Lowest', formatPrice],
      price_max: ['Highest', formatPrice],
    },
  });
