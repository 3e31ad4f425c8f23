import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFeatures, openFeatures } from '../../lib/model/featureStore';
import { temporaryFolder, thrown } from './weightFiles';

const shape = [2, 2, 3] as const;
const values = 12;
/** Row i holds i, i + 1/16, i + 2/16, …: exact in half precision up to 127. */
const row = (i: number): number[] => Array.from({ length: values }, (_, k) => i + k / 16);
const rows = (from: number, to: number): Float32Array =>
  Float32Array.from(Array.from({ length: to - from }, (_, i) => row(from + i)).flat());

const root = temporaryFolder();
let counter = 0;

async function filled(): Promise<string> {
  const folder = path.join(root, `store-${counter++}`);
  mkdirSync(folder);
  const writer = await createFeatures(folder, { shape, weights: 'abc' });
  for (const [from, to] of [
    [0, 7],
    [7, 7],
    [7, 40],
  ] as const) {
    await writer.append(rows(from, to));
  }
  expect(await writer.close()).toEqual({ count: 40, shape: [2, 2, 3], weights: 'abc' });
  return folder;
}

describe('feature store', () => {
  it('gives any rows back in any order, repeats included', async () => {
    const store = openFeatures(await filled());
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

  it('takes two bytes a value, and knows its shape and weights', async () => {
    const folder = await filled();
    expect(statSync(path.join(folder, 'features.bin')).size).toBe(40 * values * 2);
    const store = openFeatures(folder);
    expect(store).toMatchObject({ count: 40, shape: [2, 2, 3], weights: 'abc' });
    store.close();
  });

  it('refuses rows that are not there and features that are no whole rows', async () => {
    const folder = await filled();
    const store = openFeatures(folder);
    for (const wrong of [[40], [-1], [1.5], [0, Number.NaN]]) {
      expect(thrown(() => store.read(wrong))).toMatchObject({ code: 'BAD_INPUT' });
    }
    store.close();
    const writer = await createFeatures(folder, { shape, weights: 'abc' });
    await expect(writer.append(new Float32Array(values + 1))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await writer.abandon();
  });

  it('refuses a folder that is incomplete, shortened, or has a damaged index', async () => {
    const code = (folder: string) => expect(thrown(() => openFeatures(folder)));
    code(path.join(root, 'nothing')).toMatchObject({ code: 'BAD_STORE' });
    const short = await filled();
    truncateSync(path.join(short, 'features.bin'), 100);
    code(short).toMatchObject({
      code: 'BAD_STORE',
      message: expect.stringContaining('100 bytes, expected 960'),
    });
    const broken = await filled();
    const index = path.join(broken, 'features.json');
    for (const text of [
      readFileSync(index, 'utf8').slice(0, 20),
      '{"count": -1, "shape": [1], "weights": ""}',
      '{}',
    ]) {
      writeFileSync(index, text);
      code(broken).toMatchObject({ code: 'BAD_STORE' });
    }
  });
});
