import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { softmax } from '../data/numbers';
import { loadTensorFlow } from '../tensorflow/backend';
import { minimise } from './minimise';

/** Multinomial logistic regression: a row's logits are `features · weights + intercepts`. */
export interface LogisticModel {
  /** `[dims, classes]` in C order. */
  weights: Float64Array;
  /** One for each class. */
  intercepts: Float64Array;
}

/** Fits multinomial logistic regression as scikit-learn's `LogisticRegression(C=1/l2, tol=flat)` to `[rows, dims]` features. Throws `BAD_INPUT`. */
export async function fitLogistic(
  features: Float32Array,
  labels: readonly number[],
  classes: number,
  { l2 = 1, flat = 1e-4 } = {},
): Promise<LogisticModel> {
  const rows = labels.length;
  const dims = features.length / rows;
  const known = labels.every((label) => Number.isInteger(label) && label >= 0 && label < classes);
  if (!Number.isInteger(dims) || dims === 0 || classes < 2 || !known) {
    const expected = `rows of features for each of ${rows} labels, from 0 to ${classes - 1}`;
    throw new ReportError('BAD_INPUT', `${features.length} numbers do not fit: expected ${expected}.`);
  }
  const { tf } = await loadTensorFlow();
  const mean = tf.tidy(() => tf.mean(tf.tensor2d(features, [rows, dims]), 0));
  const x = tf.tidy(() => tf.sub(tf.tensor2d(features, [rows, dims]), mean)); // the same optimum, found in fewer steps
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d([...labels], 'int32'), classes).toFloat());
  const cost = (parameters: Float64Array) => {
    const [loss, slope] = tf.tidy(() => {
      const all = tf.tensor2d(Float32Array.from(parameters), [dims + 1, classes]);
      const [weights, intercepts] = [all.slice([0, 0], [dims, classes]), all.slice([dims, 0], [1, classes])];
      const logits = tf.add(tf.matMul(x, weights), intercepts);
      const gaps = tf.sub(tf.softmax(logits), y);
      const ofWeights = tf.add(tf.matMul(x, gaps, true), tf.mul(weights, l2));
      const entropy = tf.neg(tf.sum(tf.mul(y, tf.logSoftmax(logits))));
      return [entropy, tf.concat([ofWeights, tf.sum(gaps, 0, true)])] as [Scalar, Tensor];
    });
    const [entropy, gradient] = [loss.dataSync()[0]!, Float64Array.from(slope.dataSync())]; // a scalar
    tf.dispose([loss, slope]);
    const squares = parameters.subarray(0, dims * classes).reduce((sum, one) => sum + one * one, 0);
    return { value: (entropy + (l2 / 2) * squares) / rows, gradient: gradient.map((one) => one / rows) };
  };
  try {
    const found = minimise(cost, new Float64Array((dims + 1) * classes), flat);
    const [weights, intercepts] = [found.slice(0, dims * classes), found.slice(dims * classes)];
    const means = mean.dataSync();
    weights.forEach((weight, i) => {
      intercepts[i % classes]! -= means[Math.floor(i / classes)]! * weight; // in range
    });
    return { weights, intercepts };
  } finally {
    tf.dispose([mean, x, y]);
  }
}

/** The probability of each class for each row of `features`, `[rows, dims]` in C order. */
export function predictLogistic(
  { weights, intercepts }: LogisticModel,
  features: ArrayLike<number>,
): number[][] {
  const classes = intercepts.length;
  const dims = weights.length / classes;
  return Array.from({ length: features.length / dims }, (_, row) => {
    const logits = Array.from(intercepts);
    for (let i = 0; i < dims; i++) {
      const feature = features[row * dims + i]!; // in range, as below
      for (let k = 0; k < classes; k++) logits[k]! += feature * weights[i * classes + k]!;
    }
    return softmax(logits);
  });
}
