import { ReportError } from '../core/errors';
import { byId } from '../data/split';

/** Features of items, one row each. */
export interface ItemFeatures {
  /** Ascending. */
  ids: string[];
  /** Numbers an item. */
  dims: number;
  /** `[ids.length, dims]` in C order. */
  values: Float64Array;
}

/** Rows read at a time: bounds the memory for any number of pictures. */
const CHUNK = 256;

/** The mean of the features of each item's pictures; `ids[i]` is the item of row i, `read` gives rows `[places, dims]`. */
export function averageByItem(
  ids: readonly string[],
  dims: number,
  read: (rows: readonly number[]) => ArrayLike<number>,
): ItemFeatures {
  const items = [...new Set(ids)].sort(byId);
  const place = new Map(items.map((id, i) => [id, i]));
  const values = new Float64Array(items.length * dims);
  const counts = new Uint32Array(items.length);
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, ids.length - start) }, (_, i) => start + i);
    const features = read(rows);
    const length = features.length / rows.length;
    const share = dims / length; // one over the number of places
    rows.forEach((row, i) => {
      const item = place.get(ids[row]!)!; // a row of the list, whose items all have a place
      counts[item]!++;
      const [from, to] = [i * length, item * dims];
      for (let k = 0; k < length; k++) values[to + (k % dims)]! += features[from + k]! * share; // in range
    });
  }
  for (let i = 0; i < values.length; i++) values[i]! /= counts[Math.floor(i / dims)]!; // every item has a row
  return { ids: items, dims, values };
}

/** The features of some items, in the order asked for. Throws `BAD_INPUT` for an item that has none. */
export function pickItems(features: ItemFeatures, ids: readonly string[]): ItemFeatures {
  const { dims, values } = features;
  const place = new Map(features.ids.map((id, i) => [id, i]));
  const picked = new Float64Array(ids.length * dims);
  ids.forEach((id, i) => {
    const from = place.get(id);
    if (from === undefined) {
      throw new ReportError('BAD_INPUT', `${id} has no features: give only items with pictures.`);
    }
    picked.set(values.subarray(from * dims, (from + 1) * dims), i * dims);
  });
  return { ids: [...ids], dims, values: picked };
}
