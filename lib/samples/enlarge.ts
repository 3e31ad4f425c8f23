import { drawingHeight, drawingWidth } from './canvas';

// Indices below lie inside the arrays: a drawing is a third or two thirds of the full size, rounded up. Hence the `!`.

/**
 * Pixels `[height, width, 3]` at full size, `[drawingHeight, drawingWidth, 3]`. A third of the size becomes squares of 3 × 3 pixels;
 * of two thirds, each two pixels become three, the one between them their mean.
 */
export function enlarge(pixels: Uint8Array, width: number): Uint8Array {
  const stride = drawingWidth * 3;
  const result = new Uint8Array(drawingHeight * stride);
  const thirds = drawingWidth === width * 3;
  for (let y = 0, from = 0; y < drawingHeight; y += 3, from += (thirds ? 1 : 2) * width * 3) {
    const to = y * stride;
    const whole = y + 2 < drawingHeight; // the last rows are only two
    if (thirds) {
      repeatRow(pixels, from, result, to, width);
      result.copyWithin(to + stride, to, to + stride);
      if (whole) result.copyWithin(to + 2 * stride, to, to + stride);
    } else {
      widenRow(pixels, from, result, to, width);
      if (whole) {
        widenRow(pixels, from + width * 3, result, to + 2 * stride, width);
        meanRow(result, to, stride);
      } else {
        result.copyWithin(to + stride, to, to + stride);
      }
    }
  }
  return result;
}

/** A mask `[height, width]` at full size, `[drawingHeight, drawingWidth]`: each value where its pixel comes to lie. */
export function enlargeMarks(marks: Uint8Array, width: number): Uint8Array {
  const result = new Uint8Array(drawingWidth * drawingHeight);
  const scale = width / drawingWidth;
  const columns = Int32Array.from({ length: drawingWidth }, (_, x) => Math.floor((x + 0.5) * scale));
  for (let y = 0, i = 0; y < drawingHeight; y++) {
    const row = Math.floor((y + 0.5) * scale) * width;
    for (let x = 0; x < drawingWidth; x++) result[i++] = marks[row + columns[x]!]!;
  }
  return result;
}

/** A row with each pixel three times. */
function repeatRow(pixels: Uint8Array, from: number, result: Uint8Array, to: number, width: number): void {
  for (let p = from, q = to; p < from + width * 3; p += 3, q += 9) {
    const red = pixels[p]!;
    const green = pixels[p + 1]!;
    const blue = pixels[p + 2]!;
    for (let at = q; at < q + 9; at += 3) {
      result[at] = red;
      result[at + 1] = green;
      result[at + 2] = blue;
    }
  }
}

/** A row with three pixels for each two. */
function widenRow(pixels: Uint8Array, from: number, result: Uint8Array, to: number, width: number): void {
  for (let p = from, q = to; p < from + width * 3; p += 6, q += 9) {
    const red = pixels[p]!;
    const green = pixels[p + 1]!;
    const blue = pixels[p + 2]!;
    const nextRed = pixels[p + 3]!;
    const nextGreen = pixels[p + 4]!;
    const nextBlue = pixels[p + 5]!;
    result[q] = red;
    result[q + 1] = green;
    result[q + 2] = blue;
    result[q + 3] = (red + nextRed + 1) >> 1;
    result[q + 4] = (green + nextGreen + 1) >> 1;
    result[q + 5] = (blue + nextBlue + 1) >> 1;
    result[q + 6] = nextRed;
    result[q + 7] = nextGreen;
    result[q + 8] = nextBlue;
  }
}

/** The row after the one that begins at `to`, as the mean of its neighbours. */
function meanRow(result: Uint8Array, to: number, stride: number): void {
  for (let at = to; at < to + stride; at++) {
    result[at + stride] = (result[at]! + result[at + 2 * stride]! + 1) >> 1;
  }
}
