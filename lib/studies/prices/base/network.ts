import type { Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import type { NamedArray } from '../../../networks/hdf5';
import { normalization } from '../../../networks/layers';
import { mobilenetV2, SMALLEST } from '../../../networks/mobilenetV2';
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
  const layers = mobilenetV2(alpha, SMALLEST); // the same layers for every size
  const all = initial.map(({ data, shape }, i) => tf.variable(tf.tensor(data, shape), i % 5 < 3));
  const [variables, statistics] = [all.filter((_, i) => i % 5 < 3), all.filter((_, i) => i % 5 >= 3)];

  const forward = (images: Tensor4D, momentum: number): Tensor2D => {
    const outputs = new Map<string, Tensor4D>();
    let flow = images;
    let next = 0;
    const weight = (): Variable => all[next++]!; // as many as the layers have
    for (const layer of layers) {
      if (layer.kind === 'conv') {
        flow = tf.conv2d(flow, weight() as Tensor as Tensor4D, layer.stride ?? 1, 'same');
      } else if (layer.kind === 'depthwise') {
        flow = depthwise(flow, weight() as Tensor as Tensor4D, layer.stride ?? 1);
      } else if (layer.kind === 'batchNorm') {
        const [gamma, beta, movingMean, movingVariance] = [weight(), weight(), weight(), weight()];
        const { y, mean, variance } = normalizeBatch(flow, gamma, beta, normalization.epsilon);
        follow(movingMean, mean, momentum);
        follow(movingVariance, variance, momentum);
        flow = y;
      } else if (layer.kind === 'relu6') flow = relu6(flow);
      else if (layer.kind === 'add') flow = tf.add(outputs.get(layer.to)!, flow); // an earlier layer
      outputs.set(layer.name, flow);
    }
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
