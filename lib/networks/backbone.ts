import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { Shape } from '../core/concepts';
import { ReportError } from '../core/errors';
import { largest, smallest } from '../core/extremes';
import type { Rgb } from '../images/letterbox';
import { tensorflow } from '../tensorflow/backend';
import type { NamedArray } from './hdf5';
import { type Layer, type PlacedLayer, placed } from './layers';
import type { SummaryRow } from './summary';
import { buildWeighted, onlyThrough, type Weighted } from './weighted';

/** A byte x of a picture goes into a network as (x − offset) · scale; the offset may be another one for red, green and blue. */
export interface PixelScaling {
  offset: number | Rgb;
  scale: number;
}

/** From −1 to 1. */
export const signedPixels: PixelScaling = { offset: 127.5, scale: 1 / 127.5 };

/** A convolutional network without its last layers, and its weights: the base of a model whose head learns from its features. */
export interface Backbone {
  /** What the network is called, with its width where it has several. */
  architecture: string;
  /** Its layers for square pictures of `imageSize` pixels a side, from the pictures on; names and weights are the same for every size. */
  layers(imageSize: number): readonly Layer[];
  arrays: readonly NamedArray[];
  input: PixelScaling;
  /** Layers at which maps show where it looks, from coarse to fine: at a 32nd, a 16th and an 8th of the picture's size. */
  mapLayers: readonly [string, string, string];
}

/** The first layer of every backbone. */
export const INPUT = 'pictures';

/** Pixels a side of the smallest picture. */
export const SMALLEST = 32;

/** A backbone and where its weights came from. */
export interface BaseWeights extends Backbone {
  source: 'file' | 'cache' | 'download' | 'own';
  name: string;
  /** Hex SHA-256 of the file, on which features made with them depend. */
  sha256: string;
  /** A sentence for the reader when these are not the weights that were asked for, else null. */
  warning: string | null;
}

/** The layers of a backbone for pictures of a size, with its weights. Throws `BAD_INPUT` for a size below 32, `WRONG_ARCHITECTURE` when the weights do not fit. */
export function weightedBackbone(backbone: Backbone, imageSize: number): Weighted {
  if (!Number.isInteger(imageSize) || imageSize < SMALLEST) {
    const expected = `expected at least ${SMALLEST} whole pixels`;
    throw new ReportError('BAD_INPUT', `The image size is ${imageSize}, ${expected}.`);
  }
  const layers = backbone.layers(imageSize);
  requireFit(backbone.architecture, placed(layers), backbone.arrays);
  return { layers, arrays: backbone.arrays };
}

/** Throws `WRONG_ARCHITECTURE` for arrays that do not fit the layers, `BAD_WEIGHTS` for variances that no trained network has. */
export function requireFit(
  name: string,
  places: readonly PlacedLayer[],
  arrays: readonly NamedArray[],
): void {
  const expected = places.flatMap(({ weights }) => weights);
  const shapes = expected.map(({ shape }) => shape);
  const wrong = arrays.findIndex(({ shape }, i) => String(shape) !== String(shapes[i]));
  if (wrong < 0 && arrays.length === shapes.length) {
    const variances = arrays.filter((_, i) => expected[i]?.name.endsWith('moving_variance'));
    const untrained = variances.find(({ data }) => smallest(data) < 0 || largest(data) === 0);
    if (!untrained) return;
    const fault = `"${untrained.name}" has variances that are negative or all 0, so that no feature would tell one picture from another`;
    throw new ReportError('BAD_WEIGHTS', `The weights for ${name} are damaged: ${fault}. Give another file.`);
  }
  const found = arrays[wrong];
  const where =
    found && wrong < shapes.length
      ? `array ${wrong + 1} ("${found.name}") has shape [${found.shape}], expected [${shapes[wrong]}]`
      : `it has ${arrays.length} arrays, expected ${shapes.length}`;
  const fault = `The weights are not those of ${name}: ${where}`;
  throw new ReportError('WRONG_ARCHITECTURE', `${fault}. Give a file of that network without its top.`);
}

