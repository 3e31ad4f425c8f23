import type { Tensor2D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../../lib/core/random';
import { pairLoss } from '../../../../lib/studies/prices/base/pairs';
import { loadTensorFlow, type TensorFlow } from '../../../../lib/tensorflow/backend';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const lossOf = (rows: number[][], temperature: number): number =>
  tf.tidy(() => pairLoss(tf.tensor2d(rows), temperature).dataSync()[0]!); // a scalar

/** The formula of the paper, word for word: −log of a partner's share in the sum over all others. */
function plainly(rows: number[][], temperature: number): number {
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0); // equal lengths
  const closeness = (a: number[], b: number[]) =>
    Math.exp(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) / temperature);
  const each = rows.map((row, i) => {
    const others = rows.filter((_, k) => k !== i).reduce((sum, other) => sum + closeness(row, other), 0);
    return -Math.log(closeness(row, rows[i % 2 === 0 ? i + 1 : i - 1]!) / others); // an even number of rows
  });
  return each.reduce((a, b) => a + b) / rows.length;
}

describe('the loss of pairs', () => {
  it('is that of the formula, for any length of the projections', () => {
    const { normal } = random(4, 'projections');
    const rows = Array.from({ length: 8 }, (_, i) => Array.from({ length: 5 }, () => (1 + i) * normal()));
    for (const temperature of [0.1, 0.5, 2]) {
      // float32, through exponentials of up to e¹⁰
      expect(lossOf(rows, temperature)).toBeCloseTo(plainly(rows, temperature), 4);
    }
  });

  it('is the logarithm of the number of others where all pictures look the same, and near zero for clear pairs', () => {
    expect(
      lossOf(
        [...Array(6)].map(() => [1, 2]),
        0.15,
      ),
    ).toBeCloseTo(Math.log(5), 5); // float32
    expect(
      lossOf(
        [
          [1, 0],
          [2, 0],
          [0, 1],
          [0, 3],
        ],
        0.05,
      ),
    ).toBeLessThan(1e-6);
  });

  it('has a gradient that is a number even for a projection of zeros, and leaves no tensor behind', () => {
    const rows = tf.tensor2d([
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    const before = tf.memory().numTensors;
    const gradient = tf.grad((x) => pairLoss(x as Tensor2D, 0.2))(rows);
    expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(before);
    rows.dispose();
  });
});
