import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { type NamedArray, readKerasWeights } from '../../lib/networks/hdf5';
import { inModelOrder } from '../../lib/networks/weightArrays';
import { oracleFolder } from '../oracle';

/** The two layouts of the oracle's MobileNetV2, alpha 0.35. */
export type Layout = 'legacy.h5' | 'weights.h5';

/** A temporary folder that is removed after the tests of the file. For the top level of a file: hooks count only there. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

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

/** The largest absolute difference between two arrays of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!); // equal lengths
    if (!(difference <= largest)) largest = difference; // NaN counts as a difference
  }
  return largest;
}

/** What `work` throws, or what it gives when it throws nothing. */
export function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
