import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../errors';
import { badStore, readStoreIndex, rowBytes, type StoreIndex, storeFiles } from './storeIndex';

/** Rows from `start` up to, but not with, `end`. */
export interface RowRange {
  start: number;
  end: number;
}

/** Prepared pictures on disk, open for reading. Memory holds the index and what was asked for, never the whole. */
export interface ImageStore {
  readonly folder: string;
  readonly index: StoreIndex;
  /** Pixels; every row is `[size, size, 3]`, RGB, 0 to 255. */
  readonly size: number;
  /** Rows. */
  readonly count: number;
  /**
   * `[rows, size, size, 3]` bytes of the rows asked for, in that order, repeats allowed. Throws `BAD_INPUT` for a row that is not there or
   * a closed store, `BAD_STORE` when the file has become shorter.
   */
  read(rows: readonly number[] | RowRange): Uint8Array;
  /** `[size, size, 3]` bytes of one row; throws as `read` does. */
  readOne(row: number): Uint8Array;
  /** Closes the file; closing twice does no harm. */
  close(): void;
}

/** Opens the store in `folder`. Throws `BAD_STORE` when there is none, or when its bytes and its index do not belong together. */
export function openStore(folder: string): ImageStore {
  const index = readStoreIndex(folder);
  let file: number | null = openPixels(folder, index);
  const read = (rows: readonly number[] | RowRange): Uint8Array => {
    if (file === null) throw new ReportError('BAD_INPUT', `The store in ${folder} is closed: open it again.`);
    return readRows(file, folder, index, rows);
  };
  return {
    folder,
    index,
    size: index.size,
    count: index.count,
    read,
    readOne: (row) => read([row]),
    close: () => {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

function openPixels(folder: string, index: StoreIndex): number {
  let file: number;
  try {
    file = openSync(path.join(folder, storeFiles.pixels), 'r');
  } catch (error) {
    throw badStore(folder, `${storeFiles.pixels} cannot be opened`, error);
  }
  const found = fstatSync(file).size;
  const expected = index.count * rowBytes(index);
  if (found === expected) return file;
  closeSync(file);
  throw badStore(
    folder,
    `${storeFiles.pixels} has ${found} bytes, but ${index.count} images of ${index.size} pixels take ${expected}`,
  );
}

/** Reads rows that follow each other with one call to the system. */
function readRows(
  file: number,
  folder: string,
  index: StoreIndex,
  rows: readonly number[] | RowRange,
): Uint8Array {
  const runs = 'start' in rows ? [checkRange(rows, index.count)] : runsOf(rows, index.count);
  const bytes = rowBytes(index);
  const target = new Uint8Array(runs.reduce((sum, { start, end }) => sum + end - start, 0) * bytes);
  let offset = 0;
  for (const { start, end } of runs) {
    const wanted = (end - start) * bytes;
    for (let got = 0; got < wanted; ) {
      const read = readSync(file, target, offset + got, wanted - got, start * bytes + got);
      if (read === 0) throw badStore(folder, `${storeFiles.pixels} has become shorter since it was opened`);
      got += read;
    }
    offset += wanted;
  }
  return target;
}

/** `[4, 5, 6, 2]` → rows 4 up to 7, and 2 up to 3. */
function runsOf(rows: readonly number[], count: number): RowRange[] {
  const runs: RowRange[] = [];
  for (const row of rows) {
    checkRange({ start: row, end: row + 1 }, count);
    const last = runs.at(-1);
    if (last?.end === row) last.end++;
    else runs.push({ start: row, end: row + 1 });
  }
  return runs;
}

function checkRange(range: RowRange, count: number): RowRange {
  const { start, end } = range;
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= count)
    return range;
  throw new ReportError(
    'BAD_INPUT',
    `Rows from ${start} up to ${end} are not in a store of ${count} images.`,
  );
}
