import { setImmediate } from 'node:timers/promises';
import { ReportError } from '../core/errors';
import type { Explanation } from './method';

/** How many images are explained at a time, and who is told. */
export interface BatchOptions {
  /** Images that are explained at a time, which bounds the memory; default 8. */
  batchSize?: number;
  onProgress?: (done: number, total: number) => void;
  /** Looked at between batches. */
  signal?: AbortSignal;
}

/**
 * Explains `count` images a batch at a time: `explain` gets the numbers of the images of one batch. The results lie in arrays that are made once;
 * beside them memory holds one batch. Throws `BAD_INPUT` for a batch size that is not a whole number from 1, `INTERRUPTED` between batches.
 */
export async function explainBatches(
  count: number,
  explain: (images: readonly number[]) => Explanation,
  { batchSize = 8, onProgress, signal }: BatchOptions = {},
): Promise<Explanation> {
  if (!(Number.isInteger(batchSize) && batchSize >= 1)) {
    throw new ReportError(
      'BAD_INPUT',
      `${batchSize} images cannot be explained at a time: give a whole number from 1.`,
    );
  }
  const maps: Explanation['maps'] = [];
  const scores = new Float32Array(count);
  let weights: Float32Array | null = new Float32Array();
  for (let start = 0; start < count; start += batchSize) {
    if (signal?.aborted) {
      throw new ReportError(
        'INTERRUPTED',
        `The explanation was interrupted after ${start} of ${count} images: run it again.`,
      );
    }
    const size = Math.min(batchSize, count - start);
    const found = explain(Array.from({ length: size }, (_, i) => start + i));
    maps.push(...found.maps); // one batch of them
    scores.set(found.scores, start);
    if (start === 0) weights = found.weights && new Float32Array((found.weights.length / size) * count);
    if (weights && found.weights) weights.set(found.weights, (weights.length / count) * start);
    onProgress?.(start + size, count);
    await setImmediate(); // lets signals, progress and the kernel's messages through
  }
  return { maps, weights, scores };
}
