import type { Random } from '../core/random';
import type { Config } from '../core/settings';
import type { TransformParameters } from './warp';

/** How far an augmented copy may differ: rotation and shear in degrees to either side, shift and zoom as shares (see `Config`). */
export type AugmentSettings = Pick<Config, 'rotation' | 'shift' | 'shear' | 'zoom' | 'horizontalFlip'>;

/** Draws one transformation for a picture of `size` × `size` pixels, in the order of Keras' `get_random_transform`. */
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
