import type { Box } from './letterbox';

/** Pairs of neighbours along a line of the thumbnail, and lines: 64 bits. */
const PAIRS = 8;

/** Pairs of 64 that must be a grey level apart, or the picture counts as flat. */
const FEWEST_DIFFERENT = 16;

/** The two difference hashes of a picture, each 64 bits as 16 hexadecimal digits. */
export interface DifferenceHash {
  /** Bits of neighbours in a row, two digits for each row from the top. */
  across: string;
  /** Bits of neighbours in a column, two digits for each column from the left. */
  down: string;
}

/** The difference hash of the `box` of a picture (Krawetz, 2013), along rows and columns; null for a flat picture, whose bits would be chance. */
export function differenceHash(pixels: Uint8Array, size: number, box: Box): DifferenceHash | null {
  const grey = greyPixels(pixels, size, box);
  const across = lineHash(shrunk(grey, box, PAIRS + 1, PAIRS), PAIRS + 1, 1);
  const down = lineHash(shrunk(grey, box, PAIRS, PAIRS + 1), 1, PAIRS);
  return across === null || down === null ? null : { across, down };
}

/** The bits of neighbours along each line of a thumbnail, or null when too few differ. `line` and `step`: how far apart in the list
 * lines, and neighbours in one, lie. */
function lineHash(small: Float64Array, line: number, step: number): string | null {
  let hash = '';
  let different = 0;
  for (let i = 0; i < PAIRS; i++) {
    let byte = 0;
    for (let k = 0; k < PAIRS; k++) {
      const at = i * line + k * step;
      const fall = small[at]! - small[at + step]!; // in the thumbnail
      byte = (byte << 1) | (fall > 0 ? 1 : 0);
      if (Math.abs(fall) >= 1) different++;
    }
    hash += byte.toString(16).padStart(2, '0');
  }
  return different < FEWEST_DIFFERENT ? null : hash;
}

/** The grey values in the box, `[box.height, box.width]`. */
function greyPixels(pixels: Uint8Array, size: number, { left, top, width, height }: Box): Float64Array {
  const grey = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = ((top + y) * size + left) * 3; x < width; x++, i += 3) {
      grey[y * width + x] = 0.299 * pixels[i]! + 0.587 * pixels[i + 1]! + 0.114 * pixels[i + 2]!; // in the box
    }
  }
  return grey;
}

/** Grey values averaged over `columns` × `rows` cells of equal size, whose edges may cut through pixels: `[rows, columns]`. */
function shrunk(grey: Float64Array, { width, height }: Box, columns: number, rows: number): Float64Array {
  const across = cellWeights(width, columns);
  const small = new Float64Array(columns * rows);
  const line = new Float64Array(width);
  cellWeights(height, rows).forEach((weights, row) => {
    line.fill(0);
    for (const { at, weight } of weights) {
      for (let x = 0; x < width; x++) line[x]! += weight * grey[at * width + x]!; // at is below height
    }
    across.forEach((cell, column) => {
      for (const { at, weight } of cell) small[row * columns + column]! += weight * line[at]!; // below width
    });
  });
  return small;
}

/** For each of `cells` equal parts of a row of `length` pixels: which pixels it covers, and by which share of itself. */
function cellWeights(length: number, cells: number): { at: number; weight: number }[][] {
  return Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [(cell * length) / cells, ((cell + 1) * length) / cells];
    const weights = [];
    for (let at = Math.floor(from); at < to; at++) {
      weights.push({ at, weight: ((Math.min(at + 1, to) - Math.max(at, from)) * cells) / length });
    }
    return weights;
  });
}

/** How many bits of a 32-bit number are set (the usual sums side by side). */
export function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
