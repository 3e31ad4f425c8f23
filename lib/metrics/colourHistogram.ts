import { ReportError } from '../core/errors';
import type { Box } from '../images/letterbox';

/** Numbers in a histogram: one for each combination of 8 red, 8 green and 8 blue bins. */
export const histogramLength = 8 ** 3;

/** Root colour histograms, `[boxes.length, 512]` (Swain and Ballard, 1991), of the boxes in squares of RGB pixels. Throws `BAD_INPUT`. */
export function colourHistograms(pixels: Uint8Array, size: number, boxes: readonly Box[]): Float32Array {
  const square = size * size * 3;
  if (pixels.length !== boxes.length * square) {
    throw new ReportError('BAD_INPUT', `${pixels.length} bytes do not fit ${boxes.length} boxes: give all.`);
  }
  const histograms = new Float32Array(boxes.length * histogramLength);
  boxes.forEach((box, i) => {
    const histogram = histograms.subarray(i * histogramLength, (i + 1) * histogramLength);
    countColours(pixels.subarray(i * square, (i + 1) * square), size, box, histogram);
  });
  return histograms;
}

function countColours(pixels: Uint8Array, size: number, box: Box, histogram: Float32Array): void {
  const { left, top, width, height } = box;
  const counts = new Uint32Array(histogramLength); // whole numbers: adding shares would round
  for (let y = top; y < top + height; y++) {
    const end = (y * size + left + width) * 3;
    for (let i = (y * size + left) * 3; i < end; i += 3) {
      counts[((pixels[i]! >> 5) << 6) | ((pixels[i + 1]! >> 5) << 3) | (pixels[i + 2]! >> 5)]!++; // in the box, 0 to 255
    }
  }
  for (let bin = 0; bin < histogramLength; bin++) histogram[bin] = Math.sqrt(counts[bin]! / (width * height));
}
