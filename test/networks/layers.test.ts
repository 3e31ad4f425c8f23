import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildModel, type Layer, placed } from '../../lib/networks/layers';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';

/** One layer of every kind, and a branch of its own. */
const layers: Layer[] = [
  { kind: 'input', name: 'pictures', shape: [7, 9, 3] },
  { kind: 'pad', name: 'pad', by: 2 },
  { kind: 'conv', name: 'wide', size: 5, filters: 6, stride: 1, padding: 'valid' },
  { kind: 'conv', name: 'conv', size: 3, filters: 4, stride: 2, bias: true },
  { kind: 'batchNorm', name: 'bn' },
  { kind: 'relu', name: 'relu' },
  { kind: 'depthwise', name: 'depthwise', size: 3 },
  { kind: 'add', name: 'add', to: 'bn' },
  { kind: 'conv', name: 'branch', from: 'wide', size: 1, filters: 4, stride: 2 },
  { kind: 'batchNorm', name: 'branch_bn' },
  { kind: 'add', name: 'joined', to: 'add' },
  { kind: 'relu6', name: 'relu6' },
  { kind: 'maxPool', name: 'pool', size: 2 },
  { kind: 'maxPool', name: 'small', size: 2, stride: 1, padding: 'valid' },
  { kind: 'squeeze', name: 'squeeze' },
  { kind: 'swish', name: 'swish' },
  { kind: 'sigmoid', name: 'sigmoid' },
  { kind: 'multiply', name: 'multiply', to: 'small' },
  { kind: 'dropout', name: 'dropout', rate: 0.5, seed: 1 },
  { kind: 'flatten', name: 'flatten' },
  { kind: 'dense', name: 'dense', units: 5 },
];

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('a list of layers', () => {
  it('becomes a model with its names, shapes and weights, which leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    const model = buildModel(layers);
    const found = layers
      .slice(1)
      .map(({ name }) => model.getLayer(name))
      .map((layer) => ({
        name: layer.name,
        shape: (layer.outputShape as number[]).slice(1), // one output each, the batch first
        weights: layer.weights.map((weight) => ({ name: weight.originalName, shape: weight.shape })),
      }));
    const expected = placed(layers).slice(1);
    expect(found).toEqual(
      expected.map(({ layer, shape, weights }) => ({ name: layer.name, shape, weights })),
    );
    expect(model.inputs[0]!.shape).toEqual([null, 7, 9, 3]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('cuts off at 0 and 6 where it says relu6, and hands back the gradient between', () => {
    const model = buildModel([
      { kind: 'input', name: 'values', shape: [5] },
      { kind: 'relu6', name: 'relu6' },
    ]);
    const values = [-1, 0.5, 3, 5.5, 7];
    const [found, gradient] = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((x) => (model.apply(x) as Tensor).sum())(tf.tensor2d([values]));
      expect(value.dataSync()[0]).toBe(15);
      return [(model.predict(tf.tensor2d([values])) as Tensor).dataSync(), grad.dataSync()];
    });
    expect([...found!]).toEqual([0, 0.5, 3, 5.5, 6]);
    expect([...gradient!]).toEqual([0, 1, 1, 1, 0]);
    model.dispose();
  });

  it('trains no kernel where it is told not to', () => {
    const model = buildModel(layers, 'frozen', false);
    expect(model.trainableWeights).toEqual([]);
    model.dispose();
  });
});
