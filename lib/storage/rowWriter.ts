import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { explainDiskError } from '../core/errors';
import { partialName, removeAbandoned } from '../core/files';
import { streamBounded } from '../core/pool';
import { badRows, type Columns, rowsFile, type Segment, segmentName, writeSegmentIndex } from './segment';

/** A part of the rows to be made: those from `start` up to, but not with, `end`, to be written from slot `slot` of `file` on. */
export interface RowTask {
  file: string;
  slot: number;
  start: number;
  end: number;
}

/** Which rows are to be made, and how they are laid out. */
interface RowLayout {
  folder: string;
  /** Bytes of one row. */
  rowBytes: number;
  /** One for each row, in the order in which they are laid down; no key twice. */
  keys: readonly string[];
  /** Rows in one segment; what is lost when the work is killed is at most that much. */
  segmentRows?: number;
  /** Rows in one task, at most; by default fewer than 256 where each lane would get only one or two tasks. Does not change the result. */
  taskRows?: number;
}

export interface FillOptions<C extends Columns> extends RowLayout {
  /** Writes the rows of a task with `writeRows` (a row left out stays zero) and gives what is known about them, one entry for each. */
  fill: (task: RowTask) => Promise<C>;
  /** Tasks in work at the same time; does not change the result. Default 1. */
  lanes?: number;
  /** Rows done, and rows in all. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Segments of 4,096 rows (113 MB of pictures at 96 px), made in tasks of 256. */
export const defaultLayout = { segmentRows: 4096, taskRows: 256 } as const;

/** Makes rows and lays them down in `folder` in segments, each whole or not at all. Throws `INTERRUPTED`, `DISK_FULL`, and what `fill` throws. */
export async function fillRows<C extends Columns>(options: FillOptions<C>): Promise<void> {
  const { folder, keys, rowBytes, fill, lanes = 1, onProgress, signal } = options;
  try {
    await mkdir(folder, { recursive: true });
    await removeAbandoned(folder);
    const plan = planSegments(options, lanes);
    const made = new Map<PlannedSegment, C[]>();
    const started = new Map<PlannedSegment, Promise<void>>();
    try {
      const work = async ({ segment, ...task }: PlannedTask): Promise<C> => {
        const start = started.get(segment) ?? startFile(segment.partial, segment.keys.length * rowBytes);
        started.set(segment, start);
        await start;
        return fill({ ...task, file: segment.partial });
      };
      let done = 0;
      // One task more than lanes, so that none waits while a segment is finished here.
      for await (const columns of streamBounded(plan, lanes + 1, work, { signal })) {
        const { segment, end } = plan[done++]!; // results come in the order of the plan
        const parts = [...(made.get(segment) ?? []), columns];
        made.set(segment, parts);
        if (end === segment.end) {
          await finish(segment, rowBytes, parts);
          made.delete(segment);
          started.delete(segment);
        }
        onProgress?.(end, keys.length);
      }
    } finally {
      await Promise.all([...started.keys()].map(({ partial }) => rm(partial, { force: true })));
    }
  } catch (error) {
    throw explainDiskError(error, folder);
  }
}

interface PlannedSegment {
  name: string;
  folder: string;
  partial: string;
  keys: readonly string[];
  /** Row behind its last one. */
  end: number;
}

interface PlannedTask extends Omit<RowTask, 'file'> {
  segment: PlannedSegment;
}

function planSegments(layout: RowLayout, lanes: number): PlannedTask[] {
  const { folder, keys, segmentRows: inSegment = defaultLayout.segmentRows } = layout;
  const even = Math.ceil(keys.length / (4 * lanes));
  const { taskRows: inTask = Math.max(1, Math.min(defaultLayout.taskRows, lanes > 1 ? even : Infinity)) } =
    layout;
  const tasks: PlannedTask[] = [];
  for (let first = 0; first < keys.length; first += inSegment) {
    const end = Math.min(first + inSegment, keys.length);
    const own = keys.slice(first, end);
    const name = segmentName(own);
    const segment = { name, folder, partial: partialName(rowsFile({ folder, name })), keys: own, end };
    for (let start = first; start < end; start += inTask) {
      tasks.push({ segment, slot: start - first, start, end: Math.min(start + inTask, end) });
    }
  }
  return tasks;
}

/** A file of zeros of this length, for tasks to write into. */
async function startFile(file: string, bytes: number): Promise<void> {
  await writeFile(file, '');
  await truncate(file, bytes);
}

/** Gives a segment its name. The rows are on the disk before the index says so. */
async function finish<C extends Columns>(
  { name, folder, partial, keys }: PlannedSegment,
  rowBytes: number,
  parts: readonly C[],
): Promise<void> {
  const handle = await open(partial, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  const columns = Object.fromEntries(
    Object.keys(parts[0] ?? {}).map((column) => [column, parts.flatMap((part) => part[column] ?? [])]),
  ) as unknown as C; // the columns of every part, end to end
  const segment: Segment<C> = { name, folder, rowBytes, keys, columns };
  const uneven = Object.entries(columns).find(([, values]) => values.length !== keys.length);
  if (uneven)
    throw badRows(folder, `${uneven[1].length} values of ${uneven[0]} came for ${keys.length} rows`);
  await rename(partial, rowsFile(segment));
  await writeSegmentIndex(segment);
}

/** Writes rows of `file`, from slot `slot` on, each of which has the length of `rows` divided by their number. */
export const writeRows = (file: string, slot: number, rowBytes: number, rows: Uint8Array): Promise<void> =>
  pipeline([rows], createWriteStream(file, { flags: 'r+', start: slot * rowBytes }));
