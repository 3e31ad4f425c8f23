import type { Network } from '../core/concepts';
import { drawKernels } from './initialWeights';
import { buildModel, type Layer } from './layers';

/** A network that is a list of layers and begins with Keras' kernels (Glorot & Bengio, 2010). */
export const layered = (
  name: string,
  layers: (shape: readonly number[], outputs: number, seed: number) => Layer[],
): Network => ({
  name,
  layers,
  build: (shape, { outputs }, seed) => {
    const model = buildModel(layers(shape, outputs, seed), name.replaceAll(' ', '_'));
    drawKernels(model, seed);
    return model;
  },
});
