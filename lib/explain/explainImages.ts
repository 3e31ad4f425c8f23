import { setImmediate } from 'node:timers/promises';
import type { LayersModel, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { batchSize as usualBatch } from '../networks/features';
import { preprocess } from '../networks/mobilenet';
import { tensorflow } from '../tensorflow/backend';
import { compiled, interpreted } from '../tensorflow/compiled';
import { gradCamMethod } from './gradCam';
import { type Explanation, type ExplanationMethod, explanationOf, mapTensors } from './method';
import { headScore, predictedValue, type ScoreTarget } from './scoreTarget';
import { splitAt } from './splitModel';

/** Pictures that are read a batch at a time, such as those of a store. */
export interface PictureSource {
  count: number;
  /** Bytes of these pictures, `[images.length, h, w, 3]`. */
  read(images: readonly number[]): Uint8Array;
}

export interface ExplainInput {
  /** From images `[batch, h, w, 3]` in [−1, 1] to features, frozen; or the whole model, to its output, where there is no `head`. */
  base: LayersModel;
  /** From the features to the output. */
  head?: LayersModel;
  /** A layer of the base, or of a model inside it; see `splitAt`. */
  layer: string;
  /** `count · h · w · 3` values as the base takes them, or pictures to be read. */
  images: Float32Array | PictureSource;
  /** Default: the predicted value. */
  target?: ScoreTarget;
  /** Default: Grad-CAM. */
  method?: ExplanationMethod;
  /** Images that are explained at a time, which bounds the memory; default as many as features are computed of. */
  batchSize?: number;
  onProgress?: (done: number, total: number) => void;
  /** Looked at between batches. */
  signal?: AbortSignal;
}

/** Images from which on one graph for all of it is quicker, although it takes a second to build. */
const COMPILED_FROM = 64;

/**
 * Maps of whole images at any layer; see `ExplanationMethod` for what they are. Memory holds one batch beside the results. Throws
 * `BAD_INPUT` when images, layer or batch size do not fit, `INTERRUPTED` between batches.
 */
export async function explainImages(input: ExplainInput): Promise<Explanation> {
  const { base, head, layer, images, target = predictedValue, method = gradCamMethod } = input;
  const { onProgress, signal } = input;
  const size = base.inputs[0]!.shape.slice(1).map(Number) as [number, number, number]; // [batch, h, w, 3]
  const { count, type, read } = sourceOf(images, size);
  const batch = Math.min(input.batchSize ?? usualBatch(size[0], tensorflow().gpu), Math.max(count, 1));
  if (!(Number.isInteger(batch) && batch >= 1)) {
    throw new ReportError(
      'BAD_INPUT',
      `${batch} images cannot be explained at a time: give a whole number from 1.`,
    );
  }
  const split = splitAt(base, layer);
  const score = (output: Tensor): Tensor1D =>
    head ? headScore(head, target)(output as Tensor4D) : target(output as Tensor2D); // what base and whole models give
  const explain = (given: Tensor): Tensor[] => {
    const { activations, passing } = split.first((type === 'uint8' ? preprocess(given) : given) as Tensor4D);
    const { raw, weights, scores } = mapTensors(method, activations, (x) => score(split.rest(x, passing)));
    return [raw, weights, scores];
  };
  const shape = [batch, ...size];
  const graph = count < COMPILED_FROM ? interpreted(explain) : compiled(explain, [{ type, shape }]);
  const found: Explanation[] = [];
  try {
    for (let start = 0; start < count; start += batch) {
      if (signal?.aborted) {
        throw new ReportError(
          'INTERRUPTED',
          `The explanation was interrupted after ${start} of ${count} images: run it again.`,
        );
      }
      const rows = Array.from({ length: Math.min(batch, count - start) }, (_, i) => start + i);
      const data = filledUp(read(rows), batch * size[0] * size[1] * size[2]);
      found.push(
        explanationOf(graph.run({ type, shape, data } as Parameters<typeof graph.run>[0]), rows.length),
      ); // data of its type
      onProgress?.(start + rows.length, count);
      await setImmediate(); // lets signals, progress and the kernel's messages through
    }
  } finally {
    graph.dispose();
  }
  return joined(found);
}

/** Values with zeros behind them, up to `length` of them. */
function filledUp<T extends Float32Array | Uint8Array>(values: T, length: number): T {
  if (values.length === length) return values;
  const all = (values instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)) as T; // of its type
  all.set(values);
  return all;
}

function joined(parts: readonly Explanation[]): Explanation {
  const join = (arrays: readonly Float32Array[]): Float32Array => {
    const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
    arrays.reduce((start, array) => {
      all.set(array, start);
      return start + array.length;
    }, 0);
    return all;
  };
  const weights = parts.flatMap((part) => part.weights ?? []);
  return {
    maps: parts.flatMap(({ maps }) => maps),
    weights: weights.length === parts.length ? join(weights) : null,
    scores: join(parts.map(({ scores }) => scores)),
  };
}

/** Images as they are read a batch at a time. */
function sourceOf(images: ExplainInput['images'], size: readonly number[]) {
  const each = size.reduce((a, b) => a * b);
  if (images instanceof Float32Array) {
    const count = images.length / each;
    if (Number.isInteger(count)) {
      const read = (rows: readonly number[]) =>
        images.subarray(rows[0]! * each, (rows[0]! + rows.length) * each); // a batch has rows, one after the other
      return { count, type: 'float' as const, read };
    }
    throw new ReportError(
      'BAD_INPUT',
      `${images.length} values are not a whole number of images of ${size.join('×')}: prepare them for this base.`,
    );
  }
  const read = (rows: readonly number[]): Uint8Array => {
    const bytes = images.read(rows);
    if (bytes.length === rows.length * each) return bytes;
    throw new ReportError(
      'BAD_INPUT',
      `${bytes.length} bytes are not ${rows.length} images of ${size.join('×')}: prepare them for this base.`,
    );
  };
  return { count: images.count, type: 'uint8' as const, read };
}
