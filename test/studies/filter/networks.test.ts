import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { softmax } from '../../../lib/data/numbers';
import { placed } from '../../../lib/networks/layers';
import { benchmark, networks, type OriginalNetwork, v1, v2 } from '../../../lib/studies/filter/networks';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { oracleJson } from '../../oracle';
import { kerasUniform, seedWeights } from '../../training/kerasWeights';

interface Stats {
  shape: number[];
  sum: number;
  sumsq: number;
  min: number;
  max: number;
  first: number[];
}
interface NetworkOracle {
  counts: Record<string, { total: number; trainable: number; nonTrainable: number }>;
  outputShapes: [kind: string, shape: number[]][];
  forward: { side: number; softmax: number[][]; convStats: Stats[] };
  glorot: { shape: number[]; limit: number; std: number }[];
}
const oracle = oracleJson<{ seed: number; networks: Record<string, NetworkOracle> }>('explain/cnn003');
const cases = networks.map(
  (network, i) => [network.name, network, oracle.networks[['benchmark', 'v1', 'v2'][i]!]!] as const,
);

let tf: TensorFlow;
let before: number;
const models: LayersModel[] = [];
const built = (network: OriginalNetwork, side: number): LayersModel => {
  const model = network.build([side, side, 3], { outputs: 2 }, 7);
  models.push(model);
  return model;
};
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  before = tf.memory().numTensors;
});
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

describe.each(cases)('the network %s', (_, network, { counts, outputShapes, forward, glorot }) => {
  it('has the parameters and shapes of Keras at every size', () => {
    for (const [side, { total, nonTrainable }] of Object.entries(counts)) {
      const layers = placed(network.layers([Number(side), Number(side), 3]));
      const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
      const weights = layers.flatMap((layer) => layer.weights);
      const count = (some: typeof weights) => some.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      expect(count(weights)).toBe(total);
      expect(count(weights.filter(({ name }) => name.includes('moving_')))).toBe(nonTrainable);
    }
    const kinds = { conv: 'Conv2D', maxPool: 'MaxPooling2D', flatten: 'Flatten', dense: 'Dense' };
    const shapes = placed(network.layers([224, 224, 3])).flatMap(({ layer, shape }) =>
      layer.kind in kinds ? [[kinds[layer.kind as keyof typeof kinds], shape]] : [],
    );
    expect(shapes).toEqual(outputShapes);
  });

  it('gives what Keras gives with the same weights, convolution by convolution', () => {
    const { side } = forward;
    const model = built(network, side);
    seedWeights(model, oracle.seed + 50);
    const pictures = kerasUniform(oracle.seed + 5, 2 * side * side * 3, 0, 1);
    const convs = model.layers.filter((layer) => layer.getClassName() === 'Conv2D');
    const inner = tf.model({
      inputs: model.inputs,
      outputs: [...convs.map(({ output }) => output), model.output] as never,
    });
    const found = tf.tidy(() =>
      (inner.predict(tf.tensor(pictures, [2, side, side, 3])) as Tensor[]).map((tensor) => ({
        shape: tensor.shape,
        data: tensor.dataSync<'float32'>(),
      })),
    );
    const logits = found.pop()!;
    forward.convStats.forEach(({ shape, first, min, max }, i) => {
      const { shape: own, data } = found[i]!;
      expect(own).toEqual(shape);
      const ends = [
        ...data.slice(0, 5),
        data.reduce((a, b) => Math.min(a, b)),
        data.reduce((a, b) => Math.max(a, b)),
      ];
      [...first, min, max].forEach((value, k) => {
        expect(Math.abs(ends[k]! - value)).toBeLessThan(1e-5);
      });
    });
    forward.softmax.forEach((row, i) => {
      softmax(logits.data.slice(2 * i, 2 * i + 2)).forEach((value, k) => {
        expect(Math.abs(value - row[k]!)).toBeLessThan(1e-5);
      });
    });
  });

  it('begins with kernels that Glorot and Bengio draw', () => {
    const kernels = built(network, forward.side).weights.filter(({ originalName }) =>
      originalName.endsWith('kernel'),
    );
    // Layers in the order of the list; of 400 and more draws the deviation is within a tenth.
    expect(kernels.map(({ shape }) => shape)).toEqual(glorot.map(({ shape }) => shape));
    kernels.forEach((kernel, i) => {
      const { limit, std } = glorot[i]!;
      const values = kernel.read().dataSync<'float32'>();
      const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      const spread = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
      expect(largest).toBeLessThanOrEqual(limit * (1 + 1e-6));
      expect(largest).toBeGreaterThan(0.9 * limit);
      expect(Math.abs(spread / std - 1)).toBeLessThan(0.1);
    });
  });
});

describe('the three networks', () => {
  it('have the parameters that the original states, at 224 pixels', () => {
    const parameters = [benchmark, v1, v2].map((network) =>
      placed(network.layers([224, 224, 3]))
        .flatMap(({ weights }) => weights)
        .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
    );
    expect(parameters).toEqual([12_945_594, 259_394, 31_536_482]);
  });

  it('have something left of the smallest pictures that they take, and nothing of smaller ones', () => {
    const flat = (side: number) =>
      placed(v1.layers([side, side, 3])).find(({ layer }) => layer.kind === 'flatten')?.shape;
    expect(flat(v1.smallest)).toEqual([128]);
    expect(flat(v1.smallest - 1)).toEqual([0]);
  });
});
