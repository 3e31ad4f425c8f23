import type { ExplanationMethod } from './method';

/**
 * HiResCAM (Draelos & Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks", 2020), without its
 * last ReLU: each activation weighs its own d score / d activation, nothing is averaged. Where the score is linear in the activations the map adds up
 * to it, but for the constant term.
 */
export const hiResCam: ExplanationMethod = {
  title: 'HiResCAM',
  paper: 'Draelos & Carin, 2020',
  signed: true,
  weigh: ({ gradients }) => gradients.clone(),
};
