import { readdirSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FeatureColumns } from '../../lib/networks/featureStore';
import {
  type FeatureStore,
  featureBytes,
  missingFeatures,
  openFeatures,
} from '../../lib/networks/featureStore';
import { fillRows, writeRows } from '../../lib/storage/rowWriter';
import { encodeFloat16 } from '../../lib/tensorflow/float16';
import { sharedFolder } from '../temporary';
import { thrown } from './weightFiles';

const shape = [2, 2, 3] as const;
const values = 12;
/** Row i holds i, i + 1/16, i + 2/16, …: exact in half precision up to 127. */
const row = (i: number): number[] => Array.from({ length: values }, (_, k) => i + k / 16);
const keys = Array.from({ length: 40 }, (_, i) => `key ${i}`);

const root = sharedFolder();
const fill = (folder: string): Promise<void> =>
  fillRows<FeatureColumns>({
    folder,
    rowBytes: featureBytes(shape),
    keys,
    fill: async ({ file, slot, start, end }) => {
      const rows = keys.slice(start, end).flatMap((_, i) => row(start + i));
      const halves = encodeFloat16(Float32Array.from(rows));
      await writeRows(file, slot, featureBytes(shape), new Uint8Array(halves.buffer));
      return {};
    },
  });
const folder = path.join(root, 'store');
beforeAll(() => fill(folder));
const open = (some: readonly string[] = keys): FeatureStore => openFeatures(folder, shape, some);

describe('feature store', () => {
  it('gives any rows back in any order, repeats included', () => {
    const store = open();
    fc.assert(
      fc.property(fc.array(fc.nat(39), { maxLength: 60 }), (wanted) => {
        expect([...store.read(wanted)]).toEqual(wanted.flatMap(row));
      }),
    );
    expect([...store.read([3, 4, 5, 4, 39])]).toEqual([3, 4, 5, 4, 39].flatMap(row));
    store.close();
    store.close();
    expect(thrown(() => store.read([0]))).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('gives the rows of the keys it was opened with, wherever they lie, one key twice included', () => {
    const store = open(['key 7', 'key 3', 'key 7']);
    expect(store).toMatchObject({ count: 3, shape: [2, 2, 3] });
    expect([...store.read([0, 1, 2])]).toEqual([7, 3, 7].flatMap(row));
    store.close();
  });

  it('takes two bytes a value', () => {
    const rows = readdirSync(folder).find((name) => name.endsWith('.bin'))!; // one segment
    expect(statSync(path.join(folder, rows)).size).toBe(40 * values * 2);
  });

  it('tells which rows are missing', () => {
    expect([...missingFeatures(folder, shape, ['key 1', 'other', 'key 39'])]).toEqual(['other']);
    expect(missingFeatures(path.join(root, 'nowhere'), shape, ['key 1']).size).toBe(1);
  });

  it('refuses a folder that lacks rows, holds rows of another shape, or was shortened', async () => {
    const refused = (work: () => unknown) => expect(thrown(work)).toMatchObject({ code: 'BAD_STORE' });
    refused(() => open(['other']));
    refused(() => openFeatures(folder, [1, 2, 3], keys));
    const short = path.join(root, 'short');
    await fill(short);
    truncateSync(path.join(short, readdirSync(short).find((name) => name.endsWith('.bin'))!), 100); // one segment
    refused(() => openFeatures(short, shape, keys));
  });
});
