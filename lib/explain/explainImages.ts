import { setImmediate } from 'node:timers/promises';
import type { LayersModel, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { throwIfAborted } from '../core/pool';
import { type PixelScaling, preprocess } from '../networks/backbone';
import { batchSize as usualBatch } from '../networks/features';
import { tensorflow } from '../tensorflow/backend';
import { compiled, interpreted } from '../tensorflow/compiled';
import { type Explanation, type ExplanationMethod, explanationOf, mapTensors } from './method';
import { explanationMethods } from './methods';
import { headScore, predictedValue, type ScoreTarget } from './scoreTarget';
import { splitAt } from './splitModel';

/** Pictures that are read a batch at a time, such as those of a store. */
export interface PictureSource {
  count: number;
  /** Bytes of these pictures, `[images.length, h, w, 3]`. */
  read(images: readonly number[]): Uint8Array;
}

export interface ExplainInput {
  /** From images `[batch, h, w, 3]` to features, frozen; or the whole model, to its output, where there is no `head`. */
  base: LayersModel;
  /** How it takes the bytes of pictures; default from −1 to 1. */
  scaling?: PixelScaling;
  head?: LayersModel;
  /** A layer of the base, or of a model inside it; see `splitAt`. */
  layer: string;
  images: PictureSource;
  target?: ScoreTarget;
  method?: ExplanationMethod;
  /** Images that are explained at a time, which bounds the memory; default as many as features are computed of. */
  batchSize?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Images from which on one graph for all of it is quicker, although it takes a second to build. */
const COMPILED_FROM = 64;

/** Maps of whole images at any layer, a batch at a time. Throws `BAD_INPUT` when images or layer do not fit, `INTERRUPTED` between batches. */
export async function explainImages(input: ExplainInput): Promise<Explanation> {
  const {
    base,
    head,
    layer,
    images,
    target = predictedValue,
    method = explanationMethods['grad-cam'],
  } = input;
  const { count } = images;
  const size = base.inputs[0]!.shape.slice(1).map(Number) as [number, number, number]; // [batch, h, w, 3]
  const each = size[0] * size[1] * size[2];
  const batch = Math.min(input.batchSize ?? usualBatch(size[0], tensorflow().gpu), Math.max(count, 1));
  const split = splitAt(base, layer);
  const score = (output: Tensor): Tensor1D =>
    head ? headScore(head, target)(output as Tensor4D) : target(output as Tensor2D); // what base and whole models give
  const explain = (given: Tensor): Tensor[] => {
    const { activations, passing } = split.first(preprocess(given, input.scaling) as Tensor4D);
    return mapTensors(method, activations, (x) => score(split.rest(x, passing)));
  };
  const shape = [batch, ...size];
  const graph = count < COMPILED_FROM ? interpreted(explain) : compiled(explain, [{ type: 'uint8', shape }]);
  const found: Explanation[] = [];
  try {
    for (let start = 0; start < count; start += batch) {
      throwIfAborted(input.signal);
      const rows = Array.from({ length: Math.min(batch, count - start) }, (_, i) => start + i);
      const bytes = images.read(rows);
      if (bytes.length !== rows.length * each) {
        throw new ReportError(
          'BAD_INPUT',
          `${bytes.length} bytes are not ${rows.length} images of ${size.join('×')}: prepare them for this base.`,
        );
      }
      const data = new Uint8Array(batch * each); // of the last batch, zeros behind the images
      data.set(bytes);
      found.push(explanationOf(graph.run({ type: 'uint8', shape, data }), rows.length));
      input.onProgress?.(start + rows.length, count);
      await setImmediate(); // lets signals, progress and the kernel's messages through
    }
  } finally {
    graph.dispose();
  }
  const weights = found.flatMap((part) => part.weights ?? []);
  return {
    maps: found.flatMap(({ maps }) => maps),
    weights: weights.length === found.length ? joined(weights) : null,
    scores: joined(found.map(({ scores }) => scores)),
  };
}

const joined = (parts: readonly Float32Array[]): Float32Array =>
  Float32Array.from(parts.flatMap((part) => [...part]));
