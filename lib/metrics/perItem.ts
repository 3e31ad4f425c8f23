import { median } from '../data/distribution';
import { mean } from '../data/numbers';

/** How the predictions of an item's pictures become one: their mean, their median, or their mean without the outer fifths. */
export type Averaging = 'mean' | 'median' | 'trimmed';

/** Share of the values left out at either end by `trimmed`, rounded down to whole values, as `scipy.stats.trim_mean`. */
const TRIM = 0.2;

/** The rows of each item, in the order in which they come. */
export function groupByItem<Row extends { id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const items = new Map<string, Row[]>();
  for (const row of rows) {
    const item = items.get(row.id);
    if (item) item.push(row);
    else items.set(row.id, [row]);
  }
  return items;
}

/** The average of one value for each picture; `values` must not be empty. */
export function average(values: readonly number[], how: Averaging = 'mean'): number {
  if (how === 'median') return median(values);
  if (how === 'mean') return mean(values);
  const cut = Math.floor(TRIM * values.length); // less than half, so something is left
  return mean([...values].sort((a, b) => a - b).slice(cut, values.length - cut));
}

/** The averages of several values for each picture, such as the probabilities of classes: one for each place of a row. */
export const averageRows = (rows: readonly ArrayLike<number>[], how: Averaging = 'mean'): number[] =>
  Array.from({ length: rows[0]?.length ?? 0 }, (_, place) =>
    average(
      rows.map((row) => row[place]!), // rows of one length
      how,
    ),
  );
