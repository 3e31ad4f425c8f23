import type { Tensor4D } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import type { ExplanationMethod } from './method';

/** Grad-CAM (Selvaraju et al., ICCV 2017) without its last ReLU: each channel's weight is the mean over all places of d score / d activation. */
const gradCam: ExplanationMethod = {
  signed: true,
  weigh: ({ gradients }) => tensorflow().tf.mean(gradients, [1, 2], true),
};

/** Grad-CAM++ (Chattopadhay et al. 2018) without ReLU and exponential: weights are Σ over places of ReLU(g) / (2 + g · Σ activation), a sum below 0 taken as 0. */
const gradCamPlusPlus: ExplanationMethod = {
  signed: false,
  weigh: ({ activations, gradients }) => {
    const { tf } = tensorflow();
    return tf.tidy(() => {
      const sums = tf.relu(tf.sum(activations, [1, 2], true)); // [batch, 1, 1, channels]
      const rising = tf.relu(gradients); // α where g ≤ 0 is of no matter: ReLU(g) is 0 there
      return tf.sum<Tensor4D>(tf.div(rising, tf.add(tf.mul(rising, sums), 2)), [1, 2], true);
    });
  },
};

/** HiResCAM (Draelos & Carin, 2020) without its last ReLU: each activation weighs its own d score / d activation. */
const hiResCam: ExplanationMethod = {
  signed: true,
  weigh: ({ gradients }) => gradients.clone(),
};

/** LayerCAM (Jiang et al., IEEE TIP 2021) without its last ReLU: each activation weighs the positive part of its own d score / d activation. */
const layerCam: ExplanationMethod = {
  signed: false,
  weigh: ({ gradients }) => tensorflow().tf.relu(gradients),
};

/** The methods that explain a score by gradients, under the names that notebooks and commands call them by. */
export const explanationMethods = {
  'grad-cam': gradCam,
  'grad-cam++': gradCamPlusPlus,
  hirescam: hiResCam,
  layercam: layerCam,
} as const satisfies Record<string, ExplanationMethod>;
export type MethodName = keyof typeof explanationMethods;
