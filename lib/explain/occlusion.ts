import { setImmediate } from 'node:timers/promises';
import { ReportError } from '../core/errors';
import type { Box } from '../images/letterbox';
import type { Explanation } from './method';
import { boxColour } from './removal';

/** Scores of `count` pictures `[count, height, width, 3]`, 0 to 255, that are all changes of picture number `picture`; one number each. */
export type PictureScore = (
  pixels: Uint8Array,
  count: number,
  picture: number,
) => ArrayLike<number> | Promise<ArrayLike<number>>;

export interface OcclusionInput {
  /** `[count, height, width, 3]`, RGB, 0 to 255. */
  pixels: Uint8Array;
  width: number;
  height: number;
  score: PictureScore;
  /** Side of the square that hides a part of the picture, in pixels. */
  patch: number;
  /** From one place of the square to the next, in pixels; at most `patch`, so that every pixel is hidden once or more. */
  stride: number;
  /** Where each picture lies in its pixels, whose colours alone count for the mean one; default: everywhere. */
  boxes?: readonly Box[];
  /** Pictures that are scored at a time; default 32. */
  batchSize?: number;
  /** In scored pictures. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Occlusion (Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014): a square in the picture's mean colour is laid over one
 * place after the other, and a pixel's value is score(whole) − score(hidden), averaged over the squares that cover it. Positive where the
 * picture raises the score; the unit is the score's. No gradients, no layers: slow, and a reference for those who use them. Maps have the
 * pictures' size. Throws `BAD_INPUT` when sizes do not fit or a score is not finite, `INTERRUPTED` between batches.
 */
export async function occlusion(input: OcclusionInput): Promise<Pick<Explanation, 'maps' | 'scores'>> {
  const { pixels, width, height, boxes, onProgress } = input;
  const each = width * height * 3;
  const count = pixels.length / each;
  check(input, count);
  const places = patchPlaces(input);
  const scores = new Float32Array(count);
  const maps: Explanation['maps'] = [];
  for (let picture = 0; picture < count; picture++) {
    const whole = pixels.subarray(picture * each, (picture + 1) * each);
    const colour = boxColour(whole, width, boxes?.[picture] ?? { left: 0, top: 0, width, height });
    const base = picture * (places.length + 1);
    const found = await scoreHidden(input, picture, whole, colour, places, (done) =>
      onProgress?.(base + done, count * (places.length + 1)),
    );
    scores[picture] = found.whole;
    maps.push({ width, height, values: spread(input, places, found) });
  }
  return { maps, scores };
}

interface Place {
  left: number;
  top: number;
}

interface HiddenScores {
  whole: number;
  /** One for each place. */
  hidden: Float64Array;
}

/** Every `stride` pixels, and at the far edge. */
function patchPlaces({ width, height, patch, stride }: OcclusionInput): Place[] {
  const along = (length: number): number[] => {
    const last = length - patch;
    return [...Array.from({ length: Math.ceil(last / stride) }, (_, i) => i * stride), last];
  };
  return along(height).flatMap((top) => along(width).map((left) => ({ left, top })));
}

/** The score of a picture as it is and with each place hidden. */
async function scoreHidden(
  { width, patch, score, batchSize = 32, signal }: OcclusionInput,
  picture: number,
  whole: Uint8Array,
  colour: Uint8Array,
  places: readonly Place[],
  onProgress: (done: number) => void,
): Promise<HiddenScores> {
  const jobs: (Place | null)[] = [null, ...places];
  const results = new Float64Array(jobs.length);
  const buffer = new Uint8Array(Math.min(batchSize, jobs.length) * whole.length);
  for (let start = 0; start < jobs.length; start += batchSize) {
    if (signal?.aborted) {
      throw new ReportError('INTERRUPTED', `Occlusion was interrupted in picture ${picture}: run it again.`);
    }
    const batch = jobs.slice(start, start + batchSize);
    batch.forEach((place, i) => {
      const target = buffer.subarray(i * whole.length, (i + 1) * whole.length);
      target.set(whole);
      if (place) hide(target, width, place, patch, colour);
    });
    const found = await score(buffer.subarray(0, batch.length * whole.length), batch.length, picture);
    batch.forEach((_, i) => {
      results[start + i] = finite(found[i], picture);
    });
    onProgress(start + batch.length);
    await setImmediate(); // lets signals, progress and the kernel's messages through
  }
  return { whole: results[0]!, hidden: results.subarray(1) }; // the whole picture is the first job
}

function finite(score: number | undefined, picture: number): number {
  if (score !== undefined && Number.isFinite(score)) return score;
  throw new ReportError(
    'BAD_INPUT',
    `The score of picture ${picture}, or of a change of it, is ${score}: give one finite number for each picture.`,
  );
}

function hide(
  pixels: Uint8Array,
  width: number,
  { left, top }: Place,
  patch: number,
  colour: Uint8Array,
): void {
  for (let y = top; y < top + patch; y++) {
    for (let x = left; x < left + patch; x++) pixels.set(colour, 3 * (y * width + x));
  }
}

/** Each pixel's mean of score(whole) − score(hidden) over the places that cover it. */
function spread(
  { width, height, patch }: OcclusionInput,
  places: readonly Place[],
  { whole, hidden }: HiddenScores,
): Float32Array {
  const sums = new Float64Array(width * height);
  const covers = new Uint32Array(width * height);
  places.forEach(({ left, top }, i) => {
    for (let y = top; y < top + patch; y++) {
      for (let x = left; x < left + patch; x++) {
        sums[y * width + x]! += whole - hidden[i]!; // inside the picture, as the places are
        covers[y * width + x]!++;
      }
    }
  });
  return Float32Array.from(sums, (sum, i) => sum / covers[i]!); // covered once or more, for the stride is no longer than the patch
}

function check(
  { pixels, width, height, patch, stride, boxes, batchSize = 32 }: OcclusionInput,
  count: number,
): void {
  const whole = (...numbers: number[]): boolean => numbers.every((n) => Number.isInteger(n) && n >= 1);
  if (!whole(width, height) || !Number.isInteger(count) || (boxes && boxes.length !== count)) {
    throw new ReportError(
      'BAD_INPUT',
      `${pixels.length} bytes${boxes ? ` and ${boxes.length} boxes` : ''} are not pictures of ${width}×${height}: give 3 bytes per pixel and a box for each picture.`,
    );
  }
  if (!whole(patch, stride, batchSize) || stride > patch || patch > Math.min(width, height)) {
    throw new ReportError(
      'BAD_INPUT',
      `A patch of ${patch} pixels every ${stride} pixels, ${batchSize} at a time, does not fit ${width}×${height}: give whole numbers from 1, the stride at most the patch, the patch at most the picture's side.`,
    );
  }
  const outside = boxes?.find(
    (box) =>
      !whole(box.width, box.height) ||
      ![box.left, box.top].every((n) => Number.isInteger(n) && n >= 0) ||
      box.left + box.width > width ||
      box.top + box.height > height,
  );
  if (outside) {
    throw new ReportError(
      'BAD_INPUT',
      `The box ${JSON.stringify(outside)} does not lie within ${width}×${height} pixels: give that of the picture.`,
    );
  }
}
