import { ReportError } from '../core/errors';
import { sha256 } from '../core/files';
import type { ImageStore } from './store';

/** Grey pictures in memory, `[names, size, size]`, as a store in which each is the only picture of the item of its name. */
export function greyStore(grey: Uint8Array, size: number, names: readonly string[]): ImageStore {
  const pixels = size * size;
  const count = names.length;
  const picture = (row: number): Uint8Array => grey.subarray(row * pixels, (row + 1) * pixels);
  const read = (rows: readonly number[]): Uint8Array => {
    const found = new Uint8Array(rows.length * pixels * 3);
    rows.forEach((row, i) => {
      if (!(row in names)) throw new ReportError('BAD_INPUT', `Row ${row} is not among ${count} pictures.`);
      picture(row).forEach((value, at) => {
        found.fill(value, (i * pixels + at) * 3, (i * pixels + at + 1) * 3);
      });
    });
    return found;
  };
  const sides = names.map(() => size);
  const hashes = names.map((_, row) => sha256(picture(row)));
  const columns = { item: [...names], file: [...names], width: sides, height: sides, sha256: hashes };
  return {
    folder: '',
    index: { count, columns, unreadable: [] },
    ...{ size, count, places: [], read, readOne: (row) => read([row]), close: () => {} },
  };
}
