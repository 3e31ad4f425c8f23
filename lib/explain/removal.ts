import sharp from 'sharp';
import { random } from '../core/random';
import type { Box } from '../images/letterbox';
import { boxPlaces, type PlacedPicture } from './controls';
import type { HeatMap } from './heatMap';
import { resizeMap } from './resize';

/** The picture's pixels, as positions in the square's rows, by a map's values, largest first; ties by the seed. */
export function rankPixels(
  map: HeatMap,
  { size, box }: Pick<PlacedPicture, 'size' | 'box'>,
  seed: number,
  ...labels: (string | number)[]
): Int32Array {
  const { values } = resizeMap(map, size, size);
  const inside = boxPlaces(size, box);
  const drawn = Int32Array.from(random(seed, 'ties', ...labels).shuffle(inside));
  return drawn.sort((a, b) => values[b]! - values[a]!); // stable, and inside the square
}

/** The mean of each channel within the box of a picture `[height, width, 3]`, rounded: red, green and blue. */
export function boxColour(pixels: Uint8Array, width: number, box: Box): Uint8Array {
  const sums = [0, 0, 0];
  for (const at of boxPlaces(width, box)) {
    for (let channel = 0; channel < 3; channel++) sums[channel]! += pixels[3 * at + channel]!; // inside
  }
  return Uint8Array.from(sums, (sum) => Math.round(sum / (box.width * box.height)));
}

/** The picture with everything in its box in its mean colour; the padding stays. What deletion leaves in the end. */
export function meanColour({ pixels, size, box }: PlacedPicture): Uint8Array {
  const colour = boxColour(pixels, size, box);
  const result = Uint8Array.from(pixels);
  for (const at of boxPlaces(size, box)) result.set(colour, 3 * at);
  return result;
}

/** The picture blurred beyond recognition, by a Gaussian of an eighth of the square; the padding stays and does not flow in. */
export async function blurred({ pixels, size, box }: PlacedPicture): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: { width: size, height: size, channels: 3 } });
  const blur = { sigma: size / 8, minAmplitude: 0.01, precision: 'float' } as const;
  const inside = await image.extract(box).blur(blur).raw().toBuffer();
  const result = Uint8Array.from(pixels);
  boxPlaces(size, box).forEach((at, i) => {
    result.set(inside.subarray(3 * i, 3 * i + 3), 3 * at);
  });
  return result;
}

/** `pixels` with the first `count` pixels of `order` taken from `fill`; all are squares of the same size. */
export function replaced(pixels: Uint8Array, fill: Uint8Array, order: Int32Array, count: number): Uint8Array {
  const result = Uint8Array.from(pixels);
  for (let i = 0; i < count; i++) {
    const at = 3 * order[i]!; // count is at most the order's length
    for (let channel = 0; channel < 3; channel++) result[at + channel] = fill[at + channel]!;
  }
  return result;
}
