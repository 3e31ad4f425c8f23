import { tensorflow } from '../tensorflow/backend';
import { type ActivationInput, type Explanation, type ExplanationMethod, explainActivations } from './method';

/**
 * Grad-CAM (Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017),
 * without its last ReLU: each channel's weight is the mean over all places of d score / d activation.
 */
export const gradCamMethod: ExplanationMethod = {
  title: 'Grad-CAM',
  paper: 'Selvaraju et al., 2017',
  signed: true,
  weigh: ({ gradients }) => tensorflow().tf.mean(gradients, [1, 2], true),
};

export interface GradCamResult extends Explanation {
  /** The weight of each channel, per image: `[batch, channels]` laid flat. */
  weights: Float32Array;
}

/** Grad-CAM of feature maps at hand. Throws what `explainActivations` throws. */
export const gradCam = (input: ActivationInput): GradCamResult =>
  explainActivations(gradCamMethod, input) as GradCamResult; // a channel weighs the same everywhere
