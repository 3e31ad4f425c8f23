import { closeSync, openSync, readSync } from 'node:fs';
import { ReportError } from '../core/errors';
import { badRows, type Place, rowsFile } from './segment';

/** Rows of the segments in a folder, open for reading. */
export interface RowReader {
  /** The bytes of the rows at these places, repeats allowed. Throws `BAD_STORE` when a file is missing or too short, `BAD_INPUT` once closed. */
  read(places: readonly Place[]): Uint8Array;
  /** Closes the files; closing twice does no harm. */
  close(): void;
}

/** Opens rows of `rowBytes` bytes, each file at its first use. Memory holds what was asked for, never the whole. */
export function openRows(folder: string, rowBytes: number): RowReader {
  const files = new Map<string, number>();
  let closed = false;
  return {
    read: (places) => {
      if (closed) throw new ReportError('BAD_INPUT', `The rows in ${folder} were closed: open them again.`);
      const target = new Uint8Array(places.length * rowBytes);
      for (let start = 0, end = 0; start < places.length; start = end) {
        const { segment, slot } = places[start]!; // below the length
        do end++;
        while (places[end]?.segment === segment && places[end]?.slot === slot + end - start);
        const name = rowsFile({ folder, name: segment });
        const file = files.get(segment) ?? openFile(folder, name);
        files.set(segment, file);
        if (!readPart(file, target.subarray(start * rowBytes, end * rowBytes), slot * rowBytes)) {
          throw badRows(folder, `${name} is shorter than its index says`);
        }
      }
      return target;
    },
    close: () => {
      closed = true;
      for (const file of files.values()) closeSync(file);
      files.clear();
    },
  };
}

function openFile(folder: string, name: string): number {
  try {
    return openSync(name, 'r');
  } catch (error) {
    throw badRows(folder, `${name} cannot be opened`, error);
  }
}

/** False when the file ends before. */
function readPart(file: number, target: Uint8Array, position: number): boolean {
  for (let got = 0; got < target.length; ) {
    const read = readSync(file, target, got, target.length - got, position + got);
    if (read === 0) return false;
    got += read;
  }
  return true;
}
