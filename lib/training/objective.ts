import type { LayersModel, layers, Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';

/** How well a model did on a set of rows; each figure is a mean over the rows. */
export interface Figures {
  /** What training makes small: the objective's loss plus the L2 terms of the kernels. */
  loss: number;
  /** Mean squared error of what the outputs say: of the target, of probabilities against 0 and 1, of both for a hurdle. */
  mse: number;
  /** Mean absolute error, likewise. */
  mae: number;
  /** Share of rows whose class (free or paid for a hurdle) is the most probable one; null for a price. */
  accuracy: number | null;
}

/** Errors of one row, summed over its outputs; `right` is null where there is no class to be right about. */
interface RowErrors {
  squared: number;
  absolute: number;
  right: boolean | null;
}

/** What a model's outputs stand for and what it is trained to make small. */
export interface Objective {
  /** Outputs per row. */
  outputs: number;
  /** What a target is expected to be, for messages. */
  expected: string;
  fits(target: number): boolean;
  /** A target as a row of outputs. */
  row(target: number): readonly number[];
  /** Mean loss of predictions `[rows, outputs]`, to be differentiated. */
  loss(prediction: Tensor2D, target: Tensor2D): Scalar;
  /** Errors of a row of predictions against the row of its target. */
  errors(prediction: ArrayLike<number>, target: ArrayLike<number>): RowErrors;
}

/** One output, linear: squared error of the target. */
export const priceObjective: Objective = {
  outputs: 1,
  expected: 'a finite number',
  fits: Number.isFinite,
  row: (target) => [target],
  loss: (prediction, target) => {
    const { tf } = tensorflow();
    return tf.mean<Scalar>(tf.square(tf.sub(prediction, target)));
  },
  errors: (prediction, target) => {
    const error = prediction[0]! - target[0]!; // one output
    return { squared: error * error, absolute: Math.abs(error), right: null };
  },
};

/** Probabilities of `count` classes: categorical cross-entropy (clipped at 1e-7 as in Keras). Targets are numbers of classes, from 0. */
export const classesObjective = (count: number): Objective => ({
  outputs: count,
  expected: `a whole number from 0 to ${count - 1}`,
  fits: (target) => Number.isInteger(target) && target >= 0 && target < count,
  row: (target) => Array.from({ length: count }, (_, i) => (i === target ? 1 : 0)),
  loss: (prediction, target) => {
    const { tf } = tensorflow();
    return tf.neg(tf.mean<Scalar>(tf.log(tf.clipByValue(tf.sum(tf.mul(prediction, target), 1), 1e-7, 1))));
  },
  errors: (prediction, target) => {
    const errors = Array.from(prediction, (value, i) => value - target[i]!); // as many outputs
    return {
      squared: errors.reduce((sum, error) => sum + error * error, 0),
      absolute: errors.reduce((sum, error) => sum + Math.abs(error), 0),
      right: argMax(prediction) === argMax(target),
    };
  },
});

/**
 * Weight of the squared error of the log price beside the cross-entropy of paid. With a half their sum is, but for a constant, the
 * negative logarithm of a hurdle model's likelihood whose log prices are normal with the deviation of the training prices, 1.
 */
export const PRICE_WEIGHT = 0.5;

/**
 * The logit of "costs something" and the target of the price if it does (a hurdle model: Cragg, 1971; Mullahy, 1986). The loss is the
 * binary cross-entropy of the first plus, of rows that do cost something, `PRICE_WEIGHT` times the squared error of the second. The target
 * of a free game is −∞.
 */
export const hurdleObjective: Objective = {
  outputs: 2,
  expected: 'a finite number, or −∞ for a free game',
  fits: (target) => Number.isFinite(target) || target === Number.NEGATIVE_INFINITY,
  row: (target) => (target === Number.NEGATIVE_INFINITY ? [0, 0] : [1, target]),
  loss: (prediction, target) => {
    const { tf } = tensorflow();
    const column = (rows: Tensor2D, i: number): Tensor => tf.slice(rows, [0, i], [rows.shape[0], 1]);
    const [logit, price] = [column(prediction, 0), column(prediction, 1)];
    const [paid, truth] = [column(target, 0), column(target, 1)];
    const crossEntropy = tf.sub(tf.softplus(logit), tf.mul(paid, logit));
    const squared = tf.mul(paid, tf.square(tf.sub(price, truth)));
    return tf.mean<Scalar>(tf.add(crossEntropy, tf.mul(squared, PRICE_WEIGHT)));
  },
  errors: (prediction, target) => {
    const paid = target[0]!; // two outputs, here and below
    const chance = 1 / (1 + Math.exp(-prediction[0]!)) - paid;
    const price = paid * (prediction[1]! - target[1]!);
    return {
      squared: chance * chance + price * price,
      absolute: Math.abs(chance) + Math.abs(price),
      right: Math.abs(chance) < 0.5,
    };
  },
};

/** The name of the layer by which a head says that its two outputs are those of `hurdleObjective`. */
export const HURDLE_LAYER = 'hurdle';

/** The objective of a model, as its last layer says it. Throws `BAD_INPUT` for a model whose outputs are of no known kind. */
export function objectiveOf(model: LayersModel): Objective {
  const last = outputLayer(model);
  const outputs = outputCount(model);
  if (last.name === HURDLE_LAYER && outputs === hurdleObjective.outputs) return hurdleObjective;
  if (outputs === 1) return priceObjective;
  if (last.getConfig().activation === 'softmax') return classesObjective(outputs);
  throw new ReportError(
    'BAD_INPUT',
    `The ${outputs} outputs of layer ${last.name} are neither probabilities (softmax) nor those of a hurdle: build the head with buildHead.`,
  );
}

/** The layer that gives the outputs, inside whatever models it is nested in. */
function outputLayer(model: LayersModel): layers.Layer {
  let last: layers.Layer = model;
  while ('layers' in last) last = (last as LayersModel).layers.at(-1)!; // a model has at least one layer
  return last;
}

/** Outputs per row: 1 for a price, 2 for a hurdle, the number of classes else. */
export const outputCount = (model: LayersModel): number => (model.outputShape as number[]).at(-1)!; // [batch, n]

/** The loss as a tensor, to be differentiated: that of the model's objective plus every regularizer of the model. */
export const totalLoss = (model: LayersModel, prediction: Tensor2D, target: Tensor2D): Scalar =>
  model
    .calculateLosses()
    .reduce(
      (sum: Scalar, term) => tensorflow().tf.add(sum, term),
      objectiveOf(model).loss(prediction, target),
    );

/** Targets as rows of the model's outputs, laid flat. */
export const targetRows = (targets: Float32Array, { row }: Objective): Float32Array =>
  Float32Array.from(Array.from(targets, row).flat());

/** Gathers figures batch by batch, in double precision. */
export function figureSums({ outputs, errors }: Objective): {
  add(prediction: Float32Array, target: Float32Array, loss: number): void;
  mean(): Figures;
} {
  let rows = 0;
  let judged = 0;
  const sums = { loss: 0, squared: 0, absolute: 0, right: 0 };
  return {
    add(prediction, target, loss) {
      const count = prediction.length / outputs;
      rows += count;
      sums.loss += loss * count;
      for (let at = 0; at < prediction.length; at += outputs) {
        const row = errors(prediction.subarray(at, at + outputs), target.subarray(at, at + outputs));
        sums.squared += row.squared;
        sums.absolute += row.absolute;
        if (row.right !== null) judged += 1;
        if (row.right) sums.right += 1;
      }
    },
    mean: () => ({
      loss: sums.loss / rows,
      mse: sums.squared / (rows * outputs),
      mae: sums.absolute / (rows * outputs),
      accuracy: judged > 0 ? sums.right / judged : null,
    }),
  };
}

function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i; // within the row
  return best;
}
