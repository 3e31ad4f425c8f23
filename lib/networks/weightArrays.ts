import { ReportError } from '../core/errors';
import { random } from '../core/random';
import type { NamedArray } from './hdf5';
import { baseArrayShapes, mobilenetV2, publishedAlphas, SMALLEST } from './mobilenetV2';
import type { Weighted } from './weighted';

/** Weights of a MobileNetV2 without top in the model's order, and its width multiplier. */
export interface Base {
  arrays: readonly NamedArray[];
  alpha: number;
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/**
 * The width multiplier of a network whose arrays, in the model's order, are these. Throws `WRONG_ARCHITECTURE` with the first array
 * that does not fit the nearest one when they are not those of a MobileNetV2 without top.
 */
export function alphaOf(arrays: readonly NamedArray[]): number {
  const candidates = publishedAlphas.map((alpha) => {
    const shapes = weightShapes(alpha);
    const wrong = shapes.findIndex((shape, i) => !sameShape(shape, arrays[i]?.shape ?? []));
    return { alpha, shapes, fits: wrong < 0 ? shapes.length : wrong };
  });
  const best = candidates.reduce((a, b) => (b.fits > a.fits ? b : a));
  if (best.fits === best.shapes.length && arrays.length === best.shapes.length) return best.alpha;
  throw wrongArchitecture(arrays, best.shapes, `alpha ${best.alpha}`);
}

/** The base with these weights for square pictures of `imageSize` pixels a side. Throws `WRONG_ARCHITECTURE` when they are not of this width. */
export function weightedBase({ arrays, alpha }: Base, imageSize: number): Weighted {
  const shapes = weightShapes(alpha);
  const fits = arrays.length === shapes.length && shapes.every((s, i) => sameShape(s, arrays[i]!.shape)); // equal lengths
  if (!fits) throw wrongArchitecture(arrays, shapes, `alpha ${alpha}`);
  return { layers: mobilenetV2(alpha, imageSize), arrays };
}

const weightShapes = (alpha: number): number[][] => baseArrayShapes(alpha).map(({ shape }) => shape);

function wrongArchitecture(arrays: readonly NamedArray[], shapes: number[][], which: string): ReportError {
  const wrong = shapes.findIndex((shape, i) => !sameShape(shape, arrays[i]?.shape ?? []));
  const found = arrays[wrong];
  const where =
    wrong < 0 || !found
      ? `it has ${arrays.length} arrays, expected ${shapes.length}`
      : `array ${wrong + 1} ("${found.name}") has shape [${found.shape}], expected [${shapes[wrong]}]`;
  return new ReportError(
    'WRONG_ARCHITECTURE',
    `The weights are not those of a MobileNetV2 without top; compared with ${which}: ${where}. Give a Keras file whose name ends in no_top.`,
  );
}

/**
 * The arrays of a Keras file in the model's order. Those of Keras 2 come in it already; those of Keras 3 lie by class of layer and
 * are dealt out in the order in which the model uses the classes. Throws `WRONG_ARCHITECTURE` when some are left over or lacking.
 */
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
  throw new ReportError(
    'WRONG_ARCHITECTURE',
    `The weights hold ${arrays.length} arrays, of which ${ordered.length} fit a MobileNetV2 without top (260 expected). Give one saved with include_top=False.`,
  );
}

/**
 * Weights for when there are no trained ones: kernels He normal (variance 2 / fan-in; He et al. 2015), or 1 / fan-in where no
 * activation follows, batch normalization the identity. A network like that is a random projection: it says something about
 * colours and coarse layout, little about content.
 */
export function randomWeights(alpha: number, seed: number): NamedArray[] {
  const layers = mobilenetV2(alpha, SMALLEST);
  return baseArrayShapes(alpha).map(({ name, shape }) => {
    const [layer, kind] = name.split('/') as [string, string]; // as they are named
    const size = shape.reduce((a, b) => a * b, 1);
    const array = { name: `${name}:0`, shape };
    if (!kind.endsWith('kernel')) {
      return {
        ...array,
        data: new Float32Array(size).fill(kind === 'gamma' || kind === 'moving_variance' ? 1 : 0),
      };
    }
    const { normal } = random(seed, 'weights', layer);
    const active = layers[layers.findIndex((one) => one.name === layer) + 2]?.kind === 'relu6'; // behind its normalization
    const fanIn = size / shape.at(kind === 'kernel' ? -1 : -2)!; // four axes
    const deviation = Math.sqrt((active ? 2 : 1) / fanIn);
    return { ...array, data: new Float32Array(size).map(() => deviation * normal()) };
  });
}
