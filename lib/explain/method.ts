import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import { interpreted } from '../tensorflow/compiled';
import type { GraphOutput } from '../tensorflow/nativeGraph';
import type { HeatMap } from './heatMap';

/** Shape of the feature maps of one or more images. */
export type ActivationShape = readonly [batch: number, height: number, width: number, channels: number];

/** A layer's output for a batch of images, and how the score changes with it. */
export interface ActivationGradients {
  /** `[batch, height, width, channels]` */
  activations: Tensor4D;
  /** d score / d activation, of the same shape. */
  gradients: Tensor4D;
  /** The score of each image. */
  scores: Tensor1D;
}

/**
 * A way to explain a score by a layer's activations and their gradients. All of them give the map Σ over the channels of weight · activation, and
 * differ in what an activation weighs. No ReLU is laid over the map: it has the sign and unit of the score, and `raises`, `lowers`
 * and `normalise` make of it what is shown.
 */
export interface ExplanationMethod {
  /** As a reader knows it. */
  title: string;
  /** Where the formula comes from. */
  paper: string;
  /** False where positive gradients alone count, so that what lowers a score is to be had by explaining `negated` of it. */
  signed: boolean;
  /** `[batch, height, width, channels]`, or `[batch, 1, 1, channels]` where a channel weighs the same everywhere. The caller disposes it. */
  weigh(found: ActivationGradients): Tensor4D;
}

export interface ActivationInput {
  /** Feature maps of one or more images: `batch · height · width · channels` values. */
  activations: Float32Array;
  shape: ActivationShape;
  /** The score to explain, from the activations `[batch, h, w, channels]` to one number per image; images must not mix. */
  score: (activations: Tensor4D) => Tensor1D;
}

/** What a method says of some images. */
export interface Explanation {
  /** One raw map per image, at the size of the feature map, in the unit of the score. */
  maps: HeatMap[];
  /** The weight of each channel, per image: `[batch, channels]` laid flat. Null where a channel does not weigh the same everywhere. */
  weights: Float32Array | null;
  /** The score itself, per image. */
  scores: Float32Array;
}

/** d score / d activations; each image's score depends on its own activations only. The caller disposes gradients and scores. */
export function activationGradients(
  activations: Tensor4D,
  score: ActivationInput['score'],
): ActivationGradients {
  const { value, grad } = tensorflow().tf.valueAndGrad((x) => score(x as Tensor4D))(activations);
  return { activations, gradients: grad as Tensor4D, scores: value }; // of the shape of what it is the gradient for
}

/** Raw maps `[batch, h, w]`, weights as `weigh` gives them and scores `[batch]`, for use inside `tidy`. */
export function mapTensors(
  method: ExplanationMethod,
  activations: Tensor4D,
  score: ActivationInput['score'],
): { raw: Tensor3D; weights: Tensor4D; scores: Tensor1D } {
  const { tf } = tensorflow();
  const found = activationGradients(activations, score);
  const weights = method.weigh(found);
  return { raw: tf.sum<Tensor3D>(tf.mul(activations, weights), 3), weights, scores: found.scores };
}

/**
 * The maps of `method` for feature maps at hand; see `explainImages` for whole images. Throws `BAD_INPUT` when the activations do not fit
 * their shape or a map is not finite.
 */
export function explainActivations(method: ExplanationMethod, input: ActivationInput): Explanation {
  const { activations, shape, score } = input;
  checkActivations(activations, shape);
  if (shape[0] === 0) return { maps: [], weights: new Float32Array(), scores: new Float32Array() };
  const explain = (values: Tensor): Tensor[] => {
    const { raw, weights, scores } = mapTensors(method, values as Tensor4D, score);
    return [raw, weights, scores];
  };
  return explanationOf(interpreted(explain).run({ type: 'float', shape, data: activations }), shape[0]);
}

/** `tidy` for work whose result holds no tensors. */
export function tidied<T>(work: () => T): T {
  const results: T[] = [];
  tensorflow().tf.tidy(() => {
    results.push(work());
  });
  return results[0]!; // pushed above, or it threw
}

/** Throws `BAD_INPUT` when the activations are not as many as the shape says. */
export function checkActivations(activations: Float32Array, shape: ActivationShape): void {
  if (activations.length === shape.reduce((a, b) => a * b)) return;
  throw new ReportError(
    'BAD_INPUT',
    `${activations.length} activations do not fit the shape [${shape.join(', ')}]: give all values of these feature maps.`,
  );
}

/** What was computed for the first `count` images of a batch: raw maps, weights and scores, see `mapTensors`. Throws `BAD_INPUT` for a map that is not finite. */
export function explanationOf([raw, weights, scores]: readonly GraphOutput[], count: number): Explanation {
  const [, height = 0, width = 0] = raw!.shape; // the caller gives three, here and below
  const size = height * width;
  const maps = Array.from({ length: count }, (_, i) => ({
    width,
    height,
    values: Float32Array.from(raw!.data.subarray(i * size, (i + 1) * size)),
  }));
  const wrong = maps.findIndex(({ values }) => !values.every(Number.isFinite));
  if (wrong >= 0) {
    throw new ReportError(
      'BAD_INPUT',
      `The heat map of image ${wrong} is not finite: the model's weights or its input hold NaN or infinity.`,
    );
  }
  const [, rows, columns, channels = 0] = weights!.shape;
  const perChannel = rows === 1 && columns === 1;
  return {
    maps,
    weights: perChannel ? Float32Array.from(weights!.data.subarray(0, count * channels)) : null,
    scores: Float32Array.from(scores!.data.subarray(0, count)),
  };
}
