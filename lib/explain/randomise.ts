import type { NamedArray } from '../networks/hdf5';
import { initialKernel } from '../networks/initialWeights';

/** A step of the cascade: the layer that was randomised last, and all weights as they then are. */
export interface RandomisedStep {
  layer: string;
  arrays: NamedArray[];
}

/**
 * Cascading weight randomisation (Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018): layer by layer from the output
 * down, weights are drawn anew as before any training (Glorot uniform kernels, biases and means 0, scales and variances 1), and those
 * above stay so. `arrays` are named `layer/weight` in the order of the layers, as `modelWeights` gives them. A map that shows what a
 * model has learnt has to change.
 */
export function cascade(arrays: readonly NamedArray[], seed: number): RandomisedStep[] {
  const layers = [...new Set(arrays.map(layerOf))].reverse();
  return layers.map((layer, step) => {
    const gone = new Set(layers.slice(0, step + 1));
    return { layer, arrays: arrays.map((array) => (gone.has(layerOf(array)) ? fresh(array, seed) : array)) };
  });
}

const layerOf = ({ name }: NamedArray): string => name.slice(0, name.indexOf('/'));

/** Kinds of weights that begin as 1; the others, kernels apart, as 0. */
const ones = /(^|\/)(gamma|moving_variance)/;

/** An array as before any training; the same seed and name give the same. */
function fresh(array: NamedArray, seed: number): NamedArray {
  const kind = array.name.slice(array.name.lastIndexOf('/') + 1);
  if (kind.endsWith('kernel')) return initialKernel(array, seed);
  return { ...array, data: new Float32Array(array.data.length).fill(ones.test(kind) ? 1 : 0) };
}

/** Of the five arrays of a unit: kernel, gamma, beta, moving mean, moving variance. */
const unitKinds = ['kernel', 'gamma', 'beta', 'moving_mean', 'moving_variance'];

/** The arrays of a base with its last `units` convolutions and their batch normalizations drawn anew; those before stay as they are. */
export function randomisedBase(arrays: readonly NamedArray[], units: number, seed: number): NamedArray[] {
  return arrays.map((array, i) => {
    if (i < arrays.length - units * unitKinds.length) return array;
    const unit = Math.floor(i / unitKinds.length);
    const name = `${unit}/${unitKinds[i % unitKinds.length]}`;
    return { ...fresh({ ...array, name }, seed), name: array.name };
  });
}
