import type { LayersModel } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawKernels, type KernelStart } from '../../lib/networks/initialWeights';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** A network of unnamed layers, with a depthwise convolution and a model within. */
function network(): LayersModel {
  const inner = tf.sequential({
    layers: [
      tf.layers.depthwiseConv2d({ inputShape: [8, 8, 6], kernelSize: 3, depthMultiplier: 2 }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
    ],
  });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [10, 10, 4], filters: 6, kernelSize: 3, biasInitializer: 'ones' }),
      inner,
      tf.layers.dense({ units: 5, name: 'out' }),
    ],
  });
}

/** The weights of a network drawn with a seed, by their kind in order. */
function drawn(seed: number, start?: KernelStart): { shape: number[]; data: Float32Array }[] {
  const before = tf.memory().numTensors;
  const model = network();
  drawKernels(model, seed, start);
  const weights = model.weights.map((weight) => ({
    shape: weight.shape as number[],
    data: Float32Array.from(weight.read().dataSync()),
  }));
  model.dispose();
  model.layers[1]!.dispose(); // TensorFlow.js leaves the models within a model to whoever made them
  expect(tf.memory().numTensors).toBe(before);
  return weights;
}

describe('the first weights of a network', () => {
  it('depend on the seed only, whatever the layers are called in this process', () => {
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)[0]!.data).not.toEqual(drawn(2)[0]!.data);
  });

  it('lie within the limits of Glorot or He, as Keras counts the fans, and nearly reach them', () => {
    // conv: 9 × (4 in, 6 out); depthwise: 9 × (6 in, 2 multiples); dense: 432 in, 5 out.
    const limits = {
      glorot: [6 / (9 * 10), 6 / (9 * 8), 6 / 437],
      he: [6 / (9 * 4), 6 / (9 * 6), 6 / 432],
    };
    for (const start of ['glorot', 'he'] as const) {
      const kernels = drawn(3, start).filter(({ shape }) => shape.length > 1);
      expect(kernels.map(({ shape }) => shape)).toEqual([
        [3, 3, 4, 6],
        [3, 3, 6, 2],
        [432, 5],
      ]);
      kernels.forEach(({ data }, i) => {
        const share = Math.max(...data.map(Math.abs)) / Math.sqrt(limits[start][i]!);
        expect(share).toBeLessThanOrEqual(1.0001); // the limit in float32
        expect(share).toBeGreaterThan(0.9);
      });
    }
  });

  it('leave biases and statistics as their layers have them', () => {
    const model = network();
    const before = model.weights.map((weight) => [...weight.read().dataSync()]);
    drawKernels(model, 1);
    model.weights.forEach((weight, i) => {
      const same = weight.shape.length === 1;
      expect(
        [...weight.read().dataSync()].every((value, j) => value === before[i]![j]),
        weight.name,
      ).toBe(same);
    });
    model.dispose();
  });
});
