import type { Tensor4D } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { exactTiles, shapleyValues, tileSums } from '../../lib/explain/shapleyTiles';
import { smallCnn } from '../../lib/networks/smallCnn';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { largestDifference } from '../networks/weightFiles';

describe('Shapley values', () => {
  it('are what a player adds on average over all orders', () => {
    const draw = random(1, 'gains');
    const reached = Array.from({ length: 32 }, () => draw.normal());
    const sums = [0, 0, 0, 0, 0];
    const orders = permutations([0, 1, 2, 3, 4]);
    for (const order of orders) {
      let group = 0;
      for (const player of order) {
        sums[player]! += reached[group | (1 << player)]! - reached[group]!;
        group |= 1 << player;
      }
    }
    const means = sums.map((sum) => sum / orders.length);
    expect(largestDifference(shapleyValues(reached), means)).toBeLessThan(1e-12);
  });

  it('share out all that is reached, and give 0 to whom nothing changes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 64, maxLength: 64 }),
        (own) => {
          const reached = own.map((_, group) => own[group & ~4]!); // player 2 changes nothing
          const values = shapleyValues(reached);
          expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(reached[63]! - reached[0]!, 9);
          expect(values[2]).toBe(0);
        },
      ),
    );
    expect(shapleyValues([7])).toEqual([]);
  });
});

const permutations = (of: number[]): number[][] =>
  of.length === 0
    ? [[]]
    : of.flatMap((one) => permutations(of.filter((other) => other !== one)).map((rest) => [one, ...rest]));

describe('tiles', () => {
  let tf: TensorFlow;
  beforeAll(async () => {
    ({ tf } = await loadTensorFlow());
  });

  it('are summed over their places and channels', () => {
    const values = Float32Array.from({ length: 4 * 6 * 2 }, (_, i) => i);
    const rows = [0, 1, 2, 3].map((row) =>
      [0, 1].map((side) => [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + row * 12 + side * 6 + i, 0)),
    );
    const sums = [0, 2].flatMap((top) => [0, 1].map((side) => rows[top]![side]! + rows[top + 1]![side]!));
    expect(tileSums(values, 4, 6, 2)).toEqual(sums);
  });

  it('are worth what all mixes of two pictures say, asked one by one', () => {
    const model = smallCnn.build([16, 16, 3], { outputs: 2 }, 1);
    const before = tf.memory().numTensors;
    const [picture, reference] = [1, 2].map((seed) =>
      tf.randomUniform([1, 16, 16, 3], 0, 1, 'float32', seed),
    ) as [Tensor4D, Tensor4D];
    const same = tf.tidy(() =>
      picture.where(tf.range(0, 16).less(8).reshape([16, 1, 1]), reference),
    ) as Tensor4D; // agrees with the reference below
    for (const asked of [picture, same]) {
      const [own, other] = [asked.dataSync<'float32'>(), reference.dataSync<'float32'>()];
      const found = exactTiles({ model, picture: own, reference: other, output: 1, grid: 2 });
      const reached = Array.from({ length: 16 }, (_, group) => {
        const mixed = own.map((value, i) => {
          const [row, column] = [Math.floor(i / 48), Math.floor(i / 3) % 16];
          const tile = 2 * Math.floor(row / 8) + Math.floor(column / 8);
          return group & (1 << tile) ? value : other[i]!;
        });
        return tf.tidy(() => (model.predict(tf.tensor(mixed, [1, 16, 16, 3])) as Tensor4D).dataSync()[1]!);
      });
      expect(largestDifference(found, shapleyValues(reached))).toBeLessThan(1e-5); // float32
      if (asked === same) expect(found.slice(2)).toEqual([0, 0]);
    }
    tf.dispose([picture, reference, same]);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
