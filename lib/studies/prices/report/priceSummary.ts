import { DataFrame } from 'danfojs-node';
import { table } from '../../../report/tables';
import { formatEuros } from '../units';
import type { PriceGroup } from './priceCharts';

/** Count, mean, median, lowest and highest price of each group, as a DataFrame. */
export function priceSummary(groups: readonly PriceGroup[]): DataFrame {
  const rows = groups.flatMap(({ name, prices }) => prices.map((price) => ({ group: name, price })));
  const measures = ['count', 'mean', 'median', 'min', 'max'];
  return new DataFrame(rows).groupby(['group']).agg({ price: measures });
}

/** Shows `priceSummary` with prices in euros. */
export const showPriceSummary = (groups: readonly PriceGroup[], group: string, caption: string): void =>
  table(priceSummary(groups), {
    caption,
    columns: {
      group,
      price_count: 'Games',
      price_mean: ['Mean', formatEuros],
      price_median: ['Median', formatEuros],
      price_min: ['Lowest', formatEuros],
      price_max: ['Highest', formatEuros],
    },
  });
