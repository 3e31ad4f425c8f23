import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { RowMetric, Shape, Task } from '../core/concepts';
import { ReportError } from '../core/errors';
import { argMax } from '../core/extremes';
import { softmax } from '../data/numbers';
import { tensorflow } from '../tensorflow/backend';

/** How a number becomes a target and an output a number again; `settings` says which transformation it is. */
export interface Transform {
  apply(label: number): number;
  invert(output: number): number;
  settings: Readonly<Record<string, unknown>>;
}

const identity: Transform = { apply: Number, invert: Number, settings: {} };

/** Mean over the outputs of a row of what `error` makes of the difference. */
const meanError =
  (error: (difference: number) => number, value: (output: number) => number = Number): RowMetric =>
  (output, target) => {
    let sum = 0;
    for (let i = 0; i < target.length; i++) sum += error(value(output[i]!) - target[i]!); // as many outputs
    return sum / target.length;
  };
const square = (difference: number): number => difference * difference;

/** A number by its mean squared error; the best epoch has the smallest `mse`. `mse` and `mae` are those of transformed labels. */
export const regression = ({
  transform = identity,
}: {
  transform?: Transform;
} = {}): Task<number, number> => ({
  name: 'regression',
  settings: transform.settings,
  outputs: 1,
  encode: (label) => {
    const target = transform.apply(label);
    if (Number.isFinite(target)) return [target];
    throw new ReportError('BAD_INPUT', `The label ${label} becomes ${target}, expected a finite number.`);
  },
  loss: (output, target) => {
    const { tf } = tensorflow();
    return tf.mean<Scalar>(tf.square(tf.sub(output, target)));
  },
  decode: (output) => transform.invert(output[0]!), // one output
  metrics: { mse: meanError(square), mae: meanError(Math.abs) },
  monitor: { metric: 'mse', best: 'min' },
});

/** The most probable class, and the probability of each in the order of the task's names. */
export interface ClassPrediction {
  label: string;
  probabilities: readonly number[];
}

export interface ClassesOptions {
  /** By how much each class counts, in the order of the names; default all alike. */
  weights?: readonly number[];
  /** Share of each target that is spread evenly over all classes, from 0 to below 1; default 0. */
  smoothing?: number;
  /** What chooses the best epoch: the smallest loss, which is the default, or the highest accuracy. */
  bestBy?: 'loss' | 'accuracy';
}

/** Weights of classes: 1 / n, 1 / √n, or items / (classes · n), scikit-learn's "balanced". Throws `BAD_INPUT` for one without items. */
export function classWeights(
  labels: readonly string[],
  names: readonly string[],
  by: 'inverse' | 'inverse root' | 'balanced',
): number[] {
  return names.map((name) => {
    const count = labels.filter((label) => label === name).length;
    if (count === 0) throw new ReportError('BAD_INPUT', `No item is of the class ${name}: leave it out.`);
    if (by === 'balanced') return labels.length / (names.length * count);
    return by === 'inverse' ? 1 / count : 1 / Math.sqrt(count);
  });
}

