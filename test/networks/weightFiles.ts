import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type NamedArray, readKerasWeights } from '../../lib/networks/hdf5';
import { inModelOrder } from '../../lib/networks/weightArrays';
import { oracleFolder } from '../oracle';

/** The two layouts of the oracle's MobileNetV2, alpha 0.35. */
export type Layout = 'legacy.h5' | 'weights.h5';

/** The bytes of the oracle's weight file. */
export const oracleWeightBytes = (layout: Layout): Buffer =>
  gunzipSync(readFileSync(path.join(oracleFolder, `mobilenet_v2_0.35_96_no_top.${layout}.gz`)));

/** Lays the oracle's weight file down in `folder` and gives its path. */
export function oracleWeightFile(folder: string, layout: Layout): string {
  const file = path.join(folder, `mobilenet_v2_0.35_96_no_top.${layout}`);
  writeFileSync(file, oracleWeightBytes(layout));
  return file;
}

/** The oracle's 260 arrays in the model's order. */
export const oracleWeights = async (folder: string): Promise<NamedArray[]> =>
  inModelOrder(await readKerasWeights(oracleWeightFile(folder, 'legacy.h5')));

/** The largest absolute difference between two arrays; NaN when one is no number, infinite when the lengths differ. */
export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length
    ? Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) // NaN stays
    : Number.POSITIVE_INFINITY;

/** What `work` throws, or what it gives when it throws nothing. */
export function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
