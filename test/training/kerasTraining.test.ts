import { beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '../../lib/core/concepts';
import { modelWeights } from '../../lib/networks/modelWeights';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import type { OptimizerKind } from '../../lib/training/optimizer';
import { predict } from '../../lib/training/predict';
import { regression } from '../../lib/training/tasks';
import { train } from '../../lib/training/train';
import { headFromOracle } from '../networks/headOracle';
import { largestDifference } from '../networks/weightFiles';
import { oracleArrays, oracleJson } from '../oracle';
import { inMemory } from './learnable';

interface Run {
  steps: { rows: [number, number]; loss: number; mse: number; mae: number }[];
  predict_after: number[];
  bn_moving_mean: number[];
  bn_moving_variance: number[];
  weight_norms: Record<string, number>;
}
interface TrainOracle {
  runs: Record<string, Run> & { 'adam_fit/float32': { history: { loss: number[]; mae: number[] } } };
}

const oracle = oracleJson<TrainOracle>('train');
const arrays = oracleArrays('train');
const features = Float32Array.from(arrays.x!.data);
const targets = Float32Array.from(arrays.y!.data);
const size = 3 * 3 * 8;
const task = regression();

const rowsFrom = (start: number, end: number): Source =>
  inMemory(features.subarray(start * size, end * size), [3, 3, 8], [...targets.subarray(start, end)]);
const all = rowsFrom(0, 24);
const head = () => headFromOracle('train', arrays, 'init', [3, 3, 8]);

/** The oracle's twelve steps of eight rows are four epochs of three steps, in order. */
const settings = {
  epochs: 4,
  patience: 4,
  batchSize: 8,
  seed: 1,
  shuffle: false,
} as const;
const runs: [OptimizerKind, string, number][] = [
  ['adam', 'adam', 1e-3],
  ['sgd', 'sgd', 1e-2],
  ['momentum', 'sgd_momentum', 1e-2],
  ['rmsprop', 'rmsprop', 1e-3],
];
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe.each(runs)('training with %s', (optimizer, name, learningRate) => {
  const expected = oracle.runs[`${name}/float32`]!;

  // Keras' own float32 run is up to 5e-6 from its float64 one, so 1e-5 is what float32 allows.
  it('has the loss, mse and mae of Keras in every epoch within 1e-5', async () => {
    const model = head();
    const { epochs } = await train({
      model,
      task,
      training: all,
      validation: all,
      settings: { ...settings, optimizer, learningRate },
    });
    epochs.forEach((epoch, i) => {
      const steps = expected.steps.slice(3 * i, 3 * i + 3);
      for (const figure of ['loss', 'mse', 'mae'] as const) {
        const wanted = mean(steps.map((step) => step[figure]));
        expect(Math.abs(epoch.training[figure]! / wanted - 1), `${figure} of epoch ${i + 1}`).toBeLessThan(
          1e-5,
        );
      }
    });
    model.dispose();
  });

  it('has the loss of Keras at each of the twelve steps within 1e-5', async () => {
    // An epoch of one batch shows a single step; the optimizer's averages must not start again, so the rows grow instead.
    const model = head();
    const losses: number[] = [];
    const steps = expected.steps.length;
    let step = 0;
    const moving: Source = {
      ...all,
      count: 8,
      read: (rows, epoch) =>
        all.read(
          rows.map((row) => row + 8 * (step % 3)),
          epoch,
        ),
    };
    await train({
      model,
      task,
      training: moving,
      validation: rowsFrom(0, 8),
      settings: { ...settings, epochs: steps, patience: steps, optimizer, learningRate },
      onEpoch: (record) => {
        losses.push(record.training.loss!);
        step += 1;
      },
    });
    const wanted = expected.steps.map(({ loss }) => loss);
    expect(losses).toHaveLength(12);
    losses.forEach((loss, i) => {
      expect(Math.abs(loss / wanted[i]! - 1), `step ${i}`).toBeLessThan(1e-5);
    });
    model.dispose();
  });

  it('ends with the predictions, statistics and weights of Keras', async () => {
    const model = head();
    let weights: Record<string, Float32Array> = {};
    let predictions: Float32Array = new Float32Array();
    await train({
      model,
      task,
      training: all,
      validation: all,
      settings: { ...settings, optimizer, learningRate },
      onEpoch: async () => {
        // after each epoch, the last one included: what the training has come to before it goes back to its best epoch
        weights = Object.fromEntries(modelWeights(model).map(({ name: key, data }) => [key, data]));
        predictions = await predict(model, all, 7);
      },
    });
    // float32 Keras against float64 Keras: 2e-7 in the predictions, 4e-7 in the statistics; a tenth of a per mille of these is 1e-5.
    expect(largestDifference(predictions, expected.predict_after)).toBeLessThan(1e-5);
    expect(largestDifference(weights['bn/moving_mean']!.slice(0, 8), expected.bn_moving_mean)).toBeLessThan(
      1e-5,
    );
    expect(
      largestDifference(weights['bn/moving_variance']!.slice(0, 8), expected.bn_moving_variance),
    ).toBeLessThan(1e-5);
    for (const [key, norm] of Object.entries(expected.weight_norms)) {
      expect(Math.abs(Math.hypot(...weights[key]!) / norm - 1), key).toBeLessThan(1e-5);
    }
    if (optimizer === 'adam') {
      // A weight moves by up to 1e-3 a step; where its gradient is near the epsilon of 1e-7 the direction hangs on rounding.
      for (const key of ['dense2/kernel', 'conv/kernel']) {
        expect(largestDifference(weights[key]!, arrays[`adam_final/${key}`]!.data), key).toBeLessThan(1e-4);
      }
    }
    model.dispose();
  });
});

describe('training with adam', () => {
  it('reports the history of Keras fit', async () => {
    const model = head();
    const { epochs } = await train({
      model,
      task,
      training: all,
      validation: all,
      settings: { ...settings, learningRate: 1e-3 },
    });
    const { loss, mae } = oracle.runs['adam_fit/float32'].history;
    expect(
      largestDifference(
        epochs.map((epoch) => epoch.training.loss!),
        loss,
      ),
    ).toBeLessThan(1e-5 * loss[0]!);
    expect(
      largestDifference(
        epochs.map((epoch) => epoch.training.mae!),
        mae,
      ),
    ).toBeLessThan(1e-5);
    model.dispose();
  });

  it('leaves no tensor behind but the model', async () => {
    const model = head();
    const before = tf.memory().numTensors;
    await train({
      model,
      task,
      training: all,
      validation: all,
      settings: { ...settings, learningRate: 1e-3 },
    });
    await predict(model, all, 8);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
