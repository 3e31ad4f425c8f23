import type { Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import type { GraphOutput } from '../tensorflow/nativeGraph';
import type { HeatMap } from './heatMap';

/** A layer's output for a batch of images, and how the score changes with it. */
export interface ActivationGradients {
  /** `[batch, height, width, channels]` */
  activations: Tensor4D;
  /** d score / d activation, of the same shape. */
  gradients: Tensor4D;
  scores: Tensor1D;
}

/** A method whose map is Σ over the channels of weight · activation, without a ReLU: it has the sign and unit of the score. */
export interface ExplanationMethod {
  /** False where positive gradients alone count, so that what lowers a score is to be had by explaining `negated` of it. */
  signed: boolean;
  /** `[batch, height, width, channels]`, or `[batch, 1, 1, channels]` where a channel weighs the same everywhere. The caller disposes it. */
  weigh(found: ActivationGradients): Tensor4D;
}

/** What a method says of some images. */
export interface Explanation {
  /** One raw map per image, at the size of the feature map, in the unit of the score. */
  maps: HeatMap[];
  /** The weight of each channel, per image: `[batch, channels]` laid flat. Null where a channel does not weigh the same everywhere. */
  weights: Float32Array | null;
  scores: Float32Array;
}

/** The score as a function of a layer's activations, one number per image; images must not mix. */
type ActivationScore = (activations: Tensor4D) => Tensor1D;

/** d score / d activations; each image's score depends on its own activations only. The caller disposes gradients and scores. */
export function activationGradients(activations: Tensor4D, score: ActivationScore): ActivationGradients {
  const { value, grad } = tensorflow().tf.valueAndGrad((x) => score(x as Tensor4D))(activations);
  return { activations, gradients: grad as Tensor4D, scores: value }; // of the shape of what it is the gradient for
}

/** Raw maps `[batch, h, w]`, weights as `weigh` gives them and scores `[batch]`, for use inside `tidy`. */
export function mapTensors(
  method: ExplanationMethod,
  activations: Tensor4D,
  score: ActivationScore,
): [raw: Tensor3D, weights: Tensor4D, scores: Tensor1D] {
  const { tf } = tensorflow();
  const found = activationGradients(activations, score);
  const weights = method.weigh(found);
  return [tf.sum<Tensor3D>(tf.mul(activations, weights), 3), weights, found.scores];
}

/** What `mapTensors` gave for the first `count` images of a batch. Throws `BAD_INPUT` for a map that is not finite. */
export function explanationOf([raw, weights, scores]: readonly GraphOutput[], count: number): Explanation {
  const [, height = 0, width = 0] = raw!.shape; // the caller gives three, here and below
  const size = height * width;
  const maps = Array.from({ length: count }, (_, i) => ({
    width,
    height,
    values: new Float32Array(raw!.data.subarray(i * size, (i + 1) * size)),
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
    weights: perChannel ? new Float32Array(weights!.data.subarray(0, count * channels)) : null,
    scores: new Float32Array(scores!.data.subarray(0, count)),
  };
}
