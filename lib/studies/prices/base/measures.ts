// Indices below lie inside the arrays by their loops: hence the `!`.

const fields = 2; // a side of the picture, for which colours and detail are measured
const scales = 3; // at which detail is measured: between blocks of 1, 2 and 4 pixels a side
const flat = 0.01; // a difference in brightness that counts as none: about two grey levels of 255

/** Numbers about colours, and as many about detail. */
export const measureCount = 6 * fields ** 2;

/**
 * Measures of a square picture, `[side, side, 3]` from 0 to 1: mean and deviation of each colour in each field, then the logarithms of the mean
 * difference in brightness between neighbours, across and down, at several scales in each field. `side` must be a multiple of 4.
 */
export function measuresOf(pixels: Float32Array, side: number): number[] {
  const colours: number[] = [];
  let blocks: Float32Array = new Float32Array(side ** 2); // brightness
  for (let c = 0; c < 3; c++) {
    const [plane, squares] = [new Float32Array(side ** 2), new Float32Array(side ** 2)];
    for (let i = 0; i < plane.length; i++) {
      const value = pixels[3 * i + c]!;
      plane[i] = value;
      squares[i] = value * value;
      blocks[i]! += value / 3;
    }
    const means = fieldMeans(plane, side, side);
    const deviations = fieldMeans(squares, side, side).map((square, i) =>
      Math.sqrt(Math.max(0, square - means[i]! ** 2)),
    );
    colours.push(...means, ...deviations);
  }
  const detail: number[] = [];
  for (let n = side, scale = 0; scale < scales; scale++, n /= 2) {
    const across = new Float32Array(n * (n - 1));
    const down = new Float32Array(n * (n - 1));
    for (let y = 0, i = 0; y < n; y++) {
      for (let x = 0; x < n - 1; x++, i++) across[i] = Math.abs(blocks[y * n + x + 1]! - blocks[y * n + x]!);
    }
    for (let i = 0; i < down.length; i++) down[i] = Math.abs(blocks[i + n]! - blocks[i]!);
    detail.push(...fieldMeans(across, n - 1, n), ...fieldMeans(down, n, n - 1));
    blocks = halved(blocks, n);
  }
  return [...colours, ...detail.map((mean) => Math.log(mean + flat))];
}

/** Means of a picture's fields, row by row; what is left over at the right and below does not count. */
function fieldMeans(values: Float32Array, width: number, height: number): number[] {
  const [wide, tall] = [Math.floor(width / fields), Math.floor(height / fields)];
  return Array.from({ length: fields ** 2 }, (_, field) => {
    const first = Math.floor(field / fields) * tall * width + (field % fields) * wide;
    let sum = 0;
    for (let y = 0; y < tall; y++) {
      for (let x = 0; x < wide; x++) sum += values[first + y * width + x]!;
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
