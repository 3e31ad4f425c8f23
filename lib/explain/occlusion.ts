import { setImmediate } from 'node:timers/promises';
import { ReportError } from '../core/errors';
import { throwIfAborted } from '../core/pool';
import type { Box } from '../images/letterbox';
import type { HeatMap } from './heatMap';
import { boxColour } from './removal';

export interface OcclusionInput {
  /** A picture `[height, width, 3]`, RGB, 0 to 255. */
  pixels: Uint8Array;
  width: number;
  height: number;
  /** Where it lies in its pixels, whose colours alone count for the mean one; default: everywhere. */
  box?: Box;
  /** Scores of `count` changes of the picture, one number each. */
  score: (pixels: Uint8Array, count: number) => ArrayLike<number>;
  /** Side of the square that hides a part of the picture, in pixels. */
  patch: number;
  /** From one place of the square to the next, in pixels; at most `patch`, so that every pixel is hidden once or more. */
  stride: number;
  /** Changes that are scored at a time; default 32. */
  batchSize?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Occlusion (Zeiler & Fergus, 2014): score(whole) − score(hidden), averaged over the squares that cover a pixel. Throws `BAD_INPUT` for scores not finite, `INTERRUPTED`. */
export async function occlusion(input: OcclusionInput): Promise<{ map: HeatMap; score: number }> {
  const { pixels, width, height, box = { left: 0, top: 0, width, height } } = input;
  const colour = boxColour(pixels, width, box);
  const places = patchPlaces(input);
  const changes = places.map((covered) => () => {
    const hidden = Uint8Array.from(pixels);
    for (const at of covered) hidden.set(colour, 3 * at);
    return hidden;
  });
  const [whole, ...scores] = await scoreAll(input, [() => pixels, ...changes]);
  const sums = new Float64Array(width * height);
  const covers = new Uint32Array(width * height);
  places.forEach((covered, i) => {
    for (const at of covered) {
      sums[at]! += whole! - scores[i]!; // inside the picture; one score for each place
      covers[at]!++;
    }
  });
  // Each pixel is covered once or more, for the stride is no longer than the patch.
  const values = Float32Array.from(sums, (sum, i) => sum / covers[i]!);
  return { map: { width, height, values }, score: whole! };
}

/** The pixels under the square at each of its places: every `stride` pixels, and at the far edge. */
function patchPlaces({ width, height, patch, stride }: OcclusionInput): number[][] {
  const along = (length: number): number[] => {
    const last = length - patch;
    return [...Array.from({ length: Math.ceil(last / stride) }, (_, i) => i * stride), last];
  };
  const under = (left: number, top: number): number[] =>
    Array.from(
      { length: patch * patch },
      (_, i) => (top + Math.floor(i / patch)) * width + left + (i % patch),
    );
  return along(height).flatMap((top) => along(width).map((left) => under(left, top)));
}

/** The scores of pictures, of which a batch at a time is made. Throws `BAD_INPUT` when one is not finite, `INTERRUPTED` between batches. */
export async function scoreAll(
  {
    score,
    batchSize = 32,
    onProgress,
    signal,
  }: Pick<OcclusionInput, 'score' | 'batchSize' | 'onProgress' | 'signal'>,
  pictures: readonly (() => Uint8Array)[],
): Promise<number[]> {
  const scores: number[] = [];
  while (scores.length < pictures.length) {
    throwIfAborted(signal);
    const batch = pictures.slice(scores.length, scores.length + batchSize);
    const pixels = new Uint8Array(Buffer.concat(batch.map((picture) => picture())));
    const found = Array.from(score(pixels, batch.length));
    if (found.length !== batch.length || !found.every(Number.isFinite)) {
      throw new ReportError(
        'BAD_INPUT',
        `The scores of a picture and of changes of it are ${found.join(', ')}: give one finite number for each.`,
      );
    }
    scores.push(...found);
    onProgress?.(scores.length, pictures.length);
    await setImmediate(); // lets signals, progress and the kernel's messages through
  }
  return scores;
}