/** Height, width and channels of what comes out of a layer, the last one by default, for a square picture. Throws `BAD_INPUT` when there is no such layer. */
export function shapeOf({ architecture, layers }: Backbone, imageSize: number, layer?: string): Shape {
  const places = placed(layers(imageSize));
  const found = layer === undefined ? places.at(-1) : places.find((place) => place.layer.name === layer);
  if (found) return found.shape as Shape; // pictures in, feature maps out
  throw new ReportError('BAD_INPUT', `${architecture} has no layer ${layer}.`);
}

/** Behind which layer the last one or two stages of a backbone (maps of a 32nd, of a 16th of the sides) can be cut off, and the first layer of theirs. */
export function stageStart({ layers, mapLayers }: Backbone, stages: 1 | 2): { cut: string; first: string } {
  const places = placed(layers(SMALLEST));
  const channels = (at: number): number => places[at]!.shape.at(-1)!; // a map of one of the layers, here and below
  const end = places.findIndex(({ layer }) => layer.name === mapLayers[stages]);
  const all = places.map(({ layer }) => layer);
  const side = places[end]!.shape[0];
  const before = places.findLastIndex(
    ({ shape }, at) => at < end && shape[0] === side && channels(at) < channels(end) && onlyThrough(all, at),
  );
  const at = before < 0 ? end : before;
  return { cut: all[at]!.name, first: all[at + 1]!.name }; // not the last one: stages follow
}

/** Layers of the last two stages behind which a backbone can be cut and a wider one follows; with its last layer where that is one only. */
export function narrowLayers(backbone: Backbone): string[] {
  const places = placed(backbone.layers(SMALLEST));
  const all = places.map(({ layer }) => layer);
  const start = all.findIndex(({ name }) => name === stageStart(backbone, 1).cut);
  const passed = places.filter(
    ({ shape }, at) => at >= start && shape.length === 3 && onlyThrough(all, at), // maps, and all that is known of the picture
  );
  const narrow = passed.filter(({ shape }, i) => shape[2]! < (passed[i + 1]?.shape[2] ?? 0));
  const found = narrow.length > 1 ? narrow : [...narrow, ...passed.slice(-1)];
  return found.map(({ layer }) => layer.name);
}

/** The backbone as a model, batch normalization and all: pictures, scaled as `input` says → feature maps. The caller disposes it. */
export const backboneModel = (backbone: Backbone, imageSize: number): LayersModel =>
  buildWeighted(weightedBackbone(backbone, imageSize));

/** Does `work` with the `backboneModel` and disposes it afterwards. */
export async function withBackbone<T>(
  backbone: Backbone,
  imageSize: number,
  work: (model: LayersModel) => Promise<T>,
): Promise<T> {
  const model = backboneModel(backbone, imageSize);
  try {
    return await work(model);
  } finally {
    model.dispose();
  }
}

/** Grey levels 0…255 as a network takes them, float32, of the same shape. */
export function preprocess<T extends Tensor>(pixels: T, { offset, scale }: PixelScaling = signedPixels): T {
  const { tf } = tensorflow();
  const less = typeof offset === 'number' ? offset * scale : offset.map((value) => value * scale);
  return tf.tidy(
    () =>
      pixels
        .toFloat()
        .div(1 / scale)
        .sub(less) as T,
  );
}

/** As `preprocess`, without tensors: pictures `[…, 3]`. */
export function scaledPixels(pixels: Uint8Array, { offset, scale }: PixelScaling): Float32Array {
  const offsets = typeof offset === 'number' ? [offset, offset, offset] : offset;
  const values = new Float32Array(pixels.length);
  // `Float32Array.from` takes ten times as long.
  for (let i = 0; i < pixels.length; i++) values[i] = (pixels[i]! - offsets[i % 3]!) * scale; // as many, of three
  return values;
}

/** The whole backbone as one row of a model's summary: its output for one picture, and its weights, none of which is trained. */
export const backboneSummary = (backbone: Backbone, imageSize: number): SummaryRow => ({
  name: 'base',
  kind: `${backbone.architecture} (frozen)`,
  outputShape: shapeOf(backbone, imageSize),
  parameters: backbone.arrays.reduce((sum, { data }) => sum + data.length, 0),
  trainable: 0,
});
