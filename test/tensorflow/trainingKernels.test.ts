import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildModel } from '../../lib/networks/layers';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { normalizeBatch, reluInTraining } from '../../lib/tensorflow/trainingKernels';
import { largestDifference } from '../networks/weightFiles';

let tf: TensorFlow;
let native: boolean;
beforeAll(async () => {
  const backend = await loadTensorFlow();
  [tf, native] = [backend.tf, backend.name === 'tensorflow'];
});
const values = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>();

describe('batch normalization in training', () => {
  it.each([[[4, 5, 5, 3]], [[6, 3]], [[1, 3]]])(
    'of %j is that of TensorFlow.js, gradients included',
    (shape) => {
      if (!native) return;
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const x = tf.randomUniform(shape, -2, 3, 'float32', 5);
        const weights = tf.randomUniform(shape, -1, 1, 'float32', 6);
        const [gamma, beta, epsilon] = [tf.tensor1d([0.5, 1, 2]), tf.tensor1d([-1, 0, 1]), 1e-3];
        const axes = shape.slice(0, -1).map((_, i) => i);
        const composed = (a: Tensor, b: Tensor, c: Tensor) => {
          const { mean, variance } = tf.moments(a, axes);
          return tf.add(tf.mul(tf.div(tf.sub(a, mean), tf.sqrt(tf.add(variance, epsilon))), b), c);
        };
        const fused = (a: Tensor, b: Tensor, c: Tensor) =>
          normalizeBatch(tf, { x: a, gamma: b, beta: c, epsilon }).y;
        const [expected, found] = [composed, fused].map((of) => {
          const { value, grads } = tf.valueAndGrads((a, b, c) => tf.sum(tf.mul(of(a!, b!, c!), weights)))([
            x,
            gamma,
            beta,
          ]);
          return [of(x, gamma, beta), value, ...grads].map(values);
        });
        // Float32 sums of 100 figures around 1, in another order.
        expected!.forEach((one, i) => {
          expect(largestDifference(found![i]!, one)).toBeLessThan(2e-5);
        });
        const { mean, variance } = normalizeBatch(tf, { x, gamma, beta, epsilon });
        const moments = tf.moments(x, axes);
        expect(largestDifference(values(mean), values(moments.mean))).toBeLessThan(1e-5);
        expect(largestDifference(values(variance), values(moments.variance))).toBeLessThan(1e-5);
      });
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('moves the statistics of a layer as TensorFlow.js does', () => {
    const shape = [4, 4, 3];
    const ours = buildModel([
      { kind: 'input', name: 'x', shape },
      { kind: 'batchNorm', name: 'bn', momentum: 0.9 },
    ]);
    const theirs = tf.sequential({
      layers: [tf.layers.batchNormalization({ inputShape: shape, momentum: 0.9 })],
    });
    const results = [ours, theirs].map((model) =>
      tf.tidy(() => {
        const x = tf.randomUniform([8, ...shape], 0, 5, 'float32', 1);
        for (let step = 0; step < 2; step++) model.apply(x, { training: true });
        return [...model.weights.map((weight) => weight.read()), model.apply(x) as Tensor].map(values);
      }),
    );
    results[0]!.forEach((one, i) => {
      expect(largestDifference(one, results[1]![i]!)).toBeLessThan(1e-5);
    });
    for (const model of [ours, theirs]) model.dispose();
  });
});

it('the gradient of ReLU is 1 above 0 and 0 below', () => {
  if (!native) return;
  const before = tf.memory().numTensors;
  const x = [-1e30, -1, -1e-30, 0, 1e-30, 1, 1e30];
  const found = tf.tidy(() => values(tf.grad((a) => tf.sum(reluInTraining(tf, a)))(tf.tensor1d(x))));
  expect([...found]).toEqual(x.map((value) => Number(value > 0)));
  expect(tf.memory().numTensors).toBe(before);
});
