import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../../lib/core/random';
import {
  depthwise,
  normalizeBatch,
  registerTrainingKernels,
  relu6,
} from '../../../../lib/studies/prices/base/kernels';
import { loadTensorFlow, type TensorFlow } from '../../../../lib/tensorflow/backend';

let tf: TensorFlow;
let native: boolean;
beforeAll(async () => {
  const backend = await loadTensorFlow();
  [tf, native] = [backend.tf, backend.name === 'tensorflow'];
  if (native) registerTrainingKernels();
});

/** Normal numbers, the same in each run. */
function values(label: string, ...shape: number[]): Tensor {
  const { normal } = random(7, label);
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * normal()),
    shape,
  );
}

/** The gradients of a weighted sum of what `work` gives, for each of `inputs`. */
function gradients(inputs: readonly Tensor[], work: (...given: Tensor4D[]) => Tensor): number[][] {
  const variables: Variable[] = inputs.map((input) => tf.variable(input));
  const { grads } = tf.variableGrads(() => {
    const out = work(...(variables as unknown as Tensor4D[]));
    return tf.sum(tf.mul(out, values('weights of the sum', ...out.shape))).asScalar();
  }, variables);
  return variables.map(({ name }) => [...grads[name]!.dataSync()]); // one per variable
}

function expectSame(found: number[][], expected: number[][]): void {
  for (const [i, gradient] of expected.entries()) {
    expect(found[i]).toHaveLength(gradient.length);
    // Sums of some hundred float32 products of size 1 to 10, in another order.
    const largest = Math.max(...gradient.map((value, k) => Math.abs(value - found[i]![k]!)));
    expect(largest).toBeLessThan(1e-3);
  }
}

describe('the kernels for training, where TensorFlow runs natively', () => {
  it('normalize a batch and give the gradients that the formula gives', ({ skip }) => {
    skip(!native, 'the kernels are those of native TensorFlow');
    const inputs = [values('x', 3, 4, 4, 2), values('scale', 2), values('offset', 2)];
    const formula = (x: Tensor, scale: Tensor, offset: Tensor) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return x.sub(mean).div(variance.add(1e-3).sqrt()).mul(scale).add(offset);
    };
    const own = (x: Tensor4D, scale: Tensor, offset: Tensor) => normalizeBatch(x, scale, offset, 1e-3).y;
    expectSame(gradients(inputs, own), gradients(inputs, formula));
    const { mean, variance } = normalizeBatch(inputs[0] as Tensor4D, inputs[1]!, inputs[2]!, 1e-3);
    const moments = tf.moments(inputs[0]!, [0, 1, 2]);
    expectSame([[...mean.dataSync()]], [[...moments.mean.dataSync()]]);
    // Unbiased, as Keras keeps it: 48 values a channel.
    expectSame([[...variance.dataSync()]], [[...moments.variance.mul(48 / 47).dataSync()]]);
  });

  it('pass gradients through ReLU6 only between 0 and 6', ({ skip }) => {
    skip(!native, 'as above');
    const x = tf.tensor4d([-1, 0.5, 5.5, 7], [1, 2, 2, 1]);
    const weights = [...values('weights of the sum', 1, 2, 2, 1).dataSync()];
    expect([...relu6(x).dataSync()]).toEqual([0, 0.5, 5.5, 6]);
    expectSame(
      gradients([x], (given) => relu6(given!)),
      [[0, weights[1]!, weights[2]!, 0]], // four weights
    );
  });

  it.each([1, 2])('give the gradients of a depthwise convolution with stride %i', (stride) => {
    if (!native) return; // as above
    const inputs = [values('pictures', 2, 6, 8, 3), values('kernel', 3, 3, 3, 1)];
    expectSame(
      gradients(inputs, (x, kernel) => depthwise(x!, kernel!, stride)),
      gradients(inputs, (x, kernel) => tf.depthwiseConv2d(x!, kernel!, stride, 'same')),
    );
  });
});
