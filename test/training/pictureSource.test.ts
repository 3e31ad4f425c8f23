import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../lib/core/concepts';
import { random } from '../../lib/core/random';
import { augment } from '../../lib/images/copies';
import { pictureSource } from '../../lib/training/pictureSource';
import { readBatches } from '../../lib/training/sources';
import { classes, reconstruction } from '../../lib/training/tasks';
import { withCode } from '../data/close';

const size = 8;
const bytes = size * size * 3;
const { integer } = random(1, 'pictures');
const stored = Uint8Array.from({ length: 10 * bytes }, () => integer(0, 255));
const names = Array.from({ length: 10 }, (_, i) => `${i}.png`);
const columns = { item: names, file: names, sha256: names, width: [], height: [] };
let opened = 0;
const images = {
  size,
  index: { count: 10, columns, unreadable: [] },
  read: (rows: unknown) => {
    opened += 1;
    return Uint8Array.from(
      (rows as number[]).flatMap((row) => [...stored.subarray(row * bytes, (row + 1) * bytes)]),
    );
  },
};
const augmentation = {
  settings: { rotation: 20, shift: 0.1, shear: 0.1, zoom: 0.1, horizontalFlip: true },
  seed: 3,
};
const task = classes(['even', 'odd']);
/** The store's rows 9 … 0. */
const rows = names.map((_, i) => 9 - i);
const labels = rows.map((row) => (row % 2 === 0 ? 'even' : 'odd'));
const source = (seed = 3) =>
  pictureSource({ task, images, rows, labels, augmentation: { ...augmentation, seed } });
const flowing = source();
afterAll(() => flowing.close());

describe('pictures from their store', () => {
  it('are given as they are for evaluation, with their labels', async () => {
    const plain = pictureSource({ task, images, rows, labels });
    const { x, y } = await plain.read([0, 2], 5);
    expect([...x]).toEqual(
      [...stored.subarray(9 * bytes), ...stored.subarray(7 * bytes, 8 * bytes)].map((v) =>
        Math.fround(v / 255),
      ),
    );
    expect([...y]).toEqual([0, 1, 0, 1]);
    expect(await flowing.read([0, 2], 0)).toEqual({ x, y });
    expect({ ...plain, read: null, close: null, key: null }).toMatchObject({ count: 10, shape: [8, 8, 3] });
  });

  it('are labels of their own for a reconstruction', async () => {
    const own = pictureSource({ task: reconstruction([size, size, 3]), images, rows, labels: 'themselves' });
    const { x, y } = await own.read([1, 3], 1);
    expect(y).toEqual(x);
  });

  it('are refused with a label that the task does not have', () => {
    expect(() => pictureSource({ task, images, rows, labels: labels.map(() => 'third') })).toThrow(
      withCode('BAD_INPUT'),
    );
  });
});

describe('pictures augmented as they flow', () => {
  it('are the same for the same seed and epoch, in whatever batch, and others in another epoch or with another seed', async () => {
    const first = await flowing.read([0, 1, 2], 1);
    expect(await flowing.read([0, 1, 2], 1)).toEqual(first);
    expect((await flowing.read([2, 7], 1)).x.subarray(0, bytes)).toEqual(first.x.subarray(2 * bytes));
    expect((await flowing.read([0, 1, 2], 2)).x).not.toEqual(first.x);
    const other = source(4);
    expect((await other.read([0, 1, 2], 1)).x).not.toEqual(first.x);
    other.close();
  });

  it('are the copies that are named by their file and the epoch', async () => {
    const { x } = await flowing.read([0], 7);
    const copies = [{ picture: '9.png', variant: 7 }];
    const expected = augment({ ...augmentation, pixels: stored.slice(9 * bytes), size, copies });
    expect([...x]).toEqual([...expected].map((byte) => Math.fround(byte / 255)));
  });

  it('have another key where anything in them is another', () => {
    const keys = [
      source(),
      source(4),
      pictureSource({ task, images, rows, labels }),
      pictureSource({ task, images, rows: rows.slice(1), labels: labels.slice(1) }),
      pictureSource({ task, images, rows, labels: [...labels].reverse() }),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(source().key).toBe(keys[0]);
  });

  it('are prepared one batch ahead and no more, while the one before is in use', async () => {
    opened = 0;
    const batches = Array.from({ length: 50 }, (_, i) => [i % 10]);
    let used = 0;
    for await (const { batch } of readBatches<Batch>(flowing.read, batches, 1)) {
      used += 1;
      for (let i = 0; i < 3; i++) await setImmediate();
      expect(opened).toBe(Math.min(50, used + 1));
      expect(batch.x).toHaveLength(bytes);
    }
    expect(used).toBe(50);
  });

  it('raise an error when the batch is asked for, and none when nobody asks', async () => {
    let reads = 0;
    const failing = async (): Promise<Batch> => {
      reads += 1;
      if (reads > 1) throw new Error('the disk is gone');
      return { x: new Float32Array(), y: new Float32Array() };
    };
    const all = async () => {
      for await (const _ of readBatches(failing, [[0], [1]], 1)) await setImmediate();
    };
    await expect(all()).rejects.toThrow('the disk is gone');
    reads = 0;
    for await (const _ of readBatches(failing, [[0], [1]], 1)) break;
    await setImmediate();
  });
});
