import type { Canvas } from './canvas';

// Indices below lie inside the canvas or the grid of cells by their loops: hence the `!`.

const shift = 3;
const cell = 1 << shift; // pixels; side of the cells in which light spreads

/** Light that spreads from bright places, in cells of 8 × 8 pixels of a canvas. */
export interface Glow {
  /** `[rows, columns, 3]`; one row and column more than the canvas needs. */
  light: Float64Array;
  columns: number;
}

/** The light that a canvas's bright pixels (brightest channel above 150) throw on their surroundings. */
export function glowOf({ width, height, pixels }: Canvas): Glow {
  const columns = (width >> shift) + 2;
  const rows = (height >> shift) + 2;
  const light = new Float64Array(columns * rows * 3);
  for (let y = 0; y < height; y++) {
    const row = (y >> shift) * columns;
    for (let x = 0, p = y * width * 3; x < width; x++, p += 3) {
      const red = pixels[p]!;
      const green = pixels[p + 1]!;
      const blue = pixels[p + 2]!;
      if (red <= 150 && green <= 150 && blue <= 150) continue;
      const at = (row + (x >> shift)) * 3;
      const weight = (Math.max(red, green, blue) - 150) / 105 / (cell * cell);
      light[at]! += red * weight;
      light[at + 1]! += green * weight;
      light[at + 2]! += blue * weight;
    }
  }
  return { light: blurred(blurred(light, columns, rows), columns, rows), columns };
}

/** Mean over 3 × 3 cells. */
function blurred(light: Float64Array, columns: number, rows: number): Float64Array {
  const result = new Float64Array(light.length);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const to = (y * columns + x) * 3;
      for (let dy = Math.max(0, y - 1); dy <= Math.min(rows - 1, y + 1); dy++) {
        for (let dx = Math.max(0, x - 1); dx <= Math.min(columns - 1, x + 1); dx++) {
          const from = (dy * columns + dx) * 3;
          result[to]! += light[from]! / 9;
          result[to + 1]! += light[from + 1]! / 9;
          result[to + 2]! += light[from + 2]! / 9;
        }
      }
    }
  }
  return result;
}

/** Adds the glow at height `y` (pixels of the canvas) to a row of pixels `[width, 3]`, interpolated between cells. */
export function addGlow(line: Float64Array, { light, columns }: Glow, y: number, strength: number): void {
  const row = Math.floor(y / cell);
  const v = y / cell - row;
  const mixed = new Float64Array(columns * 3);
  const above = row * columns * 3;
  for (let k = 0; k < mixed.length; k++) {
    mixed[k] = strength * (light[above + k]! * (1 - v) + light[above + mixed.length + k]! * v);
  }
  for (let x = 0, p = 0; p < line.length; x++, p += 3) {
    const u = (x & (cell - 1)) / cell;
    const a = (x >> shift) * 3;
    line[p]! += mixed[a]! * (1 - u) + mixed[a + 3]! * u;
    line[p + 1]! += mixed[a + 1]! * (1 - u) + mixed[a + 4]! * u;
    line[p + 2]! += mixed[a + 2]! * (1 - u) + mixed[a + 5]! * u;
  }
}
