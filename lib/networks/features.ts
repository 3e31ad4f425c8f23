import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { Shape } from '../core/concepts';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import { type Compiled, compiled, loadCompiled, traced } from '../tensorflow/compiled';
import { LAST_LAYER, shapeOf } from './mobilenetV2';
import { type Base, weightedBase } from './weightArrays';
import { buildWeighted, cutBehind, folded } from './weighted';

/** Computes the features of the frozen base. */
export interface Extractor {
  /** `[side, side, channels]` of one image's features: `[3, 3, 1280]` at 96 px, `[7, 7, 1280]` at 224 px for alpha ≤ 1. */
  shape: Shape;
  /** uint8 `[count, size, size, 3]` → float32 `[count, side, side, channels]` in [0, 6]; an image's features do not depend on those beside it. Throws `BAD_INPUT`. */
  extract(pixels: Uint8Array, count: number): Float32Array;
  /** As `extract`, rounded to half precision (IEEE 754 binary16, ties to even) as it is stored. */
  extractHalves(pixels: Uint8Array, count: number): Uint16Array;
  /** Frees the native graph or the tensors; may be called twice. */
  dispose(): void;
}

/** Images in one batch: on a processor 32 at 96 px, so that what flows between layers stays in its caches; on a GPU 256. */
export function batchSize(imageSize: number, gpu: boolean): number {
  const images = (gpu ? 256 : 32) * 96 * 96;
  return Math.max(1, Math.floor(images / (imageSize * imageSize)));
}

/** The frozen base up to the layer `upTo` as a function from pixels to features. Throws `NO_BACKEND`, `WRONG_ARCHITECTURE`, `BAD_INPUT`. */
export async function createExtractor(
  base: Base,
  imageSize: number,
  batch = batchSize(imageSize, tensorflow().gpu),
  upTo = LAST_LAYER,
): Promise<Extractor> {
  const model = foldedModel(base, imageSize, upTo);
  const graph = compiled((pixels) => [ofPixels(model, pixels)], [pixelInput(imageSize)]);
  let disposed = false;
  const dispose = (): void => {
    graph.dispose();
    if (!disposed) model.dispose();
    disposed = true;
  };
  return extractor({ ...graph, dispose }, shapeOf(base.alpha, imageSize, upTo), imageSize, batch);
}

/** As `createExtractor`, from the bytes of a `baseGraph` for the same. Throws `NO_BACKEND` without native TensorFlow. */
export const graphExtractor = (
  graph: Buffer,
  alpha: number,
  imageSize: number,
  batch = batchSize(imageSize, tensorflow().gpu),
  upTo = LAST_LAYER,
): Extractor => extractor(loadCompiled(graph), shapeOf(alpha, imageSize, upTo), imageSize, batch);

/** The bytes of an extractor for other processes, see `graphExtractor`. Throws as `createExtractor`, and `NO_BACKEND` without native TensorFlow. */
export function baseGraph(base: Base, imageSize: number, upTo = LAST_LAYER): Buffer {
  const model = foldedModel(base, imageSize, upTo);
  try {
    return traced((pixels) => [ofPixels(model, pixels)], [pixelInput(imageSize)]).model;
  } finally {
    model.dispose();
  }
}

const pixelInput = (imageSize: number) => ({ type: 'uint8', shape: [-1, imageSize, imageSize, 3] }) as const;

/** The first kernel divides by 127.5 instead of the picture being divided; what is subtracted here makes padding with 0 right. */
const foldedModel = (base: Base, imageSize: number, upTo: string): LayersModel =>
  buildWeighted(folded(cutBehind(weightedBase(base, imageSize), upTo)[0], 1 / 127.5), undefined, false);

const ofPixels = (model: LayersModel, pixels: Tensor): Tensor =>
  model.apply(tensorflow().tf.sub(pixels, 127.5)) as Tensor; // one input, one output

function extractor(graph: Compiled, shape: Extractor['shape'], imageSize: number, batch: number): Extractor {
  const perImage = imageSize * imageSize * 3;
  const perFeature = shape[0] * shape[1] * shape[2];
  /** Hands `work` whole batches, the last filled up with black, and puts what counts of its results into one array. */
  const inBatches = <T extends Float32Array | Uint16Array>(
    pixels: Uint8Array,
    count: number,
    room: new (length: number) => T,
    work: (batch: { type: 'uint8'; shape: readonly number[]; data: Uint8Array }) => T,
  ): T => {
    if (pixels.length !== count * perImage) {
      const expected = `${count} images of ${imageSize} × ${imageSize} pixels have ${count * perImage} bytes`;
      throw new ReportError('BAD_INPUT', `${expected}, but ${pixels.length} came.`);
    }
    const target = new room(count * perFeature);
    for (let start = 0; start < count; start += batch) {
      const take = Math.min(batch, count - start);
      const part = pixels.subarray(start * perImage, (start + take) * perImage);
      const data = take === batch ? part : new Uint8Array(batch * perImage);
      if (take < batch) data.set(part);
      const found = work({ type: 'uint8', shape: [batch, imageSize, imageSize, 3], data });
      target.set(found.subarray(0, take * perFeature), start * perFeature);
    }
    return target;
  };
  return {
    shape,
    extract: (pixels, count) =>
      inBatches(pixels, count, Float32Array, (given) => graph.run(given)[0]!.data as Float32Array), // one output, float
    extractHalves: (pixels, count) =>
      inBatches(pixels, count, Uint16Array, (given) => graph.halves(given)[0]!),
    dispose: graph.dispose,
  };
}
