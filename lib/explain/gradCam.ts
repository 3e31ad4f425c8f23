import type { LayersModel, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../errors';
import { tensorflow } from '../tensorflow/backend';
import type { HeatMap } from './heatMap';

/** What is explained: a function of the model's output `[batch, outputs]` that gives one number per image. */
export type ScoreTarget = (output: Tensor2D) => Tensor1D;

/** The predicted target of the price, the only output of such a head. Its heat maps show what moves the prediction up or down. */
export const predictedValue: ScoreTarget = (output) => outputColumn(0)(output);

/** The predicted log price of a game that costs something: the second output of a hurdle. */
export const hurdlePrice: ScoreTarget = (output) => outputColumn(1)(output);

/** The logit of "costs something": the first output of a hurdle. */
export const hurdlePaid: ScoreTarget = (output) => outputColumn(0)(output);

/** Output number `index`: the probability of a class. */
export const outputColumn =
  (index: number): ScoreTarget =>
  (output) => {
    const [rows, columns] = output.shape;
    if (!(index >= 0 && index < columns)) {
      throw new ReportError(
        'BAD_INPUT',
        `There is no output ${index} to explain: the model has ${columns}, counted from 0.`,
      );
    }
    return output.slice([0, index], [rows, 1]).reshape([rows]);
  };

/** The score of a feature map under a head that takes it, in inference mode: dropout off, running statistics. */
export const headScore =
  (head: LayersModel, target: ScoreTarget = predictedValue) =>
  (activations: Tensor4D): Tensor1D =>
    target(head.apply(activations, { training: false }) as Tensor2D); // one output

export interface GradCamInput {
  /** Feature maps of one or more images: `batch · height · width · channels` values. */
  activations: Float32Array;
  shape: readonly [batch: number, height: number, width: number, channels: number];
  /** The score to explain, from the activations `[batch, h, w, channels]` to one number per image; images must not mix. */
  score: (activations: Tensor4D) => Tensor1D;
}

export interface GradCamResult {
  /** One raw map per image, at the size of the feature map; sign and unit (of the score) kept. */
  maps: HeatMap[];
  /** The weight of each channel, per image: `[batch, channels]` laid flat. */
  weights: Float32Array;
  /** The score itself, per image. */
  scores: Float32Array;
}

/**
 * Grad-CAM (Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017),
 * without its last ReLU: each channel's weight is the mean over all places of d score / d activation, and the map is the sum over
 * the channels of weight · activation. `raises`, `lowers` and `normalise` make of it what is shown. Throws `BAD_INPUT` when the
 * activations do not fit their shape or a map is not finite.
 */
export function gradCam({ activations, shape, score }: GradCamInput): GradCamResult {
  checkActivations(activations, shape);
  if (shape[0] === 0) return { maps: [], weights: new Float32Array(), scores: new Float32Array() };
  const { tf } = tensorflow();
  const [raw, weights, scores] = tf.tidy(() => {
    const found = gradCamTensors(tf.tensor4d(activations, [...shape]), score);
    const values = [copy(found.raw), copy(found.weights), copy(found.scores)] as const;
    found.scores.dispose(); // kept beyond the tidy
    return [...values];
  }) as [Float32Array, Float32Array, Float32Array]; // as laid down above
  return toResult(raw, weights, scores, shape);
}

/** Throws `BAD_INPUT` when the activations are not as many as the shape says. */
export function checkActivations(activations: Float32Array, shape: GradCamInput['shape']): void {
  if (activations.length === shape.reduce((a, b) => a * b)) return;
  throw new ReportError(
    'BAD_INPUT',
    `${activations.length} activations do not fit the shape [${shape.join(', ')}]: give all values of these feature maps.`,
  );
}

/** Raw maps `[batch, h, w]`, weights `[batch, 1, 1, channels]` and scores `[batch]`; the scores are kept, the caller disposes them. */
export function gradCamTensors(
  input: Tensor4D,
  score: GradCamInput['score'],
): { raw: Tensor; weights: Tensor; scores: Tensor1D } {
  const { tf } = tensorflow();
  let scores: Tensor1D | undefined;
  const total = tf.valueAndGrad((x) => {
    scores = tf.keep(score(x as Tensor4D));
    return tf.sum(scores); // each image's score depends on its own activations only, so one sum gives every gradient
  });
  try {
    const { grad } = total(input);
    const weights = tf.mean(grad, [1, 2], true);
    return { raw: tf.sum(tf.mul(input, weights), 3), weights, scores: scores! }; // set by the call above
  } catch (error) {
    scores?.dispose();
    throw error;
  }
}

/** Cuts the raw maps of a batch into one for each image. Throws `BAD_INPUT` when one is not finite. */
export function toResult(
  raw: Float32Array,
  weights: Float32Array,
  scores: Float32Array,
  [batch, height, width]: GradCamInput['shape'],
): GradCamResult {
  const size = height * width;
  const wrong = raw.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new ReportError(
      'BAD_INPUT',
      `The heat map of image ${Math.floor(wrong / size)} is not finite: the model's weights or its input hold NaN or infinity.`,
    );
  }
  const maps = Array.from({ length: batch }, (_, i) => ({
    width,
    height,
    values: raw.slice(i * size, (i + 1) * size),
  }));
  return { maps, weights, scores };
}

const copy = (tensor: { dataSync(): ArrayLike<number> }): Float32Array =>
  Float32Array.from(tensor.dataSync());
