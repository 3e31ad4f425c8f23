import type { Tensor2D } from '@tensorflow/tfjs';
import { random } from '../core/random';
import { dot } from '../metrics/vectors';
import { numbersOf, tensorflow } from '../tensorflow/backend';

/** The directions in which rows of numbers differ most. */
export interface PrincipalComponents {
  /** Numbers that stand for a row. */
  count: number;
  /** Rows, `[rows, columns]` laid flat, in these directions: `[rows, count]`. */
  project(values: Float32Array): Float32Array;
  /** The mean squared difference of each row from the one that its numbers stand for. */
  errors(values: Float32Array): Float32Array;
}

/** Steps of the iteration; each brings a direction nearer by the ratio of two variances. */
const STEPS = 12;

/** The first principal components (Pearson, 1901) of rows, `[rows, columns]` laid flat, by orthogonal iteration; the greatest variance first. */
export function principalComponents(
  values: Float32Array,
  columns: number,
  count: number,
  seed: number,
): PrincipalComponents {
  const { tf } = tensorflow();
  const draw = random(seed, 'principal components');
  const rowsOf = (flat: Float32Array) => tf.tensor2d(flat, [flat.length / columns, columns]);
  let axes = orthonormal(Float32Array.from({ length: count * columns }, draw.normal), columns);
  const mean = numbersOf(() => rowsOf(values).mean(0));
  tf.tidy(() => {
    const centred = rowsOf(values).sub<Tensor2D>(tf.tensor1d(mean));
    for (let step = 0; step < STEPS; step++) {
      const next = numbersOf(() => {
        const along = tf.matMul(centred, tf.tensor2d(axes, [count, columns]), false, true);
        return tf.matMul(along, centred, true);
      });
      axes = orthonormal(next, columns);
    }
  });
  const along = (flat: Float32Array) => {
    const centred = rowsOf(flat).sub<Tensor2D>(tf.tensor1d(mean));
    return { centred, numbers: tf.matMul(centred, tf.tensor2d(axes, [count, columns]), false, true) };
  };
  return {
    count,
    project: (flat) => numbersOf(() => along(flat).numbers),
    errors: (flat) =>
      numbersOf(() => {
        const { centred, numbers } = along(flat);
        const back = tf.matMul(numbers, tf.tensor2d(axes, [count, columns]));
        return tf.mean(tf.square(tf.sub(centred, back)), 1);
      }),
  };
}

/** Vectors that lie one after another, made orthogonal and of length 1 in their order (modified Gram and Schmidt). */
function orthonormal(vectors: Float32Array, length: number): Float32Array {
  const found = Float64Array.from(vectors);
  for (let i = 0; i < found.length; i += length) {
    for (let k = 0; k < i; k += length) {
      const share = dot(found, i, found, k, length);
      for (let at = 0; at < length; at++) found[i + at]! -= share * found[k + at]!; // in range, as below
    }
    const size = Math.sqrt(dot(found, i, found, i, length)) || 1;
    for (let at = 0; at < length; at++) found[i + at]! /= size;
  }
  return Float32Array.from(found);
}
