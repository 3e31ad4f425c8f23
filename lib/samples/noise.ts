import { random } from '../core/random';

/** Side of the noise tile in pixels; a power of two, so that coordinates wrap with `& tileMask`. */
export const tileSize = 256;
export const tileMask = tileSize - 1;

let cachedTile: Float64Array | null = null;

/**
 * A square of `tileSize` × `tileSize` values, row by row, that continues seamlessly over its borders: value noise summed over seven
 * octaves with amplitude falling as 0.6, so its spectrum is close to that of natural scenes (about 1/f). Mean 0, deviation about
 * 0.3. Made once per process; always the same.
 */
export function noiseTile(): Float64Array {
  cachedTile ??= makeTile();
  return cachedTile;
}

let cachedGrain: Float64Array | null = null;

/** A square of the same size with independent values, mean 0 and deviation 1: the grain of a film. */
export function grainTile(): Float64Array {
  cachedGrain ??= makeGrain();
  return cachedGrain;
}

function makeGrain(): Float64Array {
  const source = random(0, 'grain tile');
  return Float64Array.from({ length: tileSize * tileSize }, () => source.normal());
}

function makeTile(): Float64Array {
  const source = random(0, 'noise tile');
  const sum = new Float64Array(tileSize * tileSize);
  let amplitude = 1;
  for (let cells = 4; cells <= tileSize; cells *= 2) {
    const grid = Float64Array.from({ length: cells * cells }, () => source.uniform(-1, 1));
    addOctave(sum, grid, cells, amplitude);
    amplitude *= 0.6;
  }
  const mean = sum.reduce((a, b) => a + b, 0) / sum.length;
  const deviation = Math.sqrt(sum.reduce((a, b) => a + (b - mean) ** 2, 0) / sum.length);
  return sum.map((value) => (0.3 * (value - mean)) / deviation);
}

/** Adds a grid of `cells` × `cells` values, interpolated smoothly over the whole tile. */
function addOctave(sum: Float64Array, grid: Float64Array, cells: number, amplitude: number): void {
  const step = cells / tileSize;
  for (let y = 0; y < tileSize; y++) {
    const row = Math.floor(y * step);
    const below = (row + 1) % cells;
    const v = smooth(y * step - row);
    for (let x = 0; x < tileSize; x++) {
      const column = Math.floor(x * step);
      const beside = (column + 1) % cells;
      const u = smooth(x * step - column);
      // In range: rows and columns are taken modulo the grid.
      const top = grid[row * cells + column]! * (1 - u) + grid[row * cells + beside]! * u;
      const bottom = grid[below * cells + column]! * (1 - u) + grid[below * cells + beside]! * u;
      sum[y * tileSize + x]! += amplitude * (top * (1 - v) + bottom * v);
    }
  }
}

const smooth = (t: number): number => t * t * (3 - 2 * t);
