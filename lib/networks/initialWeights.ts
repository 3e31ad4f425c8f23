import type { LayersModel } from '@tensorflow/tfjs';
import { random } from '../core/random';
import { tensorflow } from '../tensorflow/backend';
import { allLayers } from './dropout';
import type { NamedArray } from './hdf5';

/** How kernels begin: Keras' default (Glorot & Bengio, 2010), or for deep networks of ReLUs (He et al., 2015). */
export type KernelStart = 'glorot' | 'he';

/**
 * Draws the kernels of all layers of a model, at any depth, anew; other weights stay as they are. They depend on the seed, the layers'
 * names (their place where TensorFlow.js made up the name) and the shapes only.
 */
export function drawKernels(model: LayersModel, seed: number, start: KernelStart = 'glorot'): void {
  const { tf } = tensorflow();
  const draw = start === 'he' ? heUniform : glorotUniform;
  allLayers(model).forEach((layer, place) => {
    const given = !new RegExp(`${layer.getClassName()}\\d+$`).test(layer.name); // made up: conv2d_Conv2D3, counted in the whole process
    for (const weight of layer.weights) {
      const kind = weight.originalName.split('/').pop()!; // a name has a last part
      if (!kind.endsWith('kernel')) continue;
      const shape = weight.shape as number[]; // weights have no open dimension
      const name = `${given ? layer.name : place}/${kind}`;
      const kernel = tf.tensor(draw({ name, shape }, seed).data, shape);
      weight.write(kernel);
      kernel.dispose();
    }
  });
}

/** A kernel before training: uniform within ±√(6 / (fan in + fan out)), where a convolution's window counts in both. */
export function glorotUniform({ name, shape }: Pick<NamedArray, 'name' | 'shape'>, seed: number): NamedArray {
  const { window, inputs, outputs } = fans(shape);
  return uniform(name, shape, Math.sqrt(6 / (window * (inputs + outputs))), seed);
}

/** A kernel before training: uniform within ±√(6 / fan in). */
export function heUniform({ name, shape }: Pick<NamedArray, 'name' | 'shape'>, seed: number): NamedArray {
  const { window, inputs } = fans(shape);
  return uniform(name, shape, Math.sqrt(6 / (window * inputs)), seed);
}

/** As Keras counts them: the last two dimensions of a kernel are its inputs and outputs, those before them its window. */
function fans(shape: readonly number[]): { window: number; inputs: number; outputs: number } {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  return { window: shape.slice(0, -2).reduce((a, b) => a * b, 1), inputs, outputs };
}

function uniform(name: string, shape: readonly number[], limit: number, seed: number): NamedArray {
  const stream = random(seed, 'initial weights', name);
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    name,
    shape: [...shape],
    data: new Float32Array(size).map(() => stream.uniform(-limit, limit)),
  };
}
