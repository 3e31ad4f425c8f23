import { ReportError } from '../core/errors';
import type { PlacedPicture } from './controls';
import type { HeatMap } from './heatMap';
import { resizeMap } from './resize';

/** Where a map points, beside the mask of what is true. All are shares from 0 to 1. */
export interface Pointing {
  /** Of the map's mass that lies inside the mask. */
  inside: number;
  /** 1 when the map's largest value lies inside the mask, else 0; where several are largest, the share of them inside. */
  hit: number;
  /** Of the picture, padding apart, that the mask covers: both figures of a map that knows nothing. */
  chance: number;
}

/**
 * How far a map of values ≥ 0 of the whole square lies on what is known to be true: how much of its mass lies inside the mask, and
 * whether its largest value does (the pointing game of Zhang et al., "Top-down Neural Attention by Excitation Backprop", ECCV 2016,
 * without tolerance). `mask` is `[size, size]`, 0 or not. Only the picture counts: what lies over the padding is left out, as
 * `rankPixels` does. Null when the map has no mass there. Throws `BAD_INPUT` for a value that is negative or not finite and a mask of
 * another size.
 */
export function pointing(
  map: HeatMap,
  mask: Uint8Array,
  { size, box }: Pick<PlacedPicture, 'size' | 'box'>,
): Pointing | null {
  if (mask.length !== size * size || map.values.some((value) => !(value >= 0 && value < Infinity))) {
    throw new ReportError(
      'BAD_INPUT',
      `A map and a mask of ${mask.length} places do not fit a square of ${size}: take what raises or lowers, and a mask as large as that.`,
    );
  }
  const { values } = resizeMap(map, size, size);
  const [all, inside] = [
    { mass: 0, pixels: 0, largest: 0 },
    { mass: 0, pixels: 0, largest: 0 },
  ];
  let most = 0;
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) {
      const at = y * size + x;
      const value = values[at]!; // inside the square
      if (value > most) {
        most = value;
        all.largest = 0;
        inside.largest = 0;
      }
      for (const part of mask[at] ? [all, inside] : [all]) {
        part.mass += value;
        part.pixels++;
        if (value === most) part.largest++;
      }
    }
  }
  if (all.mass === 0) return null;
  return {
    inside: inside.mass / all.mass,
    hit: inside.largest / all.largest,
    chance: inside.pixels / all.pixels,
  };
}
