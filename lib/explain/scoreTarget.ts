import type { LayersModel, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';

/** What is explained: a function of the model's output `[batch, outputs]` that gives one number per image. */
export type ScoreTarget = (output: Tensor2D) => Tensor1D;

/** Output number `index`: the probability of a class, or its logit where the output is linear. Throws `BAD_INPUT` where there is none. */
export const outputColumn =
  (index: number): ScoreTarget =>
  (output) => {
    const [rows, columns] = output.shape;
    checkColumn(index, columns);
    return output.slice([0, index], [rows, 1]).reshape([rows]);
  };

/** The first output: the prediction of a model that gives one number. */
export const predictedValue: ScoreTarget = outputColumn(0);

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
  (output) =>
    tensorflow().tf.neg(target(output));

/** The score of a feature map under a head that takes it, in inference mode: dropout off, running statistics. */
export const headScore =
  (head: LayersModel, target: ScoreTarget = predictedValue) =>
  (activations: Tensor4D): Tensor1D =>
    target(head.apply(activations, { training: false }) as Tensor2D); // one output

function checkColumn(index: number, columns: number): void {
  if (index >= 0 && index < columns) return;
  throw new ReportError(
    'BAD_INPUT',
    `There is no output ${index} to explain: the model has ${columns}, counted from 0.`,
  );
}
