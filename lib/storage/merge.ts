import { rm } from 'node:fs/promises';
import { ReportError } from '../core/errors';
import { openRows } from './rowReader';
import { defaultLayout, type FillOptions, fillRows, writeRows } from './rowWriter';
import { type Columns, indexFile, locateRows, readSegments, rowsFile, segmentName } from './segment';

interface MergeOptions<C extends Columns> extends Omit<FillOptions<C>, 'fill' | 'lanes'> {
  /** Names of the columns. */
  columns: readonly (keyof C & string)[];
}

/** Lays all rows of `keys` down as one run would have, byte by byte, and removes all others. Throws `BAD_STORE`, with nothing changed, when rows are missing. */
export async function mergeRows<C extends Columns>(options: MergeOptions<C>): Promise<void> {
  const { folder, rowBytes, keys, columns: names, segmentRows = defaultLayout.segmentRows } = options;
  const segments = readSegments<C>(folder, rowBytes, names);
  const places = locateRows(segments, keys).filter((place) => place !== null);
  if (places.length < keys.length) {
    const missing = `${keys.length - places.length} of ${keys.length} rows are missing in ${folder}`;
    throw new ReportError('BAD_STORE', `${missing}: make every shard first, then merge.`);
  }
  const there = new Set(segments.map(({ name }) => name));
  const whole = new Set<string>();
  const rows: number[] = []; // those that do not lie in a segment of full length yet
  for (let start = 0; start < keys.length; start += segmentRows) {
    const name = segmentName(keys.slice(start, start + segmentRows));
    whole.add(name);
    const end = Math.min(start + segmentRows, keys.length);
    for (let row = start; !there.has(name) && row < end; row++) rows.push(row);
  }
  const columnsOf = new Map(segments.map(({ name, columns }) => [name, columns]));
  const reader = openRows(folder, rowBytes);
  try {
    await fillRows<C>({
      ...options,
      keys: rows.map((row) => keys[row]!), // rows of keys
      fill: async ({ file, slot, start, end }) => {
        const from = rows.slice(start, end).map((row) => places[row]!); // as many as keys
        await writeRows(file, slot, rowBytes, reader.read(from));
        const column = (name: string) =>
          from.map(({ segment, slot: at }) => columnsOf.get(segment)![name]![at]); // where it was found
        return Object.fromEntries(names.map((name) => [name, column(name)])) as unknown as C; // the columns asked for
      },
    });
  } finally {
    reader.close();
  }
  for (const segment of segments) {
    if (whole.has(segment.name)) continue;
    await rm(indexFile(segment), { force: true }); // first: what has no index is not there
    await rm(rowsFile(segment), { force: true });
  }
}
