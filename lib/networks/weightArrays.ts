import { ReportError } from '../core/errors';
import { random } from '../core/random';
import { type Backbone, requireFit, SMALLEST, signedPixels } from './backbone';
import type { NamedArray } from './hdf5';
import { placed } from './layers';
import { baseArrayShapes, mobilenetV2, publishedAlphas } from './mobilenetV2';

/** MobileNetV2 of this width without top, with these weights in the model's order. */
export const mobilenet = (arrays: readonly NamedArray[], alpha: number): Backbone => ({
  architecture: `MobileNetV2, alpha ${alpha}`,
  layers: (imageSize) => mobilenetV2(alpha, imageSize),
  arrays,
  input: signedPixels,
  mapLayers: ['out_relu', 'block_13_expand_relu', 'block_6_expand_relu'],
});

/** How many arrays, from the first on, have the shapes of this width. */
function fitting(arrays: readonly NamedArray[], alpha: number): number {
  const shapes = baseArrayShapes(alpha);
  const wrong = shapes.findIndex(({ shape }, i) => String(shape) !== String(arrays[i]?.shape));
  return wrong < 0 ? shapes.length : wrong;
}

/** The width multiplier of a MobileNetV2 with these arrays in the model's order. Throws `WRONG_ARCHITECTURE` with the first array that fits none. */
export function alphaOf(arrays: readonly NamedArray[]): number {
  const best = publishedAlphas.reduce((a, b) => (fitting(arrays, b) > fitting(arrays, a) ? b : a));
  requireFit(mobilenet(arrays, best).architecture, placed(mobilenetV2(best, SMALLEST)), arrays);
  return best;
}

/** The arrays of a Keras file in the model's order, which those of Keras 3 are not in. Throws `WRONG_ARCHITECTURE` when some are left over or lacking. */
export function inModelOrder(arrays: readonly NamedArray[]): NamedArray[] {
  if (!arrays[0]?.name.startsWith('layers/')) return [...arrays];
  const ofClass = (name: string) => arrays.filter((a) => new RegExp(`^layers/${name}(_\\d+)?/`).test(a.name));
  const queues = {
    kernel: ofClass('conv2d'),
    depthwise_kernel: ofClass('depthwise_conv2d'),
    normalization: ofClass('batch_normalization'),
  };
  const ordered = baseArrayShapes(1).flatMap(({ name }) => {
    const kind = name.slice(name.indexOf('/') + 1);
    const queue = kind === 'kernel' || kind === 'depthwise_kernel' ? queues[kind] : queues.normalization;
    return queue.splice(0, 1);
  });
  if (ordered.length === arrays.length) return ordered;
  const fault = `${ordered.length} of ${arrays.length} arrays fit a MobileNetV2 without top (260 expected)`;
  throw new ReportError('WRONG_ARCHITECTURE', `${fault}. Give one saved with include_top=False.`);
}

/** Weights without training: kernels normal of variance 2 / fan-in (He et al. 2015) or 1 / fan-in where no ReLU6 follows; batch normalization the identity. */
export function randomWeights(alpha: number, seed: number): NamedArray[] {
  const layers = mobilenetV2(alpha, SMALLEST);
  return baseArrayShapes(alpha).map(({ name, shape }) => {
    const [layer, kind] = name.split('/') as [string, string]; // as they are named
    const size = shape.reduce((a, b) => a * b, 1);
    const array = { name: `${name}:0`, shape };
    if (!kind.endsWith('kernel')) {
      const value = kind === 'gamma' || kind === 'moving_variance' ? 1 : 0;
      return { ...array, data: new Float32Array(size).fill(value) };
    }
    const { normal } = random(seed, 'weights', layer);
    const active = layers[layers.findIndex((one) => one.name === layer) + 2]?.kind === 'relu6'; // behind its normalization
    const fanIn = size / shape.at(kind === 'kernel' ? -1 : -2)!; // four axes
    const deviation = Math.sqrt((active ? 2 : 1) / fanIn);
    return { ...array, data: new Float32Array(size).map(() => deviation * normal()) };
  });
}
