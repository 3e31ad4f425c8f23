import type { LayersModel } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Source, Task } from '../../lib/core/concepts';
import { softmax } from '../../lib/data/numbers';
import { buildModel, type Layer } from '../../lib/networks/layers';
import { modelWeights } from '../../lib/networks/modelWeights';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { predict } from '../../lib/training/predict';
import type { TrainingSettings } from '../../lib/training/settings';
import { labelledSource } from '../../lib/training/sources';
import { classes } from '../../lib/training/tasks';
import { type TrainingHistory, train } from '../../lib/training/train';
import { withCode } from '../data/close';
import { oracleJson } from '../oracle';
import { sharedFolder } from '../temporary';
import { kerasUniform, seedWeights } from './kerasWeights';
import { inMemory } from './learnable';

interface Sequence {
  sequence: (number | 'NaN')[];
  epochsRun: number;
  stopped: boolean;
  /** Epochs counted from 0. */
  savedAt: number[];
}
interface Oracle {
  seed: number;
  smallWithBatchNorm: {
    losses: number[];
    inferenceAfter: number[][];
    after: { name: string; sum: number; sumsq: number }[];
  };
  callbacks: Record<string, Sequence>;
}
const { seed, smallWithBatchNorm: small, callbacks } = oracleJson<Oracle>('explain/cnn003');

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const block = (layer: Layer, i: number): Layer[] => [
  layer,
  { kind: 'batchNorm', name: `bn${i}` },
  { kind: 'relu', name: `relu${i}` },
];
const layers: Layer[] = [
  { kind: 'input', name: 'pictures', shape: [16, 16, 3] },
  ...block({ kind: 'conv', name: 'conv1', filters: 4, size: 3, stride: 2, bias: true }, 1),
  ...block({ kind: 'conv', name: 'conv2', filters: 8, size: 3, stride: 2, bias: true }, 2),
  { kind: 'flatten', name: 'flatten' },
  ...block({ kind: 'dense', name: 'dense', units: 10 }, 3),
  { kind: 'dense', name: 'out', units: 2 },
];

