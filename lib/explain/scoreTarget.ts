import type { LayersModel, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';

/** What is explained: a function of the model's output `[batch, outputs]` that gives one number per image. */
export type ScoreTarget = (output: Tensor2D) => Tensor1D;

/** Output number `index`: the logit of a class. */
export const outputColumn =
  (index: number): ScoreTarget =>
  (output) => {
    const [rows] = output.shape;
    return output.slice([0, index], [rows, 1]).reshape([rows]);
  };

/** The first output: the prediction of a model that gives one number. */
export const predictedValue: ScoreTarget = outputColumn(0);

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
