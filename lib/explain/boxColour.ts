import type { PixelBox } from './overlay';

/** The mean of each channel within the box of a picture `[height, width, 3]`, rounded: red, green and blue. */
export function boxColour(pixels: Uint8Array, width: number, box: PixelBox): Uint8Array {
  const sums = [0, 0, 0];
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) {
      for (let channel = 0; channel < 3; channel++) sums[channel]! += pixels[3 * (y * width + x) + channel]!; // inside
    }
  }
  return Uint8Array.from(sums, (sum) => Math.round(sum / (box.width * box.height)));
}
