import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import {
  type Explanation,
  type ExplanationMethod,
  explanationOf,
  mapTensors,
} from '../../lib/explain/method';
import { explanationMethods } from '../../lib/explain/methods';
import { interpreted } from '../../lib/tensorflow/compiled';

export interface ActivationInput {
  /** Feature maps of one or more images: `batch · height · width · channels` values. */
  activations: Float32Array;
  shape: readonly [batch: number, height: number, width: number, channels: number];
  score: (activations: Tensor4D) => Tensor1D;
}

/** The maps of `method` for feature maps at hand. */
export function explainActivations(
  method: ExplanationMethod,
  { activations, shape, score }: ActivationInput,
): Explanation {
  const explain = (values: Tensor): Tensor[] => mapTensors(method, values as Tensor4D, score);
  return explanationOf(interpreted(explain).run({ type: 'float', shape, data: activations }), shape[0]);
}

/** Grad-CAM of feature maps at hand. */
export const gradCam = (input: ActivationInput): Explanation & { weights: Float32Array } =>
  explainActivations(explanationMethods['grad-cam'], input) as Explanation & { weights: Float32Array }; // a channel weighs the same everywhere
