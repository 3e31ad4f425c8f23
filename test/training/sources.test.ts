import { expect, it } from 'vitest';
import { linearHead } from '../../lib/networks/head';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { epochBatches, joinedRows, meanRows, momentRows, rowsOf } from '../../lib/training/sources';
import { learnable } from './learnable';

it('takes rows of a source, some more than once, under a key of its own', async () => {
  const source = learnable(5, 'rows');
  const some = rowsOf(source, [4, 0, 4]);
  expect([some.count, some.shape]).toEqual([3, source.shape]);
  expect(await some.read([2, 1], 1)).toEqual(await source.read([4, 0], 1));
  expect(new Set([source.key, some.key, rowsOf(source, [4, 0]).key]).size).toBe(3);
});

it('draws rows as often as their weights say, others in each epoch and the same for the same seed', () => {
  const weights = Array.from({ length: 1000 }, (_, row) => (row < 900 ? 1 : row === 999 ? 0 : 9));
  const drawn = (seed: number, epoch: number) =>
    epochBatches({ count: 1000, weights }, { batchSize: 64, seed }, epoch).flat();
  expect(drawn(1, 1)).toHaveLength(1000);
  expect(drawn(1, 1)).toEqual(drawn(1, 1));
  expect(drawn(1, 1)).not.toEqual(drawn(1, 2));
  const all = [1, 2, 3, 4, 5].flatMap((epoch) => drawn(7, epoch));
  expect(all).not.toContain(999);
  const share = all.filter((row) => row >= 900).length / all.length;
  expect(Math.abs(share - 891 / 1791)).toBeLessThan(0.03); // four standard deviations of 5,000 draws
  expect(new Set(all).size).toBeGreaterThan(900);
});

it('takes mean and deviation of each channel over the map and its thirds, and lays such rows side by side', () => {
  const values = Float32Array.from({ length: 2 * 4 * 2 * 2 }, (_, i) => (i % 2 === 0 ? i : 5));
  const read = (rows: readonly number[]): Float32Array =>
    Float32Array.from(rows.flatMap((row) => [...values.subarray(row * 16, (row + 1) * 16)]));
  const maps = { count: 2, shape: [4, 2, 2] as const, key: 'maps', read };
  const moments = momentRows(maps);
  const expected = [
    [7, 5, Math.sqrt(21), 0], // 0, 2 … 14 in the first channel
    [1, 5, 1, 0], // a row of the map, then two, then one
    [7, 5, Math.sqrt(5), 0],
    [13, 5, 1, 0],
  ];
  expect(moments.map(({ shape }) => shape)).toEqual(expected.map(() => [1, 1, 4]));
  expected.flat().forEach((one, i) => {
    expect(moments.flatMap((area) => [...area.read([0])])[i]).toBeCloseTo(one, 5); // float32
  });
  const joined = joinedRows([...moments, meanRows(maps)]);
  expect(joined.parts).toEqual([4, 4, 4, 4, 2]);
  expect([...joined.read([1, 0])]).toEqual(
    [1, 0].flatMap((row) => [...moments, meanRows(maps)].flatMap((area) => [...area.read([row])])),
  );
  const flat = momentRows({ ...maps, shape: [1, 8, 2] }); // of one line a third is all there is, or nothing
  expect(flat.map((area) => [...area.read([1])])).toEqual([0, 0].map(() => [...moments[0]!.read([1])]));
});

it('averages maps over their places, once, which a linear head does not notice', async () => {
  const { tf } = await loadTensorFlow();
  const values = Float32Array.from({ length: 3 * 2 * 2 * 4 }, (_, i) => Math.sin(i));
  const asked: number[] = [];
  const read = (rows: readonly number[]): Float32Array => {
    asked.push(...rows);
    return Float32Array.from(rows.flatMap((row) => [...values.subarray(row * 16, (row + 1) * 16)]));
  };
  const means = meanRows({ count: 3, shape: [2, 2, 4], key: 'maps', read });
  expect(means.shape).toEqual([1, 1, 4]);
  expect(means.key).not.toBe('maps');
  const found = means.read([2, 0, 2]);
  expect(asked).toEqual([0, 1, 2]);
  const head = linearHead.build(means.shape, { outputs: 2 }, 1);
  const outputs = (x: Float32Array, side: number): number[] =>
    tf.tidy(() => {
      const given = tf.tensor(x, [3, side, side, 4]);
      return [...(head.apply(given, { training: false }) as typeof given).dataSync()];
    });
  // The same head takes whole maps too: that is how they are explained.
  const whole = outputs(read([2, 0, 2]), 2);
  outputs(found, 1).forEach((value, i) => {
    expect(value).toBeCloseTo(whole[i]!, 6); // float32
  });
  head.dispose();
});
