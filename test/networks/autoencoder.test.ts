import { beforeAll, describe, expect, it } from 'vitest';
import { autoencoder, autoencoderLayers, CODE } from '../../lib/networks/autoencoder';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { predict } from '../../lib/training/predict';
import { reconstruction, sigmoid } from '../../lib/training/tasks';
import { train } from '../../lib/training/train';
import { assignOracleWeights, kerasLayers, kerasModel, layersOf, pictures } from './ageOracle';

const shape = [32, 32, 3] as const;
const task = reconstruction(shape);
const size = 32 * 32 * 3;
const source = {
  ...{ count: 16, shape, key: 'oracle' },
  read: (rows: readonly number[]) => {
    const x = Float32Array.from(rows.flatMap((row) => [...pictures.subarray(row * size, (row + 1) * size)]));
    return { x, y: x };
  },
};
const keras = kerasModel('autoencoder');

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('the autoencoder', () => {
  it('has the layers and parameters of Keras, and a code of 4 × 4 × 8', () => {
    const layers = autoencoderLayers(shape);
    expect(layersOf(layers)).toEqual(kerasLayers('autoencoder'));
    expect(layersOf(layers).reduce((sum, { params }) => sum + params, 0)).toBe(13_939);
  });

  it('gives what Keras gives, before and after six steps of Adam', async () => {
    const before = tf.memory().numTensors;
    const model = autoencoder.build(shape, task, 1);
    expect(model.getLayer(CODE).outputShape.slice(1)).toEqual([4, 4, 8]);
    assignOracleWeights(model);
    const nearest = async (expected: ArrayLike<number>) => {
      const found = await predict(model, source, 16);
      return Math.max(
        ...Array.from(expected, (value, i) => Math.abs(sigmoid(found[i]!) - value)), // the first picture
      );
    };
    expect(await nearest(keras.prediction)).toBeLessThan(2e-5); // as the oracle's note says of single precision
    const { epochs } = await train({
      ...{ model, task, training: source, validation: source },
      settings: { epochs: 3, patience: 3, batchSize: 8, learningRate: 1e-3, seed: 1, shuffle: false },
    });
    const expected = keras.losses_before_each_step;
    epochs.forEach(({ training }, epoch) => {
      const mean = (expected[2 * epoch]! + expected[2 * epoch + 1]!) / 2; // two steps an epoch
      expect(Math.abs(training.loss! / mean - 1), `epoch ${epoch + 1}`).toBeLessThan(1e-4);
    });
    expect(Math.abs(epochs[2]!.validation.loss! / keras.loss_after_inference - 1)).toBeLessThan(1e-4);
    expect(await nearest(keras.predictionAfter)).toBeLessThan(1e-4);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
