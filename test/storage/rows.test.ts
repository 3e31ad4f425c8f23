import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../lib/core/files';
import { mergeRows } from '../../lib/storage/merge';
import { openRows } from '../../lib/storage/rowReader';
import { type FillOptions, fillRows, type RowTask, writeRows } from '../../lib/storage/rowWriter';
import { locateRows, readSegments } from '../../lib/storage/segment';
import { temporaryFolder } from '../temporary';

type Columns = { name: string[] };
const rowBytes = 4;
const columns = ['name'] as const;
const layout = { rowBytes, segmentRows: 6, taskRows: 2 };
/** The bytes of the row with this key. */
const rowOf = (key: string): number[] => [...Buffer.from(sha256(key), 'hex').subarray(0, rowBytes)];
const keysOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `key ${from + i}`);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const fill = (keys: readonly string[], options: Partial<FillOptions<Columns>> = {}): Promise<void> =>
  fillRows<Columns>({
    ...layout,
    folder,
    keys,
    fill: async ({ file, slot, start, end }: RowTask) => {
      const own = keys.slice(start, end);
      await writeRows(file, slot, rowBytes, Uint8Array.from(own.flatMap(rowOf)));
      return { name: own.map((key) => `row of ${key}`) };
    },
    ...options,
  });
const merge = (keys: readonly string[]): Promise<void> =>
  mergeRows<Columns>({ ...layout, folder, keys, columns });
const segments = () => readSegments<Columns>(folder, rowBytes, columns);
const contents = (place = folder): Record<string, string> =>
  Object.fromEntries(
    readdirSync(place)
      .sort()
      .map((name) => [name, readFileSync(path.join(place, name), 'hex')]),
  );

/** The bytes and the columns of rows, as found on disk. */
function found(keys: readonly string[]): { bytes: number[]; names: (string | undefined)[] } {
  const there = segments();
  const places = locateRows(there, keys).map((place) => place!); // all were made
  const reader = openRows(folder, rowBytes);
  const bytes = [...reader.read(places)];
  reader.close();
  const names = places.map(
    ({ segment, slot }) => there.find(({ name }) => name === segment)?.columns.name[slot],
  );
  return { bytes, names };
}

describe('rows on disk', () => {
  it('come back by their keys, in any order, repeats included', async () => {
    await fill(keysOf(0, 15));
    expect(segments()).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat(14), { maxLength: 30 }), (rows) => {
        const keys = rows.map((row) => `key ${row}`);
        expect(found(keys)).toEqual({
          bytes: keys.flatMap(rowOf),
          names: keys.map((key) => `row of ${key}`),
        });
      }),
    );
    expect(locateRows(segments(), ['key 3', 'other'])).toEqual([expect.anything(), null]);
  });

  it('are the same files whatever the number of lanes, and whichever task is done first', async () => {
    await fill(keysOf(0, 15));
    const expected = contents();
    for (const lanes of [2, 7]) {
      folder = temporaryFolder();
      const slow = async (task: RowTask): Promise<Columns> => {
        await new Promise((resolve) => setTimeout(resolve, (15 - task.start) % 4)); // later tasks tend to end sooner
        const own = keysOf(0, 15).slice(task.start, task.end);
        await writeRows(task.file, task.slot, rowBytes, Uint8Array.from(own.flatMap(rowOf)));
        return { name: own.map((key) => `row of ${key}`) };
      };
      await fill(keysOf(0, 15), { lanes, fill: slow });
      expect(contents()).toEqual(expected);
    }
  });

  it('that were finished before an error stay, and nothing half made does', async () => {
    const keys = keysOf(0, 15);
    let tasks = 0;
    const failing = async (task: RowTask): Promise<Columns> => {
      if (++tasks === 5) throw new Error('no more'); // in the second segment
      const own = keys.slice(task.start, task.end);
      await writeRows(task.file, task.slot, rowBytes, Uint8Array.from(own.flatMap(rowOf)));
      return { name: own.map((key) => `row of ${key}`) };
    };
    await expect(fill(keys, { fill: failing })).rejects.toThrow('no more');
    expect(segments().map(({ keys: own }) => own)).toEqual([keysOf(0, 6)]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('leave no trace of a process that was killed at it', async () => {
    const { pid } = process;
    const host = (await import('node:os')).hostname();
    const dead = 2 ** 22 + 1; // above any process number
    const name = '0123456789abcdef0123';
    const left = [dead, pid].map((owner) => `${name}.bin.${host}-${owner}-00000000.partial`);
    for (const file of left) await writeFile(path.join(folder, file), 'half');
    await fill([]);
    expect(readdirSync(folder)).toEqual([left[1]]); // this process runs
  });

  it('are refused when a task tells of another number of rows', async () => {
    const wrong = async (): Promise<Columns> => ({ name: ['only one'] });
    await expect(fill(keysOf(0, 4), { fill: wrong })).rejects.toMatchObject({ code: 'BAD_STORE' });
  });

  it('stop with INTERRUPTED', async () => {
    const signal = AbortSignal.abort();
    await expect(fill(keysOf(0, 4), { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('tell their progress in rows', async () => {
    const told: [number, number][] = [];
    await fill(keysOf(0, 5), { onProgress: (...progress) => told.push(progress) });
    expect(told).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
  });
});

describe('merging', () => {
  it('gives the files of one run, whatever was made when', async () => {
    const keys = keysOf(0, 20);
    await fill(keys);
    const expected = contents();
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([3, 7, 11, 16]), fc.boolean(), async (cuts, backwards) => {
        folder = temporaryFolder();
        const edges = [0, ...cuts.sort((a, b) => a - b), 20];
        const parts = edges.slice(1).map((end, i) => keys.slice(edges[i], end));
        for (const part of backwards ? parts.reverse() : parts) await fill(part);
        await fill(['nobody wants this']);
        await merge(keys);
        expect(contents()).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves segments alone that are as they should be', async () => {
    await fill(keysOf(0, 12));
    await fill(keysOf(12, 14));
    await fill(keysOf(14, 16));
    await merge(keysOf(0, 16));
    expect(segments().map(({ keys }) => keys.length)).toEqual(expect.arrayContaining([6, 6, 4]));
    expect(found(keysOf(0, 16)).bytes).toEqual(keysOf(0, 16).flatMap(rowOf));
  });

  it('refuses to lose anything: with rows missing, nothing changes', async () => {
    await fill(keysOf(0, 3));
    const before = contents();
    await expect(merge(keysOf(0, 5))).rejects.toMatchObject({
      code: 'BAD_STORE',
      message: expect.stringContaining('2 of 5 rows are missing'),
    });
    expect(contents()).toEqual(before);
  });
});
