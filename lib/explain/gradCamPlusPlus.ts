import type { Tensor4D } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import type { ExplanationMethod } from './method';

/**
 * Grad-CAM++ (Chattopadhay et al., "Grad-CAM++: Generalized Gradient-based Visual Explanations for Deep Convolutional Networks", WACV 2018),
 * without its last ReLU: a channel's weight is the sum over all places of α · ReLU(g), with g = d score / d activation and
 *
 *     α = g² / (2 g² + g³ · Σ over places of the activation) = 1 / (2 + g · Σ activation), and 0 where g is 0.
 *
 * The paper takes the exponential of the score for its output, so that higher derivatives become powers of g; that exponential itself, one
 * positive factor per image, is left out to stay near the unit of the score (α weighs 2 against g · Σ activation, so a score in another unit
 * has another map, not only another scale). The ReLU over g is part of the definition: a map says what raises
 * the score. The formula is made for activations ≥ 0, as ReLU leaves them; where those of a channel add up to less, the sum counts as 0, so
 * that α stays between 0 and ½ where it counts.
 */
export const gradCamPlusPlus: ExplanationMethod = {
  title: 'Grad-CAM++',
  paper: 'Chattopadhay et al., 2018',
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
