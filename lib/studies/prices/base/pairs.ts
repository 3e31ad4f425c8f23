import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { tensorflow } from '../../../tensorflow/backend';

/** How the base learns which pictures are of one game. */
export interface PairSettings {
  /** Of this loss in the sum. */
  weight: number;
  /** Divides the cosines: the lower, the more the nearest wrong pictures count. */
  temperature: number;
  /** Numbers that stand for a picture in the comparison. */
  dims: number;
}

/**
 * The loss NT-Xent of SimCLR (Chen et al. 2020): from the cosines of `projected`, `[2 · games, dims]`, in which rows 2i and 2i + 1 are
 * pictures of one game, how surprising it is that each picture's partner is its partner among all other pictures. Between 0 and about
 * `log(2 · games − 1)` for projections that say nothing. For use inside `variableGrads` or `tidy`.
 */
export function pairLoss(projected: Tensor2D, temperature: number): Scalar {
  const { tf } = tensorflow();
  const [rows] = projected.shape;
  const length = tf.sqrt(tf.add(tf.sum(tf.square(projected), 1, true), 1e-12));
  const unit = tf.div(projected, length) as Tensor2D;
  const cosines = tf.div(tf.matMul(unit, unit, false, true), temperature);
  const others = tf.sub(cosines, tf.mul(tf.eye(rows), 1e9)); // no picture is compared with itself
  const partners = Int32Array.from({ length: rows }, (_, row) => row ^ 1);
  const wanted: Tensor = tf.oneHot(tf.tensor1d(partners, 'int32') as Tensor1D, rows);
  return tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(others as Tensor2D)), -1))) as Scalar;
}
