import { tensorflow } from '../tensorflow/backend';
import type { ExplanationMethod } from './method';

/**
 * LayerCAM (Jiang et al., "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization", IEEE TIP 2021), without its last ReLU: each
 * activation weighs the positive part of its own d score / d activation. That ReLU is part of the definition: a map says what raises the
 * score, and behind a ReLU it has no negative values.
 */
export const layerCam: ExplanationMethod = {
  title: 'LayerCAM',
  paper: 'Jiang et al., 2021',
  signed: false,
  weigh: ({ gradients }) => tensorflow().tf.relu(gradients),
};
