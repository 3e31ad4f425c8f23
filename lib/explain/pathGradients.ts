import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { random } from '../core/random';
import { tensorflow } from '../tensorflow/backend';
import { type Attributed, type Attribution, type Attributor, attributions } from './attribution';

/** A point on the way from a reference picture to the picture that is explained. */
export interface PathPoint {
  /** Number of the reference. */
  reference: number;
  /** Of the way that lies behind the point. */
  share: number;
}

/** Gradients at points on the way from references to the picture, times the difference of the two; an attribution's references are those of the points. */
export const pathGradients =
  (attributed: Attributed, points: readonly PathPoint[]): Attributor =>
  (picture, outputs) => {
    const { tf } = tensorflow();
    const { model, softmax } = attributed;
    const found: Attribution[] = [];
    tf.tidy(() => {
      const numbers = points.map(({ reference }) => reference);
      const references = tf.gather(attributed.references, tf.tensor1d(numbers, 'int32'));
      const shares = points.map(({ share }) => share);
      const change = tf.sub(picture, references);
      const at = tf.add(references, tf.mul(change, tf.tensor4d(shares, [shares.length, 1, 1, 1])));
      const values = outputs.map((index) => {
        const score = (pictures: Tensor) => {
          const given = model.apply(pictures, { training: false }) as Tensor2D; // one output
          return tf.sum(tf.gather(softmax ? tf.softmax(given) : given, [index], 1));
        };
        return tf.mul(change, tf.grad(score)(at));
      });
      for (const one of attributions({ ...attributed, references }, picture, outputs, values))
        found.push(one);
    });
    return found;
  };

/** Integrated gradients (Sundararajan et al. 2017): in equal steps from each of the references, by the midpoint rule. */
export const integratedGradients = (attributed: Attributed, steps = 50): Attributor =>
  pathGradients(
    attributed,
    Array.from({ length: attributed.references.shape[0] * steps }, (_, i) => ({
      reference: Math.floor(i / steps),
      share: ((i % steps) + 0.5) / steps,
    })),
  );

/** Expected gradients (Erion et al. 2021): each of `draws` points lies anywhere on the way from any of the references. */
export function expectedGradients(
  attributed: Attributed,
  { seed, draws = 200 }: { seed: number; draws?: number },
): Attributor {
  const { next, integer } = random(seed, 'expected gradients');
  const last = attributed.references.shape[0] - 1;
  const points = Array.from({ length: draws }, () => ({ reference: integer(0, last), share: next() }));
  return pathGradients(attributed, points);
}