/** One of several classes by the cross-entropy of logits, weighted and smoothed as in PyTorch. Throws `BAD_INPUT` for names or options that do not fit. */
export function classes(
  names: readonly string[],
  { weights, smoothing = 0, bestBy = 'loss' }: ClassesOptions = {},
): Task<string, ClassPrediction> {
  const count = names.length;
  const weighted = weights === undefined || (weights.length === count && weights.every((w) => w > 0));
  if (count < 2 || new Set(names).size < count || !weighted || !(smoothing >= 0 && smoothing < 1)) {
    throw new ReportError(
      'BAD_INPUT',
      `Classes ${names.join(', ')} with weights ${weights?.join(', ') ?? 'all alike'} and smoothing ${smoothing}: expected at least two ` +
        'different names, a weight above 0 for each, and a smoothing from 0 to below 1.',
    );
  }
  return {
    name: 'classes',
    settings: { names, weights: weights ?? null, smoothing },
    outputs: count,
    encode: (label) => {
      const at = names.indexOf(label);
      if (at >= 0) return names.map((_, i) => (i === at ? 1 : 0));
      throw new ReportError('BAD_INPUT', `The label "${label}" is none of ${names.join(', ')}.`);
    },
    loss: (output, target) => {
      const { tf } = tensorflow();
      const weight = tf.tensor1d(weights ? [...weights] : names.map(() => 1));
      const smoothed = tf.add(tf.mul(target, 1 - smoothing), smoothing / count);
      const entropy = tf.neg(tf.sum(tf.mul(tf.mul(smoothed, weight), tf.logSoftmax(output))));
      return tf.div<Scalar>(entropy, tf.sum(tf.mul(target, weight)));
    },
    decode: (output) => {
      const probabilities = softmax(output);
      return { label: names[argMax(output)]!, probabilities }; // a name for each output
    },
    metrics: { accuracy: (output, target) => Number(argMax(output) === argMax(target)) },
    monitor: { metric: bestBy, best: bestBy === 'loss' ? 'min' : 'max' },
  };
}

/** Any of several classes at once, each by the cross-entropy of its own logit; a prediction's label is the most probable one. */
export const labelSets = (names: readonly string[]): Task<readonly string[], ClassPrediction> => ({
  name: 'label sets',
  settings: { names },
  outputs: names.length,
  encode: (labels) => {
    const other = labels.find((label) => !names.includes(label));
    if (other === undefined) return names.map((name) => Number(labels.includes(name)));
    throw new ReportError('BAD_INPUT', `The label "${other}" is none of ${names.join(', ')}.`);
  },
  loss: logitLoss,
  decode: (output) => ({ label: names[argMax(output)]!, probabilities: Array.from(output, sigmoid) }), // a name for each
  metrics: { accuracy: (output, target) => Number(target[argMax(output)]! > 0.5) }, // one of its labels comes first
  monitor: { metric: 'loss', best: 'min' },
});

/** The labels that a prediction of `labelSets` gives: those more probable than not, or where there are none the most probable. */
export const labelsOf = ({ label, probabilities }: ClassPrediction, names: readonly string[]): string[] => {
  const found = names.filter((_, i) => probabilities[i]! > 0.5); // one for each
  return found.length > 0 ? found : [label];
};

/** Whether something is so, by the cross-entropy of one logit; a prediction is the probability that it is. The best epoch has the smallest loss. */
export const binary = (): Task<boolean, number> => ({
  name: 'binary',
  settings: {},
  outputs: 1,
  encode: (label) => [Number(label)],
  loss: logitLoss,
  decode: (output) => sigmoid(output[0]!), // one output
  metrics: { accuracy: (output, target) => Number(output[0]! > 0 === target[0]! > 0.5) }, // one output
  monitor: { metric: 'loss', best: 'min' },
});

/** Pictures from 0 to 1 as an autoencoder gives them back, by the cross-entropy of a logit for each value; `mse` and `mae` are those of the values. */
export const reconstruction = (shape: Shape): Task<ArrayLike<number>, Float32Array> => {
  const outputs = shape.reduce((a, b) => a * b, 1);
  return {
    name: 'reconstruction',
    settings: { shape },
    outputs,
    encode: (label) => {
      if (label.length === outputs) return Array.from(label);
      throw new ReportError(
        'BAD_INPUT',
        `A picture of ${label.length} values was given, expected ${outputs}.`,
      );
    },
    loss: logitLoss,
    decode: (output) => Float32Array.from(output, sigmoid),
    metrics: { mse: meanError(square, sigmoid), mae: meanError(Math.abs, sigmoid) },
    monitor: { metric: 'mse', best: 'min' },
  };
};

/** Mean cross-entropy of logits with targets from 0 to 1. */
function logitLoss(output: Tensor, target: Tensor): Scalar {
  const { tf } = tensorflow();
  return tf.mean<Scalar>(tf.sub(tf.softplus(output), tf.mul(target, output)));
}

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
