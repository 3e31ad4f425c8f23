import { describe, expect, it } from 'vitest';
import type { Source } from '../../lib/core/concepts';
import { random } from '../../lib/core/random';
import { loadTensorFlow, tensorflow } from '../../lib/tensorflow/backend';
import { beta, cutMix, drawCut, mixed, mixUp } from '../../lib/training/mixing';
import { classes } from '../../lib/training/tasks';

const shape = [4, 6, 2] as const;
const size = 4 * 6 * 2;
const batch = {
  x: Float32Array.from({ length: 3 * size }, (_, i) => Math.floor(i / size)),
  y: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
};
const source: Source = { count: 3, shape, key: 'three', read: () => batch };

describe('mixing', () => {
  it('of MixUp takes a share of each row and the rest of its partner, labels too', () => {
    const { x, y } = mixUp(batch, [1, 2, 0], 0.75);
    expect(x[0]).toBe(0.25);
    expect(x[size]).toBe(1.25);
    expect(x[3 * size - 1]).toBe(1.5);
    expect([...y]).toEqual([0.75, 0.25, 0, 0, 0.75, 0.25, 0.25, 0, 0.75]);
  });

  it('of CutMix puts in the partner’s rectangle, and as much of its label', () => {
    const { x, y } = cutMix(batch, [1, 2, 0], { top: 1, bottom: 3, left: 2, right: 5, shape });
    for (let row = 0; row < 3; row++) {
      const own = x.subarray(row * size, (row + 1) * size);
      expect(own.filter((value) => value === (row + 1) % 3)).toHaveLength(2 * 3 * 2);
      expect(own.filter((value) => value === row)).toHaveLength(size - 2 * 3 * 2);
      expect([...own.subarray((6 + 2) * 2, (6 + 5) * 2)]).toEqual(Array(6).fill((row + 1) % 3));
    }
    expect([...y.subarray(0, 3)]).toEqual([0.75, 0.25, 0]);
  });

  it('cuts 1 − share of the area on average where the edges are far, and nothing for a share of 1', () => {
    const rng = random(2);
    const cuts = Array.from({ length: 200 }, () => drawCut([100, 100, 3], 0.99, rng));
    const areas = cuts.map(({ top, bottom, left, right }) => (bottom - top) * (right - left));
    expect(Math.max(...areas)).toBe(100);
    expect(areas.filter((area) => area === 100).length).toBeGreaterThan(140);
    expect(cutMix(batch, [1, 2, 0], drawCut(shape, 1, rng))).toEqual(batch);
  });

  it('draws from Beta: mean ½ and variance 1 / (8 alpha + 4)', () => {
    for (const alpha of [0.2, 0.4, 1, 2]) {
      const rng = random(7, alpha);
      const draws = Array.from({ length: 20_000 }, () => beta(alpha, rng));
      const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
      const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
      // Five standard errors of the mean, and as much for the variance.
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.015);
      expect(Math.abs(variance - 1 / (8 * alpha + 4))).toBeLessThan(0.005);
    }
  });

  it.each(['mixup', 'cutmix'] as const)(
    'by %s is the same for the same epoch and seed, and leaves evaluation alone',
    async (kind) => {
      const flowing = mixed(source, { kind, alpha: 1, seed: 3 });
      const first = await flowing.read([0, 1, 2], 1);
      expect(await flowing.read([0, 1, 2], 1)).toEqual(first);
      const later = await Promise.all([2, 3, 4].map((epoch) => flowing.read([0, 1, 2], epoch)));
      expect(later.some(({ y }) => String(y) !== String(first.y))).toBe(true);
      expect(await flowing.read([0, 1, 2], 0)).toEqual(batch);
      expect(flowing.key).not.toBe(mixed(source, { kind, alpha: 1, seed: 4 }).key);
      for (let row = 0; row < 3; row++) {
        const sum = first.y.subarray(3 * row, 3 * row + 3).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(1, 6);
      }
    },
  );

  it('is learnt from by the loss for classes: that of a mixed label is the mix of the losses', async () => {
    await loadTensorFlow();
    const { tf } = tensorflow();
    const { loss } = classes(['a', 'b', 'c'], { smoothing: 0.1 });
    const before = tf.memory().numTensors;
    const of = (target: number[]) =>
      tf.tidy(() => loss(tf.tensor2d([[1.5, -0.5, 0.25]]), tf.tensor2d([target])).dataSync()[0]!);
    expect(of([0.7, 0, 0.3])).toBeCloseTo(0.7 * of([1, 0, 0]) + 0.3 * of([0, 0, 1]), 6);
    expect(tf.memory().numTensors).toBe(before);
  });
});
