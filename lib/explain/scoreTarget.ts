import type { LayersModel, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';

/**
 * What is explained: a function of the model's output `[batch, outputs]` that gives one number per image. `images` says which image each
 * row is of, counted from 0, for targets that know something of each image; default: the rows are the images, in order.
 */
export type ScoreTarget = (output: Tensor2D, images?: readonly number[]) => Tensor1D;

/** The predicted target of the price, the only output of such a head. Its heat maps show what moves the prediction up or down. */
export const predictedValue: ScoreTarget = (output) => outputColumn(0)(output);

/** The predicted log price of a game that costs something: the second output of a hurdle. */
export const hurdlePrice: ScoreTarget = (output) => outputColumn(1)(output);

/** The logit of "costs something": the first output of a hurdle. */
export const hurdlePaid: ScoreTarget = (output) => outputColumn(0)(output);

/** Output number `index`: the probability of a class, or its logit where the output is linear. Throws `BAD_INPUT` where there is none. */
export const outputColumn =
  (index: number): ScoreTarget =>
  (output) => {
    const [rows, columns] = output.shape;
    checkColumn(index, columns);
    return output.slice([0, index], [rows, 1]).reshape([rows]);
  };

/**
 * The log odds of class `index`, log(p / (1 − p)), of an output of probabilities. Where the model is nearly sure the probability hardly moves and
 * its maps fade; the log odds go on. Probabilities count as 1e-30 at least. Throws `BAD_INPUT` where there is no such class.
 */
export const classLogOdds =
  (index: number): ScoreTarget =>
  (output) => {
    const { tf } = tensorflow();
    const [, columns] = output.shape;
    checkColumn(index, columns);
    const own = tf.oneHot(tf.tensor1d([index], 'int32'), columns); // [1, columns]
    const share = (mask: Tensor2D): Tensor1D =>
      tf.log(tf.maximum(tf.sum<Tensor1D>(tf.mul(output, mask), 1), 1e-30));
    return tf.sub(share(own as Tensor2D), share(tf.sub(1, own)));
  };

/** `target` with its sign turned: what raises this lowers that. For methods that only know what raises a score. */
export const negated =
  (target: ScoreTarget): ScoreTarget =>
  (output, images) =>
    tensorflow().tf.neg(target(output, images));

/**
 * How near `target` comes to the truth of each image: minus the absolute difference, in the unit of `target`. What raises it makes the prediction
 * better. `truths`: one number per image, in the same unit (see `toTarget`). Throws `BAD_INPUT` for an image whose truth is missing
 * or not finite, such as the log price of a free game.
 */
export const distanceToTruth =
  (truths: ArrayLike<number>, target: ScoreTarget = predictedValue): ScoreTarget =>
  (output, images = Array.from({ length: output.shape[0] }, (_, i) => i)) => {
    const { tf } = tensorflow();
    const wanted = Float32Array.from(images, (image) => {
      const truth = truths[image];
      if (truth !== undefined && Number.isFinite(truth)) return truth;
      throw new ReportError(
        'BAD_INPUT',
        `The truth of image ${image} is ${truth}: give a finite number for each of the images, or leave this one out.`,
      );
    });
    return tf.neg(tf.abs(tf.sub(target(output, images), tf.tensor1d(wanted))));
  };

/**
 * The score of a feature map under a head that takes it, in inference mode: dropout off, running statistics. `images`: see `ScoreTarget`.
 */
export const headScore =
  (head: LayersModel, target: ScoreTarget = predictedValue, images?: readonly number[]) =>
  (activations: Tensor4D): Tensor1D =>
    target(head.apply(activations, { training: false }) as Tensor2D, images); // one output

function checkColumn(index: number, columns: number): void {
  if (index >= 0 && index < columns) return;
  throw new ReportError(
    'BAD_INPUT',
    `There is no output ${index} to explain: the model has ${columns}, counted from 0.`,
  );
}
