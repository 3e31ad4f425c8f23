import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { principalComponents } from '../../lib/training/principalComponents';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** 200 rows of five numbers that lie near a plane: 3 a along one direction, b along another, noise of 0.01 in all. */
const { normal } = random(2, 'plane');
const directions = [
  [0.6, 0.8, 0, 0, 0],
  [0, 0, 0, 0.8, -0.6],
] as const;
const amounts = Array.from({ length: 200 }, () => [3 * normal(), normal()] as const);
const rows = Float32Array.from(
  amounts.flatMap(([a, b]) =>
    directions[0].map((x, i) => 5 + a * x + b * directions[1][i]! + 0.01 * normal()),
  ),
);

describe('principal components', () => {
  it('find the plane that rows lie near, the longer direction first', () => {
    const before = tf.memory().numTensors;
    const found = principalComponents(rows, 5, 2, 1);
    const numbers = found.project(rows);
    const correlation = (axis: 0 | 1): number => {
      const own = amounts.map((pair) => pair[axis]);
      const there = amounts.map((_, i) => numbers[2 * i + axis]!);
      const centre = (all: number[]) => all.map((x) => x - all.reduce((a, b) => a + b, 0) / all.length);
      const [x, y] = [centre(own), centre(there)];
      const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      return Math.abs(dot(x, y)) / Math.sqrt(dot(x, x) * dot(y, y));
    };
    expect(correlation(0)).toBeGreaterThan(0.99);
    expect(correlation(1)).toBeGreaterThan(0.99);
    expect(Math.max(...found.errors(rows))).toBeLessThan(0.001); // of noise with variance 0.0001
    expect(tf.memory().numTensors).toBe(before);
  });

  it('lose nothing when there are as many as columns, and what one leaves is the variance of the rest', () => {
    expect(Math.max(...principalComponents(rows, 5, 5, 1).errors(rows))).toBeLessThan(1e-8);
    const left = principalComponents(rows, 5, 1, 1).errors(rows);
    const mean = left.reduce((a, b) => a + b, 0) / left.length;
    expect(mean).toBeGreaterThan(0.1); // a fifth of the variance of b, which is about 1
    expect(mean).toBeLessThan(0.3);
  });
});
