// Indices below lie inside the arrays by their loops: hence the `!`.

const fields = 2; // a side of the picture, for which colours and detail are measured
const scales = 3; // at which detail is measured: between blocks of 1, 2 and 4 pixels a side
const flat = 0.01; // a difference in brightness that counts as none: about two grey levels of 255

/** Numbers about colours, and as many about detail. */
export const measureCount = 6 * fields ** 2;

/** Measures of a picture `[side, side, 3]` from 0 to 1, `side` a multiple of 4: colours of fields, then the log of detail at several scales. */
export function measuresOf(pixels: Float32Array, side: number): number[] {
  const colours = [0, 1, 2].flatMap((c) => {
    const at = (x: number, y: number): number => pixels[3 * (y * side + x) + c]!;
    const means = fieldMeans(side, side, at);
    const squares = fieldMeans(side, side, (x, y) => at(x, y) ** 2);
    return [...means, ...squares.map((square, i) => Math.sqrt(Math.max(0, square - means[i]! ** 2)))];
  });
  let blocks: Float32Array = new Float32Array(side ** 2); // brightness
  for (let i = 0; i < pixels.length; i++) blocks[Math.floor(i / 3)]! += pixels[i]! / 3;
  const detail: number[] = [];
  for (let n = side, scale = 0; scale < scales; scale++, n /= 2) {
    const difference = (i: number, other: number): number => Math.abs(blocks[other]! - blocks[i]!);
    detail.push(...fieldMeans(n - 1, n, (x, y) => difference(y * n + x, y * n + x + 1)));
    detail.push(...fieldMeans(n, n - 1, (x, y) => difference(y * n + x, (y + 1) * n + x)));
    blocks = halved(blocks, n);
  }
  return [...colours, ...detail.map((mean) => Math.log(mean + flat))];
}

/** Means of the fields of a picture, row by row; what is left over at the right and below does not count. */
function fieldMeans(width: number, height: number, at: (x: number, y: number) => number): number[] {
  const [wide, tall] = [Math.floor(width / fields), Math.floor(height / fields)];
  return Array.from({ length: fields ** 2 }, (_, field) => {
    const [left, top] = [(field % fields) * wide, Math.floor(field / fields) * tall];
    let sum = 0;
    for (let y = top; y < top + tall; y++) {
      for (let x = left; x < left + wide; x++) sum += at(x, y);
    }
    return sum / (tall * wide);
  });
}

/** The means of blocks of 2 × 2 values of a square. */
function halved(values: Float32Array, side: number): Float32Array {
  const half = side / 2;
  const means = new Float32Array(half ** 2);
  for (let i = 0; i < means.length; i++) {
    const at = Math.floor(i / half) * 2 * side + (i % half) * 2;
    means[i] = (values[at]! + values[at + 1]! + values[at + side]! + values[at + side + 1]!) / 4;
  }
  return means;
}
