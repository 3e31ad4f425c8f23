import type { Config } from '../config';
import { ReportError } from '../errors';
import { type Random, random } from '../random';
import { type TransformParameters, warp } from './warp';

/** How far an augmented copy may differ: rotation and shear in degrees to either side, shift and zoom as shares (see `Config`). */
export type AugmentSettings = Pick<Config, 'rotation' | 'shift' | 'shear' | 'zoom' | 'horizontalFlip'>;

/** Which augmented copies to make; together with the seed this decides every number that is drawn. */
export interface AugmentLabels {
  /** One name for each image of the batch: its file, or its row in the store. */
  pictures: readonly (string | number)[];
  /** Which copy of these images, from 1 by custom. */
  variant: number;
}

/**
 * Draws one transformation for an image of `size` × `size` pixels, in the order in which Keras' `get_random_transform` draws: theta,
 * tx, ty, shear, zx and zy, flip. As there, a range of 0 draws nothing, and the flip is drawn even when it is not used.
 */
export function drawTransform(settings: AugmentSettings, size: number, rng: Random): TransformParameters {
  const { rotation, shift, shear, zoom, horizontalFlip } = settings;
  const within = (range: number): number => (range === 0 ? 0 : rng.uniform(-range, range));
  const factor = (): number => (zoom === 0 ? 1 : rng.uniform(1 - zoom, 1 + zoom));
  // An object's properties are evaluated from top to bottom: this is the order of the draws.
  return {
    theta: within(rotation),
    tx: within(shift) * size,
    ty: within(shift) * size,
    shear: within(shear),
    zx: factor(),
    zy: factor(),
    flipHorizontal: rng.next() < 0.5 && horizontalFlip,
  };
}

/**
 * One augmented copy of each image: `[count, size, size, 3]` bytes in and out. A copy depends on the seed, the picture's name, the
 * variant and the settings only, so it is the same in whatever batch and order it is made. Throws `BAD_INPUT` when bytes or names do
 * not fit `count`.
 */
export function augmentBatch(
  pixels: Uint8Array,
  count: number,
  size: number,
  settings: AugmentSettings,
  seed: number,
  labels: AugmentLabels,
): Uint8Array {
  const bytes = size * size * 3;
  if (pixels.length !== count * bytes || labels.pictures.length !== count) {
    throw new ReportError(
      'BAD_INPUT',
      `A batch of ${count} images of ${size} × ${size} pixels takes ${count * bytes} bytes and ${count} names, not ${pixels.length} and ${labels.pictures.length}.`,
    );
  }
  const target = new Uint8Array(pixels.length);
  labels.pictures.forEach((picture, i) => {
    const params = drawTransform(settings, size, random(seed, 'augment', picture, labels.variant));
    warp(pixels, params, size, size, target, i * bytes, i * bytes);
  });
  return target;
}
