import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { type Layer, placed } from '../../lib/networks/layers';
import { buildWeighted, cutBehind, folded, unfolded, type Weighted } from '../../lib/networks/weighted';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { largestDifference } from './weightFiles';

/** Two blocks with residuals; the first convolution has a bias, one normalization an epsilon of its own. */
const layers: Layer[] = [
  { kind: 'input', name: 'pictures', shape: [5, 6, 3] },
  { kind: 'conv', name: 'first', size: 3, filters: 4, bias: true },
  { kind: 'batchNorm', name: 'first_bn', epsilon: 0.1 },
  { kind: 'relu6', name: 'first_relu' },
  { kind: 'depthwise', name: 'second', size: 3 },
  { kind: 'batchNorm', name: 'second_bn' },
  { kind: 'add', name: 'second_add', to: 'first_relu' },
  { kind: 'conv', name: 'third', size: 1, filters: 4 },
  { kind: 'batchNorm', name: 'third_bn' },
  { kind: 'conv', name: 'branch', from: 'second_bn', size: 3, filters: 4 },
  { kind: 'batchNorm', name: 'branch_bn' },
  { kind: 'add', name: 'branched', to: 'third_bn' },
  { kind: 'add', name: 'third_add', to: 'second_add' },
  { kind: 'conv', name: 'last', size: 3, filters: 2, stride: 2 },
  { kind: 'batchNorm', name: 'last_bn' },
  { kind: 'add', name: 'last_add', to: 'last_bn' },
];

const network: Weighted = {
  layers,
  arrays: placed(layers).flatMap(({ weights }) =>
    weights.map(({ name, shape }) => {
      const { uniform } = random(1, name);
      const low = /gamma|variance/.test(name) ? 0.5 : -1;
      const data = new Float32Array(shape.reduce((a, b) => a * b)).map(() => uniform(low, low + 1.5));
      return { name, shape, data };
    }),
  ),
};

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const input = (shape: readonly number[]): Tensor =>
  tf.sin(tf.range(0, 2 * shape.reduce((a, b) => a * b)).reshape([2, ...shape]));
const outputOf = (weighted: Weighted, given: (shape: readonly number[]) => Tensor = input): Float32Array => {
  const model = buildWeighted(weighted);
  const found = tf.tidy(() =>
    (model.predict(given(model.inputs[0]!.shape.slice(1) as number[])) as Tensor).dataSync(),
  );
  model.dispose();
  return found as Float32Array;
};
const tensorOf =
  (values: Float32Array) =>
  (shape: readonly number[]): Tensor =>
    tf.tensor(values, [2, ...shape]);

describe('a network without its batch normalization', () => {
  it('gives the same, with none of it left', () => {
    const short = folded(network);
    expect(short.layers.map(({ kind }) => kind)).not.toContain('batchNorm');
    expect(short.layers).toContainEqual({ kind: 'add', name: 'last_add', to: 'last' });
    expect(short.arrays.map(({ name }) => name)).toEqual(
      ['first', 'second', 'third', 'branch', 'last'].flatMap((name) => [
        `${name}/${name === 'second' ? 'depthwise_kernel' : 'kernel'}`,
        `${name}/bias`,
      ]),
    );
    const expected = outputOf(network);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1);
    expect(largestDifference(outputOf(short), expected)).toBeLessThan(1e-4); // float32 sums of up to 36 products
  });

  it('takes the scale of its input into the first kernel', () => {
    const bright = (shape: readonly number[]): Tensor => tf.mul(input(shape), 100);
    const found = outputOf(folded(network, 0.01), bright);
    expect(largestDifference(found, outputOf(network))).toBeLessThan(1e-4);
  });

  it('has what comes of it taken back into the arrays of the network', () => {
    const model = buildWeighted(folded(network));
    const arrays = unfolded(network, model);
    model.dispose();
    expect(arrays.map(({ name, shape }) => [name, shape])).toEqual(
      network.arrays.map(({ name, shape }) => [name, shape]),
    );
    expect(largestDifference(outputOf({ layers, arrays }), outputOf(network))).toBeLessThan(1e-4);
  });
});

describe('a cut network', () => {
  it.each(['pictures', 'first_relu', 'third_add'])('goes on behind %s where it stopped', (name) => {
    const [before, after] = cutBehind(network, name);
    expect(before.arrays.length + after.arrays.length).toBe(network.arrays.length);
    const values = outputOf(before);
    expect(largestDifference(outputOf(after, tensorOf(values)), outputOf(network))).toBeLessThan(1e-5);
    expect(largestDifference(outputOf(folded(after), tensorOf(values)), outputOf(network))).toBeLessThan(
      1e-4,
    );
  });

  it.each(['second_bn', 'second_add', 'third', 'nothing'])('cannot be cut behind %s', (name) => {
    expect(() => cutBehind(network, name)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
