import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import { loadNativeGraph } from '../tensorflow/nativeGraph';
import { shapeBehind, unitCount } from './architecture';
import { encodeFloat16 } from './float16';
import { foldedGraph } from './foldedGraph';
import type { NamedArray } from './hdf5';
import { assignWeights, buildMobilenet, preprocess } from './mobilenet';

/** Computes the features of the frozen base. */
export interface Extractor {
  /** `[side, side, channels]` of one image's features: `[3, 3, 1280]` at 96 px, `[7, 7, 1280]` at 224 px for alpha ≤ 1. */
  shape: readonly [number, number, number];
  /**
   * uint8 pixels of `count` images `[count, size, size, 3]` → float32 `[count, side, side, channels]` in [0, 6]. Any count: it is cut into
   * batches inside, the last one filled up, so that an image's features do not depend on those beside it. Throws `BAD_INPUT` when the
   * pixels are not as many as that.
   */
  extract(pixels: Uint8Array, count: number): Float32Array;
  /** As `extract`, rounded to half precision (IEEE 754 binary16, ties to even) as it is stored. */
  extractHalves(pixels: Uint8Array, count: number): Uint16Array;
  /** Frees the native graph or the tensors; may be called twice. */
  dispose(): void;
}

/** What computes one batch of always the same size. */
interface Engine {
  features(pixels: Uint8Array): Float32Array;
  halves(pixels: Uint8Array): Uint16Array;
  dispose(): void;
}

/**
 * Images in one batch: on a processor 32 at 96 px and 5 at 224 px, so that what flows between two layers stays in its caches (twice or half
 * of it is up to a sixth slower); on a GPU all that a task has, 256 at 96 px.
 */
export function batchSize(imageSize: number, gpu: boolean): number {
  const images = (gpu ? 256 : 32) * 96 * 96;
  return Math.max(1, Math.floor(images / (imageSize * imageSize)));
}

/**
 * The frozen base as a function from pixels to features, on the backend that `loadTensorFlow` loaded: a folded graph on native
 * TensorFlow, the layers model on WebAssembly. Both agree with Keras within 5e-4. Throws `NO_BACKEND` when none is loaded,
 * `WRONG_ARCHITECTURE` when the arrays do not fit `alpha`, `BAD_INPUT` for an image size below 32. `batch`: images computed at once; 1 is
 * quickest where pictures come one at a time. `units`: what comes out of so many of the base's first units, which takes native TensorFlow.
 */
export async function createExtractor(
  weights: { arrays: readonly NamedArray[]; alpha: number },
  imageSize: number,
  batch = batchSize(imageSize, tensorflow().gpu),
  units = unitCount,
): Promise<Extractor> {
  const { arrays, alpha } = weights;
  if (tensorflow().name === 'tensorflow' || units !== unitCount) {
    const graph = foldedGraph(arrays, alpha, checkSize(imageSize), units);
    return graphExtractor(graph, alpha, imageSize, batch, units);
  }
  checkSize(imageSize);
  const shape = shapeBehind(alpha, imageSize, units);
  return extractor(layersEngine(arrays, alpha, imageSize, batch), shape, imageSize, batch);
}

/** As `createExtractor`, from the bytes of a `foldedGraph` of this `alpha`, size and so many units. Throws `NO_BACKEND` without native TensorFlow. */
export function graphExtractor(
  graph: Buffer,
  alpha: number,
  imageSize: number,
  batch = batchSize(imageSize, tensorflow().gpu),
  units = unitCount,
): Extractor {
  return extractor(
    graphEngine(graph, imageSize, batch),
    shapeBehind(alpha, imageSize, units),
    imageSize,
    batch,
  );
}

function checkSize(imageSize: number): number {
  if (Number.isInteger(imageSize) && imageSize >= 32) return imageSize;
  throw new ReportError('BAD_INPUT', `The image size is ${imageSize}, expected at least 32 whole pixels.`);
}

function extractor(engine: Engine, shape: Extractor['shape'], imageSize: number, batch: number): Extractor {
  const perImage = imageSize * imageSize * 3;
  const perFeature = shape[0] * shape[1] * shape[2];
  const check = (pixels: Uint8Array, count: number): void => {
    if (Number.isInteger(count) && count >= 0 && pixels.length === count * perImage) return;
    throw new ReportError(
      'BAD_INPUT',
      `${pixels.length} bytes of pixels came for ${count} images, expected ${count * perImage} (${imageSize} × ${imageSize} × 3 each).`,
    );
  };
  /** Hands `work` whole batches, the last filled up with black, and puts what counts of its results into `target`. */
  const inBatches = <T extends Float32Array | Uint16Array>(
    pixels: Uint8Array,
    count: number,
    target: T,
    work: (batch: Uint8Array) => T,
  ): T => {
    for (let start = 0; start < count; start += batch) {
      const take = Math.min(batch, count - start);
      const part = pixels.subarray(start * perImage, (start + take) * perImage);
      const whole = take === batch ? part : new Uint8Array(batch * perImage);
      if (take < batch) whole.set(part);
      target.set(work(whole).subarray(0, take * perFeature), start * perFeature);
    }
    return target;
  };
  return {
    shape,
    extract: (pixels, count) => {
      check(pixels, count);
      return inBatches(pixels, count, new Float32Array(count * perFeature), engine.features);
    },
    extractHalves: (pixels, count) => {
      check(pixels, count);
      return inBatches(pixels, count, new Uint16Array(count * perFeature), engine.halves);
    },
    dispose: engine.dispose,
  };
}

function graphEngine(model: Buffer, imageSize: number, batch: number): Engine {
  const graph = loadNativeGraph(model);
  const run = (data: Uint8Array, output: string) => {
    const images = { type: 'uint8', shape: [batch, imageSize, imageSize, 3], data } as const;
    return graph.run({ images }, [output])[0]!.data; // one output asked for
  };
  return {
    features: (pixels) => run(pixels, 'features') as Float32Array, // float by its node
    halves: (pixels) => {
      const pairs = run(pixels, 'halves');
      return new Uint16Array(pairs.buffer, pairs.byteOffset, pairs.length * 2);
    },
    dispose: graph.dispose,
  };
}

function layersEngine(
  arrays: readonly NamedArray[],
  alpha: number,
  imageSize: number,
  batch: number,
): Engine {
  const { tf } = tensorflow();
  const model = buildMobilenet(alpha, imageSize);
  assignWeights(model, arrays);
  let disposed = false;
  const features = (pixels: Uint8Array): Float32Array =>
    tf.tidy(() => {
      const images = preprocess(tf.tensor4d(pixels, [batch, imageSize, imageSize, 3], 'int32'));
      const output = model.predict(images, { batchSize: batch });
      return (output as import('@tensorflow/tfjs').Tensor).dataSync<'float32'>(); // one output, so no list
    });
  return {
    features,
    halves: (pixels) => encodeFloat16(features(pixels)),
    dispose: () => {
      if (!disposed) model.dispose();
      disposed = true;
    },
  };
}
