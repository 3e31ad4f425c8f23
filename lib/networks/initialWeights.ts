import type { LayersModel } from '@tensorflow/tfjs';
import { random } from '../core/random';
import { tensorflow } from '../tensorflow/backend';
import { allLayers } from './dropout';
import type { NamedArray } from './hdf5';

/** How kernels begin: Keras' default (Glorot & Bengio, 2010), or for deep networks of ReLUs (He et al., 2015). */
export type KernelStart = 'glorot' | 'he';

/** Draws the kernels of all layers of a model anew, from the seed, the layers' names (their place where TensorFlow.js made up the name) and the shapes. */
export function drawKernels(model: LayersModel, seed: number, start: KernelStart = 'glorot'): void {
  const { tf } = tensorflow();
  allLayers(model).forEach((layer, place) => {
    const given = !new RegExp(`${layer.getClassName()}\\d+$`).test(layer.name); // made up: conv2d_Conv2D3, counted in the whole process
    for (const weight of layer.weights) {
      const kind = weight.originalName.split('/').pop()!; // a name has a last part
      if (!kind.endsWith('kernel')) continue;
      const shape = weight.shape as number[]; // weights have no open dimension
      const name = `${given ? layer.name : place}/${kind}`;
      const kernel = tf.tensor(initialKernel({ name, shape }, seed, start).data, shape);
      weight.write(kernel);
      kernel.dispose();
    }
  });
}

/** A kernel before training: uniform within ±√(6 / fans), in and out for Glorot, in for He; the window of a convolution multiplies both. */
export function initialKernel(
  { name, shape }: Pick<NamedArray, 'name' | 'shape'>,
  seed: number,
  start: KernelStart = 'glorot',
): NamedArray {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  const window = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const limit = Math.sqrt(6 / (window * (start === 'he' ? inputs : inputs + outputs)));
  const stream = random(seed, 'initial weights', name);
  const data = new Float32Array(window * inputs * outputs).map(() => stream.uniform(-limit, limit));
  return { name, shape: [...shape], data };
}
