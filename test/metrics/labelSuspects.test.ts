import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { labelSuspects, pictureSuspects } from '../../lib/metrics/labelSuspects';
import { withCode } from '../data/close';

const dims = 20;

/** Rows of two classes that lie `apart` deviations from each other, of which those of `flipped` have the label of the other. */
function rowsOf(count: number, apart: number, flipped: readonly number[] = []) {
  const draw = random(1, 'suspects');
  const truth = Array.from({ length: count }, (_, i) => i % 2 === 0);
  const features = Float32Array.from(
    truth.flatMap((yes) =>
      Array.from({ length: dims }, (_, k) => draw.normal() + (k === 0 ? (yes ? apart : -apart) / 2 : 0)),
    ),
  );
  return { features, labels: truth.map((yes, i) => (flipped.includes(i) ? !yes : yes)) };
}

describe('labelSuspects', () => {
  it('puts the labels that were turned before all others', async () => {
    const flipped = [3, 50, 77, 120];
    const { features, labels } = rowsOf(200, 8, flipped);
    const first = (await labelSuspects(features, labels, 1)).slice(0, 4);
    expect(first.map(({ row }) => row).sort((a, b) => a - b)).toEqual(flipped);
  });

  it('doubts no label where the classes lie far apart', async () => {
    const { features, labels } = rowsOf(200, 20);
    expect(await labelSuspects(features, labels, 1)).toEqual([]);
  });

  it('comes in the order of doubt, the same for the same seed', async () => {
    const { features, labels } = rowsOf(200, 1);
    const found = await labelSuspects(features, labels, 1);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ doubt }) => doubt)).toEqual(found.map(({ doubt }) => doubt).sort((a, b) => b - a));
    expect(await labelSuspects(features, labels, 1)).toEqual(found);
  });

  it('needs ten rows of each class', async () => {
    const { features, labels } = rowsOf(200, 1);
    await expect(
      labelSuspects(
        features,
        labels.map((_, i) => i < 9),
        1,
      ),
    ).rejects.toThrow(withCode('BAD_INPUT'));
  });
});

describe('pictureSuspects', () => {
  it('asks training and validation pictures, and says which they are', async () => {
    const { features, labels } = rowsOf(200, 8, [3, 50, 150]);
    const all = labels.map((_, row) => row);
    const data = {
      rows: { training: all.slice(0, 100), validation: all.slice(100, 140), test: all.slice(140) },
      labels: labels.map((yes) => (yes ? 'yes' : 'no')),
      images: { index: { columns: { item: all.map((row) => `item ${row}`) } } },
      positive: 'yes',
    } as unknown as Parameters<typeof pictureSuspects>[0]; // all that is looked at
    const read = (rows: readonly number[]) =>
      Float32Array.from(rows.flatMap((row) => [...features.slice(row * dims, (row + 1) * dims)]));
    const found = await pictureSuspects(data, { read }, 1);
    expect(found.map(({ row }) => row).sort((a, b) => a - b)).toEqual([3, 50]);
    for (const { id, row } of found) expect(id).toBe(`item ${row}`);
  });
});
