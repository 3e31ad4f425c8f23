import { mean } from '../data/numbers';
import { type BootstrapOptions, bootstrapMean, type Interval } from '../metrics/intervals';
import { groupByItem } from '../metrics/perItem';
import type { PlacedPicture } from './controls';
import type { HeatMap } from './heatMap';

export interface CheckedPicture extends PlacedPicture {
  /** Id of the item that it shows. Intervals are over items, for pictures of one item are not independent. */
  id: string;
  file: string;
  /** `[size, size]`: 1 where a pixel is known to carry the label; null where nobody knows. */
  mask: Uint8Array | null;
}

/** Under each name one map for each picture. */
export type NamedMaps = Readonly<Record<string, readonly HeatMap[]>>;

/** `no better`: the interval of the difference holds 0, so that it may be luck with these items. */
export type Verdict = 'better' | 'no better' | 'worse';

/** What an interval of "ours − theirs" says, where more is better. */
export const verdictOf = ({ low, high }: Interval): Verdict =>
  low > 0 ? 'better' : high < 0 ? 'worse' : 'no better';

/** The mean over each item's rows, by item. */
export const byItem = <Row extends { id: string }>(
  rows: readonly Row[],
  value: (row: Row) => number,
): Map<string, number> => new Map([...groupByItem(rows)].map(([item, own]) => [item, mean(own.map(value))]));

/** The mean of the items' means, with its interval. Throws `BAD_INPUT` as `bootstrapMean` does. */
export const meanOverItems = <Row extends { id: string }>(
  rows: readonly Row[],
  value: (row: Row) => number,
  options: BootstrapOptions,
): Interval => bootstrapMean([...byItem(rows, value).values()], options);
