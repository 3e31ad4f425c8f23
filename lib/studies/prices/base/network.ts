import type { Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import { describeMobilenet, epsilon } from '../../../networks/architecture';
import type { NamedArray } from '../../../networks/hdf5';
import { tensorflow } from '../../../tensorflow/backend';
import { depthwise, normalizeBatch, registerTrainingKernels, relu6 } from './kernels';

/** A MobileNetV2 whose every weight can be trained. */
export interface TrainableBase {
  /** Kernel, gamma and beta of each unit, in the model's order. */
  variables: Variable[];
  /** Moving mean and variance of each unit, in the model's order. */
  statistics: Variable[];
  /**
   * `[batch, size, size, 3]` in [−1, 1] → the features averaged over the picture, `[batch, channels]`. With the statistics of the batch; the
   * moving ones follow it by `1 − momentum`. For use inside `variableGrads` or `tidy`.
   */
  forward(images: Tensor4D, momentum: number): Tensor2D;
  /** The 260 arrays in the model's order, as copies. */
  arrays(): NamedArray[];
  dispose(): void;
}

/**
 * A MobileNetV2 without top for training, from arrays in the model's order (see `randomWeights`). `size` must be a multiple of 32. Throws
 * `NO_BACKEND` unless native TensorFlow is loaded.
 */
export function trainableBase(initial: readonly NamedArray[], alpha: number): TrainableBase {
  registerTrainingKernels();
  const { tf } = tensorflow();
  const units = describeMobilenet(alpha);
  const all = initial.map(({ data, shape }, i) => tf.variable(tf.tensor(data, shape), i % 5 < 3));
  const [variables, statistics] = [all.filter((_, i) => i % 5 < 3), all.filter((_, i) => i % 5 >= 3)];

  const forward = (images: Tensor4D, momentum: number): Tensor2D => {
    let flow = images;
    let blockInput = flow;
    units.forEach(({ kind, stride, activation, residual, opensBlock }, i) => {
      const [kernel, gamma, beta, movingMean, movingVariance] = all.slice(5 * i, 5 * i + 5) as [
        Variable,
        Variable,
        Variable,
        Variable,
        Variable,
      ]; // five arrays a unit
      if (opensBlock) blockInput = flow;
      const filtered =
        kind === 'depthwise'
          ? depthwise(flow, kernel as Tensor as Tensor4D, stride)
          : tf.conv2d(flow, kernel as Tensor as Tensor4D, stride, 'same');
      const { y, mean, variance } = normalizeBatch(filtered, gamma, beta, epsilon);
      follow(movingMean, mean, momentum);
      follow(movingVariance, variance, momentum);
      flow = activation ? relu6(y) : y;
      if (residual) flow = tf.add(blockInput, flow);
    });
    return tf.mean(flow, [1, 2]);
  };
  return {
    variables,
    statistics,
    forward,
    arrays: () =>
      initial.map(({ name, shape }, i) => ({
        name,
        shape: [...shape],
        data: Float32Array.from(all[i]!.dataSync()), // one variable per array
      })),
    dispose: () => tf.dispose(all),
  };
}

/** moving ← momentum · moving + (1 − momentum) · seen, outside of any gradient. */
function follow(moving: Variable, seen: Tensor, momentum: number): void {
  const { tf } = tensorflow();
  tf.tidy(() => moving.assign(tf.add(tf.mul(moving, momentum), tf.mul(seen, 1 - momentum))));
}
