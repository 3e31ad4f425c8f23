import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ReportError, systemCode } from '../core/errors';
import { sha256, stableJson, writeAtomic } from '../core/files';

/** What is known about each slot of a segment, by name; the columns are as long as the segment has slots. */
export type Columns = Record<string, readonly unknown[]>;

/** A file of rows of equal length, `<name>.bin`, and what is in it, `<name>.json`. It never changes once it has its name, so that no reader needs a lock. */
export interface Segment<C extends Columns> {
  name: string;
  folder: string;
  /** Bytes of one row. */
  rowBytes: number;
  /** What each slot holds, in words of the caller's: two rows with the same key are the same. Slot i lies at byte `i · rowBytes`. */
  keys: readonly string[];
  columns: C;
}

/** Raised when segments are laid out in another way; older ones are then refused. */
const version = 1;

/** A name that stands for what is in it: whoever makes the same rows makes the same file. */
export const segmentName = (keys: readonly string[]): string => sha256(keys.join('\n')).slice(0, 20);

export const rowsFile = ({ folder, name }: Pick<Segment<Columns>, 'folder' | 'name'>): string =>
  path.join(folder, `${name}.bin`);

export const indexFile = ({ folder, name }: Pick<Segment<Columns>, 'folder' | 'name'>): string =>
  path.join(folder, `${name}.json`);

/** Writes the index of a segment whose rows are in place: from then on it is there. */
export const writeSegmentIndex = <C extends Columns>(segment: Segment<C>): Promise<void> => {
  const { rowBytes, keys, columns } = segment;
  return writeAtomic(indexFile(segment), `${stableJson({ version, rowBytes, keys, columns })}\n`);
};

/** The error for rows that cannot be used, with the same advice each time. `fault` is a sentence about a file or a row. */
export const badRows = (folder: string, fault: string, cause?: unknown): ReportError =>
  new ReportError('BAD_STORE', `Rows in ${folder} cannot be used: ${fault}. Delete it and run again.`, {
    cause,
  });

/** The segments in `folder`, by name. Throws `BAD_STORE` for an index that is damaged, lacks one of the columns `names`, or does not fit its rows. */
export function readSegments<C extends Columns>(
  folder: string,
  rowBytes: number,
  names: readonly (keyof C & string)[],
): Segment<C>[] {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{20}\.json$/.test(name))
    .sort()
    .map((file) => readIndex<C>(folder, path.parse(file).name, rowBytes, names));
  return found.filter((segment) => segment !== null);
}

/** Null when the file is gone: another process has put these rows into other segments. */
function readIndex<C extends Columns>(
  folder: string,
  name: string,
  rowBytes: number,
  names: readonly (keyof C & string)[],
): Segment<C> | null {
  const file = indexFile({ folder, name });
  let index: { version: number; rowBytes: number; keys: string[]; columns: C } | null;
  try {
    index = JSON.parse(readFileSync(file, 'utf8')); // as writeSegmentIndex writes it; checked below
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw badRows(folder, `${file} is no JSON`, error);
  }
  if (index?.version !== version || index.rowBytes !== rowBytes) {
    const found = `version ${index?.version} with rows of ${index?.rowBytes} bytes`;
    throw badRows(folder, `${file} is of ${found}, expected ${version} and ${rowBytes}`);
  }
  const { keys, columns } = index;
  const all: unknown[] = [keys, ...names.map((column) => columns?.[column])];
  if (!all.every((column) => Array.isArray(column) && column.length === keys.length)) {
    throw badRows(folder, `the columns of ${file} are not equally long`);
  }
  const rows = rowsFile({ folder, name });
  const found = statSync(rows, { throwIfNoEntry: false })?.size;
  if (found !== keys.length * rowBytes) {
    const expected = `${keys.length} rows take ${keys.length * rowBytes}`;
    throw badRows(folder, `${rows} has ${found ?? 'no'} bytes, but ${expected}`);
  }
  return { name, folder, rowBytes, keys, columns };
}

/** Where a row lies: in which segment, and in which slot of it, counted from 0. */
export interface Place {
  segment: string;
  slot: number;
}

/** The place of the row with each of these keys, null where no segment has it. A row that lies in two segments is taken from the first. */
export function locateRows(
  segments: readonly Pick<Segment<Columns>, 'name' | 'keys'>[],
  keys: readonly string[],
): (Place | null)[] {
  const wanted = new Map<string, Place | null>(keys.map((key) => [key, null]));
  for (const { name, keys: there } of segments) {
    there.forEach((key, slot) => {
      if (wanted.get(key) === null) wanted.set(key, { segment: name, slot });
    });
  }
  return keys.map((key) => wanted.get(key) ?? null);
}
