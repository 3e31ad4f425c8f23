import type { LayersModel, Scalar, Tensor2D } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';

/** How well a model did on a set of rows; each figure is a mean over the rows. */
export interface Figures {
  /** What training makes small: `mse`, or the cross-entropy of a head of classes, plus the L2 terms of the kernels. */
  loss: number;
  /** Mean squared error of the target; of probabilities against 0 and 1 for a head of classes (Brier score per class). */
  mse: number;
  /** Mean absolute error, likewise. */
  mae: number;
  /** Share of rows whose most probable class is the right one; null for a price. */
  accuracy: number | null;
}

/** Outputs per row: 1 for a price, the number of classes else. */
export const outputCount = (model: LayersModel): number => (model.outputShape as number[]).at(-1)!; // [batch, n]

/**
 * The loss as a tensor, to be differentiated: mean squared error for one output, categorical cross-entropy of probabilities for
 * several (clipped at 1e-7 as in Keras), plus every regularizer of the model.
 */
export function totalLoss(model: LayersModel, prediction: Tensor2D, target: Tensor2D): Scalar {
  const { tf } = tensorflow();
  const data =
    prediction.shape[1] === 1
      ? tf.mean<Scalar>(tf.square(tf.sub(prediction, target)))
      : tf.neg(tf.mean<Scalar>(tf.log(tf.clipByValue(tf.sum(tf.mul(prediction, target), 1), 1e-7, 1))));
  return model.calculateLosses().reduce((sum: Scalar, term) => tf.add(sum, term), data);
}

/** Targets as rows of the model's outputs: the values themselves, or a class's number as 0s and a 1. */
export function targetRows(targets: Float32Array, outputs: number): Float32Array {
  if (outputs === 1) return targets;
  const rows = new Float32Array(targets.length * outputs);
  targets.forEach((target, row) => {
    rows[row * outputs + target] = 1;
  });
  return rows;
}

/** Gathers figures batch by batch, in double precision. */
export function figureSums(outputs: number): {
  add(prediction: Float32Array, target: Float32Array, loss: number): void;
  mean(): Figures;
} {
  let rows = 0;
  const sums = { loss: 0, squared: 0, absolute: 0, right: 0 };
  return {
    add(prediction, target, loss) {
      const count = prediction.length / outputs;
      rows += count;
      sums.loss += loss * count;
      for (let i = 0; i < prediction.length; i++) {
        const error = prediction[i]! - target[i]!; // of equal length
        sums.squared += error * error;
        sums.absolute += Math.abs(error);
      }
      for (let row = 0; outputs > 1 && row < count; row++) {
        const at = row * outputs;
        if (argMax(prediction, at, outputs) === argMax(target, at, outputs)) sums.right += 1;
      }
    },
    mean: () => ({
      loss: sums.loss / rows,
      mse: sums.squared / (rows * outputs),
      mae: sums.absolute / (rows * outputs),
      accuracy: outputs > 1 ? sums.right / rows : null,
    }),
  };
}

function argMax(values: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i]! > values[from + best]!) best = i; // within the row
  return best;
}
