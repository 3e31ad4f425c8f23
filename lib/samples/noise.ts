import { random } from '../core/random';

const size = 256; // side of a tile; a power of two, so that coordinates wrap with `& mask`
const mask = size - 1;

/** A value at any place; coordinates are cut to whole numbers and wrap after 256. */
export type Field = (x: number, y: number) => number;

let noise: Field | null = null;
let grain: Field | null = null;

/** Seamless value noise of seven octaves, mean 0 and deviation 0.3, with a spectrum near that of natural scenes (1/f). */
export function noiseField(): Field {
  noise ??= fieldOf(noiseTile());
  return noise;
}

/** Independent values, mean 0 and deviation 1: the grain of a film. Made once per process; always the same. */
export function grainField(): Field {
  const { normal } = random(0, 'grain tile');
  grain ??= fieldOf(Float32Array.from({ length: size * size }, normal));
  return grain;
}

const fieldOf =
  (tile: Float32Array): Field =>
  (x, y) =>
    tile[((y & mask) * size) | (x & mask)]!; // masked

function noiseTile(): Float32Array {
  const source = random(0, 'noise tile');
  const sum = new Float32Array(size * size);
  let amplitude = 1;
  for (let cells = 4; cells <= size; cells *= 2) {
    const grid = Float32Array.from({ length: cells * cells }, () => source.uniform(-1, 1));
    addOctave(sum, grid, cells, amplitude);
    amplitude *= 0.6;
  }
  const mean = sum.reduce((a, b) => a + b, 0) / sum.length;
  const deviation = Math.sqrt(sum.reduce((a, b) => a + (b - mean) ** 2, 0) / sum.length);
  return sum.map((value) => (0.3 * (value - mean)) / deviation);
}

/** Adds a grid of `cells` × `cells` values, interpolated smoothly over the whole tile. */
function addOctave(sum: Float32Array, grid: Float32Array, cells: number, amplitude: number): void {
  const step = cells / size;
  const at = (row: number, column: number): number => grid[(row % cells) * cells + (column % cells)]!; // inside by the remainders
  for (let y = 0; y < size; y++) {
    const row = Math.floor(y * step);
    const v = smooth(y * step - row);
    for (let x = 0; x < size; x++) {
      const column = Math.floor(x * step);
      const u = smooth(x * step - column);
      const top = at(row, column) * (1 - u) + at(row, column + 1) * u;
      const bottom = at(row + 1, column) * (1 - u) + at(row + 1, column + 1) * u;
      sum[y * size + x]! += amplitude * (top * (1 - v) + bottom * v);
    }
  }
}

const smooth = (t: number): number => t * t * (3 - 2 * t);
