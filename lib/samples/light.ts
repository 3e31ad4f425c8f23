import type { Canvas } from './canvas';

const cell = 8; // pixels; side of the cells in which light spreads

/** Light that spreads from bright places. */
export interface Glow {
  /** `[rows, columns, 3]`: what each cell adds; one row and column more than the canvas needs. */
  light: Float32Array;
  columns: number;
}

/** The light that a canvas's bright pixels (brightest channel above 150) throw on their surroundings, times `strength`. */
export function glowOf({ width, height, pixels }: Canvas, strength: number): Glow {
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const light = new Float32Array(columns * rows * 3);
  for (let y = 0, p = 0; y < height; y++) {
    const row = Math.floor(y / cell) * columns;
    for (let x = 0; x < width; x++, p += 3) {
      const brightest = Math.max(pixels[p]!, pixels[p + 1]!, pixels[p + 2]!); // inside the canvas
      if (brightest <= 150) continue;
      const at = (row + Math.floor(x / cell)) * 3;
      const weight = (strength * (brightest - 150)) / 105 / cell ** 2;
      for (let c = 0; c < 3; c++) light[at + c]! += pixels[p + c]! * weight; // inside the grid
    }
  }
  // Twice the mean of 3 × 3 cells: along rows, then along columns.
  for (const step of [3, 3 * columns, 3, 3 * columns]) average(light, step);
  return { light, columns };
}

/** Each value becomes the mean of itself and its neighbours `step` before and after it. */
function average(values: Float32Array, step: number): void {
  const old = values.slice();
  for (let i = step; i < values.length - step; i++) {
    values[i] = (old[i - step]! + old[i]! + old[i + step]!) / 3; // inside
  }
}

/** Writes the glow on row `y` of the canvas into `line`, `[width, 3]`, interpolated between cells. */
export function glowLine({ light, columns }: Glow, y: number, line: Float32Array): void {
  const above = Math.floor(y / cell) * columns * 3;
  const below = above + columns * 3;
  const down = (y % cell) / cell;
  for (let i = 0, x = 0; i < line.length; x++) {
    const k = Math.floor(x / cell) * 3;
    const right = (x % cell) / cell;
    for (let c = 0; c < 3; c++, i++) {
      const a = light[above + k + c]! * (1 - down) + light[below + k + c]! * down; // one row and column to spare
      const b = light[above + k + c + 3]! * (1 - down) + light[below + k + c + 3]! * down;
      line[i] = a + (b - a) * right;
    }
  }
}
