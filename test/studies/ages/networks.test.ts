import { beforeAll, describe, expect, it } from 'vitest';
import { softmax } from '../../../lib/data/numbers';
import { assignWeights, modelWeights } from '../../../lib/networks/modelWeights';
import { faceCnn, faceCnnLayers } from '../../../lib/studies/ages/networks';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { predict } from '../../../lib/training/predict';
import { classes } from '../../../lib/training/tasks';
import { train } from '../../../lib/training/train';
import {
  assignOracleWeights,
  kerasLayers,
  kerasModel,
  labels,
  layersOf,
  pictures,
} from '../../networks/ageOracle';

const names = ['YOUNG', 'MIDDLE', 'OLD'];
const task = classes(names);
const shape = [32, 32, 3] as const;
const size = 32 * 32 * 3;
const source = {
  ...{ count: 16, shape, key: 'oracle' },
  read: (rows: readonly number[]) => ({
    x: Float32Array.from(rows.flatMap((row) => [...pictures.subarray(row * size, (row + 1) * size)])),
    y: Float32Array.from(rows.flatMap((row) => [...task.encode(names[labels[row]!]!)])),
  }),
};
const keras = kerasModel('cnn');
const original = faceCnn({ dropout: 0, momentum: 0.99 });

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe("the original's network", () => {
  it('has the layers and parameters of Keras', () => {
    const layers = faceCnnLayers({}, shape, 3, 0);
    expect(layersOf(layers)).toEqual(kerasLayers('cnn'));
    const model = original.build(shape, task, 1);
    const count = (weights: typeof model.weights) =>
      weights.reduce((sum, { shape }) => sum + shape.map(Number).reduce((a, b) => a * b, 1), 0);
    expect([count(model.weights), count(model.trainableWeights)]).toEqual([682_287, 681_897]);
    expect([keras.total_params, keras.trainable]).toEqual([682_287, 681_897]);
    model.dispose();
  });

  it('gives what Keras gives, before and after six steps of Adam', async () => {
    const before = tf.memory().numTensors;
    const model = original.build(shape, task, 1);
    assignOracleWeights(model);
    const apart = async (expected: ArrayLike<number>) => {
      const logits = await predict(model, source, 16);
      const found = Array.from({ length: 16 }, (_, i) => softmax(logits.slice(3 * i, 3 * i + 3))).flat();
      return Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
    };
    expect(await apart(keras.prediction)).toBeLessThan(2e-5); // as the oracle's README has it
    let last = modelWeights(model);
    const { epochs } = await train({
      ...{ model, task, training: source, validation: source },
      settings: { epochs: 3, patience: 3, batchSize: 8, learningRate: 1e-4, seed: 1, shuffle: false },
      onEpoch: () => {
        last = modelWeights(model);
      },
    });
    const expected = keras.losses_before_each_step;
    epochs.forEach(({ training }, epoch) => {
      const mean = (expected[2 * epoch]! + expected[2 * epoch + 1]!) / 2; // two steps an epoch
      expect(Math.abs(training.loss! / mean - 1), `epoch ${epoch + 1}`).toBeLessThan(3e-3); // as the README has it, for losses that jump
    });
    expect(Math.abs(epochs[2]!.validation.loss! / keras.loss_after_inference - 1)).toBeLessThan(3e-3);
    assignWeights(model, last); // training leaves those of the best epoch
    expect(await apart(keras.predictionAfter)).toBeLessThan(3e-3);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has LeakyReLU in place of every ReLU where that is asked for, and nothing else', () => {
    const kinds = (network: typeof original) =>
      (network.layers!(shape, 3, 0) as { kind: string }[]).map(({ kind }) => kind);
    const leaky = kinds(faceCnn({ activation: 'leakyRelu' }));
    expect(leaky).not.toContain('relu');
    expect(leaky.map((kind) => kind.replace('leakyRelu', 'relu'))).toEqual(kinds(original));
  });
});
