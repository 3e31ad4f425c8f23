import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../errors';
import { tensorflow } from '../tensorflow/backend';
import { type GradCamResult, gradCam, headScore, predictedValue, type ScoreTarget } from './gradCam';
import { splitAt } from './splitModel';

export interface ExplainInput {
  /** The frozen base, from images `[batch, h, w, 3]` in [−1, 1] to features. */
  base: LayersModel;
  /** From the features to the output. */
  head: LayersModel;
  /** A layer of the base. */
  layer: string;
  /** `count · h · w · 3` values as the base takes them. */
  images: Float32Array;
  /** Default: the predicted value. */
  target?: ScoreTarget;
  /** Images that are explained at a time, which bounds the memory; default 8. */
  batchSize?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Grad-CAM of whole images at any layer of the base; see `gradCam` for what the maps are. Where the features of the base's last
 * layer are at hand, `gradCam` with `headScore(head)` gives the same without running the base. Throws `BAD_INPUT` when images or
 * layer do not fit, `INTERRUPTED` between batches.
 */
export function explainImages(input: ExplainInput): GradCamResult {
  const { base, head, layer, images, target = predictedValue, batchSize = 8, onProgress, signal } = input;
  const { tf } = tensorflow();
  const [height, width, channels] = base.inputs[0]!.shape.slice(1).map(Number) as [number, number, number]; // [batch, h, w, 3]
  const size = height * width * channels;
  const count = images.length / size;
  if (!Number.isInteger(count)) {
    throw new ReportError(
      'BAD_INPUT',
      `${images.length} values are not a whole number of images of ${height}×${width}×${channels}: prepare them for this base.`,
    );
  }
  const split = splitAt(base, layer);
  const results: GradCamResult[] = [];
  for (let start = 0; start < count; start += batchSize) {
    if (signal?.aborted) {
      throw new ReportError(
        'INTERRUPTED',
        `Grad-CAM was interrupted after ${start} of ${count} images: run it again.`,
      );
    }
    const batch = Math.min(batchSize, count - start);
    const part = images.subarray(start * size, (start + batch) * size);
    tf.tidy(() => {
      const { activations, passing } = split.first(tf.tensor4d(part, [batch, height, width, channels]));
      results.push(
        gradCam({
          activations: Float32Array.from(activations.dataSync()),
          shape: [batch, ...split.shape],
          score: (x) => headScore(head, target)(split.rest(x, passing)),
        }),
      );
    });
    onProgress?.(start + batch, count);
  }
  const flat = (key: 'weights' | 'scores'): Float32Array =>
    Float32Array.from(results.flatMap((result) => [...result[key]]));
  return { maps: results.flatMap(({ maps }) => maps), weights: flat('weights'), scores: flat('scores') };
}
