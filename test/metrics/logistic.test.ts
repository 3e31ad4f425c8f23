import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitLogistic, predictLogistic } from '../../lib/metrics/logistic';
import { minimise } from '../../lib/metrics/minimise';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Oracle {
  features: number[][];
  labels: number[];
  fits: { l2: number; weights: number[][]; intercepts: number[]; probabilities: number[][] }[];
}
const { features, labels, fits } = oracleJson<Oracle>('logistic');
const x = Float32Array.from(features.flat());
const farthest = (some: readonly number[], others: readonly number[]): number =>
  Math.max(...some.map((one, i) => Math.abs(one - others[i]!))); // as many
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('logistic regression', () => {
  it.each(fits)('is that of scikit-learn for l2 = $l2', async (expected) => {
    const before = tf.memory().numTensors;
    const model = await fitLogistic(x, labels, 3, { l2: expected.l2, flat: 1e-5 });
    expect(tf.memory().numTensors).toBe(before);
    // The search ends where no slope is above 1e-5, and the weakest penalty bends by 0.1 / 60.
    expect(farthest([...model.weights], expected.weights.flat())).toBeLessThan(1e-3);
    expect(
      farthest(predictLogistic(model, x.slice(0, 25)).flat(), expected.probabilities.flat()),
    ).toBeLessThan(2e-4);
    const centred = (all: ArrayLike<number>) => Array.from(all, (one) => one - all[0]!); // one at least
    expect(farthest(centred(model.intercepts), centred(expected.intercepts))).toBeLessThan(1e-3);
  });

  it('refuses what does not fit', async () => {
    for (const [some, classes] of [
      [[0, 1], 1],
      [[0, 3], 3],
      [[0, 0.5], 2],
      [[], 2],
    ] as const) {
      await expect(fitLogistic(x, some, classes)).rejects.toThrow(withCode('BAD_INPUT'));
    }
    await expect(fitLogistic(x.slice(1), labels, 3)).rejects.toThrow(withCode('BAD_INPUT'));
  });
});

describe('minimise', () => {
  it('finds the bottom of a bowl, however long and askew', () => {
    const bowls = fc.array(
      fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.integer({ min: -9, max: 9 })),
      { minLength: 2, maxLength: 8 },
    );
    fc.assert(
      fc.property(bowls, (axes) => {
        const found = minimise(
          (point) => ({
            value: axes.reduce((sum, [steep, at], k) => sum + (steep / 2) * (point[k]! - at) ** 2, 0),
            gradient: Float64Array.from(axes, ([steep, at], k) => steep * (point[k]! - at)),
          }),
          new Float64Array(axes.length),
          1e-5,
        );
        expect(axes.filter(([steep, at], k) => Math.abs(steep * (found[k]! - at)) > 1e-5)).toEqual([]);
      }),
    );
  });
});
