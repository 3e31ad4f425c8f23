import { beforeAll, describe, expect, it } from 'vitest';
import { dropoutLayers } from '../../lib/networks/dropout';
import { buildHead } from '../../lib/networks/head';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { modelState } from '../../lib/training/modelState';
import { type RangeTest, type RangeTestSettings, rangeTest, safeRate } from '../../lib/training/rangeTest';
import { epochBatches } from '../../lib/training/sources';
import { eagerStep } from '../../lib/training/step';
import { regression } from '../../lib/training/tasks';
import { withCode } from '../data/close';
import { headSettings, learnable, shape } from './learnable';

const task = regression();
const training = learnable(60, 'training');
const settings: RangeTestSettings = { low: 1e-5, high: 10, steps: 40, batchSize: 16, seed: 4 };
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** Tests a fresh head, and checks that it and the tensors are afterwards what they were. */
async function test(
  change: Partial<RangeTestSettings> = {},
  options: Partial<Parameters<typeof rangeTest>[0]> = {},
): Promise<RangeTest> {
  const model = buildHead(shape, headSettings);
  for (const layer of dropoutLayers(model)) layer.drawMask(5); // a stream that is under way already
  const [state, tensors] = [modelState(model), tf.memory().numTensors];
  try {
    return await rangeTest({ model, task, training, settings: { ...settings, ...change }, ...options });
  } finally {
    expect(modelState(model)).toEqual(state);
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
  }
}

describe('a range test', () => {
  it('raises the rate by the same factor from step to step, and leaves the model as it was', async () => {
    const { points, diverged } = await test({ low: 1e-4, high: 1e-2, steps: 21 });
    expect(diverged).toBe(false);
    expect(points).toHaveLength(21);
    points.forEach(({ learningRate }, i) => {
      expect(learningRate / 10 ** (-4 + i / 10)).toBeCloseTo(1, 12);
    });
  });

  it('smooths by weights that fall with the distance', async () => {
    const { points } = await test({ steps: 12, high: 1e-3 });
    points.forEach(({ smoothed }, i) => {
      const weights = points.slice(0, i + 1).map((_, j) => 0.9 ** (i - j));
      const sum = weights.reduce((total, weight, j) => total + weight * points[j]!.loss, 0);
      expect(smoothed).toBeCloseTo(sum / weights.reduce((a, b) => a + b), 12);
    });
  });

  it('has the losses of a training whose steps have these rates', async () => {
    const { points } = await test({ steps: 6 }); // 4 steps of 16 or 12 images, then the next epoch
    const model = buildHead(shape, headSettings);
    for (const layer of dropoutLayers(model)) layer.drawMask(5);
    const step = eagerStep(model, task, 'adam');
    const rows = [1, 2].flatMap((epoch) => epochBatches({ count: 60 }, settings, epoch)).slice(0, 6);
    const losses: number[] = [];
    for (const [i, own] of rows.entries()) {
      losses.push(step.run(await training.read(own, 1), points[i]!.learningRate).loss);
    }
    // Single operations sum in another order than the graph: 1e-5 as in the tests of the graph.
    points.forEach(({ loss }, i) => {
      expect(Math.abs(loss - losses[i]!)).toBeLessThan(1e-5);
    });
    step.dispose();
    model.dispose();
  });

  it('ends as soon as the loss is more than four times its smallest, or no number', async () => {
    const { points, diverged } = await test({ optimizer: 'sgd', high: 1e4 });
    expect(diverged).toBe(true);
    expect(points.length).toBeLessThan(40);
    const smoothed = points.map((point) => point.smoothed);
    expect(smoothed.every(Number.isFinite)).toBe(true);
    const before = smoothed.slice(0, -1);
    expect(Math.max(...before)).toBeLessThanOrEqual(4 * Math.min(...before));
    const sudden = await test({ optimizer: 'sgd', low: 1, high: 1e30, steps: 5 });
    expect(sudden.diverged).toBe(true);
    expect(sudden.points.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it('suggests a tenth of the rate of the smallest loss', async () => {
    const { points, suggestion } = await test();
    const lowest = points.slice(7).reduce((a, b) => (b.smoothed < a.smoothed ? b : a)); // 0.9 to the 7th is below a half
    expect(suggestion).toBeCloseTo(lowest.learningRate / 10, 12);
  });

  it('is the same for the same seed, and another for another', async () => {
    expect(await test({ steps: 8 })).toEqual(await test({ steps: 8 }));
    expect(await test({ steps: 8 })).not.toEqual(await test({ steps: 8, seed: 5 }));
  });

  it('stops when it is interrupted', async () => {
    const controller = new AbortController();
    let reads = 0;
    const counted = {
      ...training,
      read: (rows: readonly number[], epoch: number) => {
        reads += 1;
        if (reads === 3) controller.abort();
        return training.read(rows, epoch);
      },
    };
    const run = test({}, { training: counted, signal: controller.signal });
    await expect(run).rejects.toEqual(withCode('INTERRUPTED'));
    expect(reads).toBe(3);
  });
});

describe('the safe rate', () => {
  const over = (loss: (log: number) => number, count = 121) =>
    Array.from({ length: count }, (_, i) => {
      const log = -6 + i / 20;
      return { learningRate: 10 ** log, smoothed: loss(log) };
    });

  it('is a tenth of the rate at the bottom of the curve', () => {
    expect(Math.log10(safeRate(over((log) => (log + 2) ** 2))!)).toBeCloseTo(-3, 9);
    expect(Math.log10(safeRate(over((log) => -log))!)).toBeCloseTo(-1, 9); // it falls to the end
  });

  it('is none where the loss only rises or stands still', () => {
    expect(safeRate(over((log) => log))).toBeNull();
    expect(safeRate(over(() => 1))).toBeNull();
    expect(safeRate([])).toBeNull();
  });
});
