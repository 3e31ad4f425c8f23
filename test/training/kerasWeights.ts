import type { LayersModel } from '@tensorflow/tfjs';
import { tensorflow } from '../../lib/tensorflow/backend';

/** `count` numbers from mulberry32 as the oracles in `oracles/explain` draw them, scaled in double precision and rounded to float32. */
export function kerasUniform(seed: number, count: number, low: number, high: number): Float32Array {
  let state = seed | 0;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return low + ((high - low) * ((t ^ (t >>> 14)) >>> 0)) / 4294967296;
  });
}

/** Gives a model the weights that `seeded_weights` of the oracles gives one of the same layers: array k of all layers is drawn from seed + 1000 k. */
export function seedWeights(model: LayersModel, seed: number): void {
  const { tf } = tensorflow();
  model.layers
    .flatMap(({ weights }) => weights)
    .forEach((weight, k) => {
      const shape = weight.shape as number[]; // weights have no open dimension
      const [kind] = weight.originalName.split('/').slice(-1);
      const window = shape.slice(0, -2).reduce((a, b) => a * b, 1);
      const limit = Math.sqrt(6 / (window * (shape.at(-2)! + shape.at(-1)!)));
      const range: [number, number] =
        kind === 'kernel' ? [-limit, limit] : /gamma|variance/.test(kind!) ? [0.5, 1.5] : [-0.1, 0.1];
      const values = kerasUniform(
        seed + 1000 * k,
        shape.reduce((a, b) => a * b, 1),
        ...range,
      );
      tf.tidy(() => {
        weight.write(tf.tensor(values, shape));
      });
    });
}
