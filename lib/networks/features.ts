import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { Shape } from '../core/concepts';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import { type Compiled, compiled, loadCompiled, traced } from '../tensorflow/compiled';
import { type Backbone, shapeOf, weightedBackbone } from './backbone';
import { buildWeighted, cutBehind, folded } from './weighted';

/** Computes the features of the frozen base. */
export interface Extractor {
  /** `[side, side, channels]` of one image's features: `[3, 3, 1280]` of MobileNetV2 at 96 px. */
  shape: Shape;
  /** uint8 `[count, size, size, 3]` → float32 `[count, side, side, channels]`; an image's features do not depend on those beside it. Throws `BAD_INPUT`. */
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
  backbone: Backbone,
  imageSize: number,
  batch = batchSize(imageSize, tensorflow().gpu),
  upTo?: string,
): Promise<Extractor> {
  const model = foldedModel(backbone, imageSize, upTo);
  const graph = compiled((pixels) => [ofPixels(model, pixels, backbone)], [pixelInput(imageSize)]);
  let disposed = false;
  const dispose = (): void => {
    graph.dispose();
    if (!disposed) model.dispose();
    disposed = true;
  };
  return extractor({ ...graph, dispose }, shapeOf(backbone, imageSize, upTo), imageSize, batch);
}

/** As `createExtractor`, from the bytes of its `backboneGraph` and the shape of its features. Throws `NO_BACKEND` without native TensorFlow. */
export const graphExtractor = (
  graph: Buffer,
  shape: Shape,
  imageSize: number,
  batch = batchSize(imageSize, tensorflow().gpu),
): Extractor => extractor(loadCompiled(graph), shape, imageSize, batch);

/** The bytes of an extractor for other processes, see `graphExtractor`. Throws as `createExtractor`, and `NO_BACKEND` without native TensorFlow. */
export function backboneGraph(backbone: Backbone, imageSize: number, upTo?: string): Buffer {
  const model = foldedModel(backbone, imageSize, upTo);
  try {
    return traced((pixels) => [ofPixels(model, pixels, backbone)], [pixelInput(imageSize)]).model;
  } finally {
    model.dispose();
  }
}

const pixelInput = (imageSize: number) => ({ type: 'uint8', shape: [-1, imageSize, imageSize, 3] }) as const;

/** The first kernel is scaled instead of the picture; what is subtracted in `ofPixels` makes padding with 0 right. */
function foldedModel(backbone: Backbone, imageSize: number, upTo?: string): LayersModel {
  const whole = weightedBackbone(backbone, imageSize);
  const network = upTo === undefined ? whole : cutBehind(whole, upTo)[0];
  return buildWeighted(folded(network, backbone.input.scale), undefined, false);
}

const ofPixels = (model: LayersModel, pixels: Tensor, { input }: Backbone): Tensor =>
  model.apply(tensorflow().tf.sub(pixels, input.offset as number)) as Tensor; // one input, one output

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
