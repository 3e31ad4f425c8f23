import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { Model, Task } from '../../core/concepts';
import { tensorflow } from '../../tensorflow/backend';
import { regression, sigmoid } from '../../training/tasks';
import type { TrainingHistory } from '../../training/train';
import { type Predicted, predictedOf, type TargetScaler, toTarget } from './target';
import { type Cents, cents } from './units';

/** What a head learns of prices in EUR cents: a standardized target by its squared error, or a hurdle. */
export function priceTask(scaler: TargetScaler): Task<Cents, Predicted> {
  const { kind, mean, deviation } = scaler;
  const settings = { kind, mean, deviation };
  const decode = (output: ArrayLike<number>): Predicted => predictedOf(scaler, output);
  if (kind !== 'hurdle') {
    const apply = (price: number): number => toTarget(scaler, cents(price));
    return { ...regression({ transform: { apply, invert: Number, settings } }), decode };
  }
  const encode = (price: Cents): number[] => {
    const target = toTarget(scaler, price);
    return target === Number.NEGATIVE_INFINITY ? [0, 0] : [1, target];
  };
  return { ...hurdle, settings, encode, decode };
}

/** Weight of the squared error of the log price: with a half the loss is, but for a constant, a hurdle model's negative log-likelihood. */
const PRICE_WEIGHT = 0.5;

/** A hurdle model (Cragg, 1971): cross-entropy of "costs something" plus, of games that do, `PRICE_WEIGHT` times the squared error of the price. */
const hurdle: Omit<Task, 'settings' | 'encode' | 'decode'> = {
  name: 'hurdle',
  outputs: 2,
  loss: (output, target) => {
    const { tf } = tensorflow();
    const column = (rows: Tensor, i: number): Tensor => tf.slice(rows, [0, i], [rows.shape[0]!, 1]); // [rows, 2]
    const [logit, price] = [column(output, 0), column(output, 1)];
    const [paid, truth] = [column(target, 0), column(target, 1)];
    const crossEntropy = tf.sub(tf.softplus(logit), tf.mul(paid, logit));
    const squared = tf.mul(paid, tf.square(tf.sub(price, truth)));
    return tf.mean<Scalar>(tf.add(crossEntropy, tf.mul(squared, PRICE_WEIGHT)));
  },
  metrics: {
    mse: (output, target) => (chanceError(output, target) ** 2 + priceError(output, target) ** 2) / 2,
    mae: (output, target) =>
      (Math.abs(chanceError(output, target)) + Math.abs(priceError(output, target))) / 2,
    accuracy: (output, target) => Number(Math.abs(chanceError(output, target)) < 0.5),
  },
  monitor: { metric: 'mse', best: 'min' },
};

/** Of the probability that a game costs something. */
const chanceError = (output: ArrayLike<number>, target: ArrayLike<number>): number =>
  sigmoid(output[0]!) - target[0]!; // two outputs

/** Of the target of its price; 0 for a free game. */
const priceError = (output: ArrayLike<number>, target: ArrayLike<number>): number =>
  target[0]! * (output[1]! - target[1]!); // two outputs

/** A head that has learnt prices (EUR cents) from the features of a base. Two in stages of equal keys have learnt the same from the same. */
export interface PriceModel extends Model<Cents, Predicted, TrainingHistory> {
  /** From prices to what the model learns and back; fitted on its training games. */
  scaler: TargetScaler;
}