describe('five steps of Adam on a CNN with batch normalization', () => {
  const names = ['no', 'yes'];
  const task = classes(names);
  const pictures = kerasUniform(seed + 71, 8 * 16 * 16 * 3, 0, 1);
  const labels = [...kerasUniform(seed + 72, 8, 0, 1)].map((value) => names[Number(value < 0.5)]!);
  const { rows } = inMemory(pictures, [16, 16, 3], Array(8).fill(0));
  const source = labelledSource(task, labels, rows);

  it('have the losses, weights and predictions of Keras', async () => {
    const before = tf.memory().numTensors;
    const model = buildModel(layers);
    seedWeights(model, seed + 70);
    const start = modelWeights(model);
    let weights = start;
    let logits: Float32Array = new Float32Array();
    const { epochs } = await train({
      ...{ model, task, training: source, validation: source },
      settings: { epochs: 5, patience: 5, batchSize: 8, learningRate: 1e-3, seed: 1, shuffle: false },
      onEpoch: async () => {
        weights = modelWeights(model).map((array, i) => asKeras2(array, start[i]!));
        const other = buildModel(layers);
        tf.tidy(() => {
          other.layers
            .flatMap((layer) => layer.weights)
            .forEach((weight, i) => {
              weight.write(tf.tensor(weights[i]!.data, weights[i]!.shape));
            });
        });
        logits = await predict(other, source, 8);
        other.dispose();
      },
    });
    model.dispose();
    epochs.forEach(({ training }, step) => {
      expect(Math.abs(training.loss! - small.losses[step]!), `step ${step}`).toBeLessThan(1e-5);
    });
    weights.forEach(({ name, data }, i) => {
      const { sum, sumsq } = small.after[i]!;
      const added = (of: (value: number) => number) => data.reduce((total, value) => total + of(value), 0);
      // A bias before batch normalization has a gradient of rounding errors only, of which Adam makes steps of any size up to the rate.
      const tolerance = /^(conv\d|dense)\/bias$/.test(name) ? 5e-3 : 1e-5; // of each value
      expect(Math.abs(added((value) => value) - sum), name).toBeLessThan(tolerance * data.length);
      expect(Math.abs(added((value) => value * value) - sumsq), name).toBeLessThan(tolerance * data.length);
    });
    small.inferenceAfter.forEach((row, i) => {
      softmax(logits.slice(2 * i, 2 * i + 2)).forEach((value, k) => {
        expect(Math.abs(value - row[k]!), `picture ${i}`).toBeLessThan(1e-4); // through those biases, which the moving means follow slowly
      });
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** A moving variance over pictures as Keras 2 has it, which multiplies every batch's by n / (n − 1); other arrays as they are. */
function asKeras2<A extends { name: string; data: Float32Array }>(array: A, start: A): A {
  const values = { 'bn1/moving_variance': 8 * 8 * 8, 'bn2/moving_variance': 8 * 4 * 4 }[array.name];
  if (values === undefined) return array;
  const stays = 0.99 ** 5;
  const data = array.data.map((value, i) => {
    const rest = stays * start.data[i]!;
    return rest + ((value - rest) * values) / (values - 1);
  });
  return { ...array, data };
}

/** Trains something small while the monitored figure takes these values, one an epoch, from the first on. */
async function monitoredAs(
  values: readonly number[],
  settings: Partial<TrainingSettings> = {},
  checkpoint?: { file: string; everySeconds: number },
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<TrainingHistory> {
  const controller = new AbortController();
  const model: LayersModel = buildModel([
    { kind: 'input', name: 'x', shape: [1, 1, 1] },
    { kind: 'flatten', name: 'flatten' },
    { kind: 'dense', name: 'out', units: 1 },
  ]);
  let epoch = 0;
  const task: Task<number> = {
    ...{ name: 'given', settings: {}, outputs: 1, encode: (label) => [label], decode: Number },
    loss: (output) => tf.mean(output),
    metrics: { given: (_, target) => target[0]! },
    monitor: { metric: 'given', best: 'min' },
  };
  const training = inMemory(Float32Array.of(1), [1, 1, 1], [0]);
  const validation: Source = {
    ...inMemory(Float32Array.of(1), [1, 1, 1], [0]),
    read: () => ({ x: Float32Array.of(1), y: Float32Array.of(values[epoch]!) }),
  };
  try {
    return await train({
      ...{ model, task, training, validation, checkpoint, signal: controller.signal },
      settings: { epochs: values.length, patience: 5, batchSize: 1, learningRate: 0.1, seed: 1, ...settings },
      onBatch: (done) => {
        epoch = done - 1; // one step an epoch
        if (done > stopAfter) controller.abort();
      },
    });
  } finally {
    model.dispose();
  }
}

describe('early stopping and the best epoch', () => {
  const finite = Object.entries(callbacks).filter(
    ([name, found]) => typeof found === 'object' && !/^resumed|^nan/.test(name),
  );
  it.each(finite)('are those of Keras for %s', async (_, { sequence, epochsRun, stopped, savedAt }) => {
    const values = sequence.map(Number);
    const whole = await monitoredAs(values);
    expect(whole.epochs).toHaveLength(epochsRun);
    expect(whole.stoppedEarly).toBe(stopped);
    const best = [];
    for (let epochs = 1; epochs <= epochsRun; epochs++) {
      best.push((await monitoredAs(values, { epochs })).bestEpoch - 1);
    }
    expect([...new Set(best)]).toEqual(savedAt);
  });

  it('stop with a sentence where Keras goes on without a figure', async () => {
    const values = callbacks.nan!.sequence.map(Number);
    await expect(monitoredAs(values)).rejects.toEqual(withCode('BAD_INPUT'));
  });

  it('remember the best of a training that was interrupted, so that no worse one takes its place', async () => {
    const before = callbacks.v1OfThePaper!.sequence.slice(0, 6).map(Number);
    const after = callbacks.resumedRemembering!.sequence.map(Number);
    const values = [...before, ...after];
    const checkpoint = { file: `${sharedFolder()}/checkpoint`, everySeconds: 0 };
    await expect(monitoredAs(values, {}, checkpoint, before.length)).rejects.toEqual(withCode('INTERRUPTED'));
    const { epochs, bestEpoch } = await monitoredAs(values, {}, checkpoint);
    expect(callbacks.resumedRemembering!.savedAt).toEqual([]);
    expect(epochs.map(({ validation }) => Math.fround(validation.given!))).toEqual(values.map(Math.fround));
    expect(bestEpoch).toBe(before.length);
  });
});
