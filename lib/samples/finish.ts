import type { Random } from '../core/random';
import type { Canvas } from './canvas';
import { grainField, noiseField } from './noise';
import type { Look } from './styles';

// Indices below lie inside the canvas by their loops or clamps: hence the `!`.

/** Gives a drawing the surface of its style: few levels, or brush, glow, dark corners and grain. */
export function finish(canvas: Canvas, source: Random, look: Look): void {
  if (look.wander > 0) wander(canvas, source, look.wander);
  if (look.levels > 0) reduceLevels(canvas, look.levels);
  else addSurface(canvas, source, look);
}

/** Ordered dithering (Bayer, 4 × 4) to `levels` levels per channel. */
function reduceLevels({ width, height, pixels }: Canvas, levels: number): void {
  const bayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];
  const step = 255 / (levels - 1);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const offset = (bayer[(y & 3) * 4 + (x & 3)]! + 0.5) / 16;
      for (let c = 0; c < 3; c++, p++) pixels[p] = Math.floor(pixels[p]! / step + offset) * step;
    }
  }
}

/** Takes each pixel from a place up to `reach` units away that drifts with the noise: edges wander as under a brush. */
function wander(canvas: Canvas, source: Random, reach: number): void {
  const { width, height, scale } = canvas;
  const [from, marks] = [canvas.pixels.slice(), canvas.subject.slice()];
  const noise = noiseField();
  const shift = source.integer(0, 255);
  const farthest = reach * 2 * scale;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const drift = noise(x / scale + shift, y / scale + shift);
      const stroke = noise(x / scale + 2 * shift + 97, y / scale + shift);
      const fromX = Math.min(width - 1, Math.max(0, Math.trunc(x + farthest * drift)));
      const fromY = Math.min(height - 1, Math.max(0, Math.trunc(y + farthest * stroke)));
      const at = fromY * width + fromX;
      const light = 1 + 0.14 * (drift - stroke);
      canvas.subject[i] = marks[at]!;
      canvas.pixels[i * 3] = from[at * 3]! * light;
      canvas.pixels[i * 3 + 1] = from[at * 3 + 1]! * light;
      canvas.pixels[i * 3 + 2] = from[at * 3 + 2]! * light;
    }
  }
}

/** Adds glow and grain and darkens the corners. */
function addSurface(canvas: Canvas, source: Random, look: Look): void {
  const { width, height, pixels } = canvas;
  const glow = look.glow > 0 ? glowOf(canvas, look.glow) : null;
  const grain = grainField();
  const shift = source.integer(0, 255);
  const darkness = (at: number, size: number): number => 0.375 * look.vignette * ((2 * at) / size - 1) ** 2;
  const sideways = Float32Array.from({ length: width }, (_, x) => darkness(x, width));
  const light = new Float32Array(width * 3);
  for (let y = 0; y < height; y++) {
    if (glow) glowLine(glow, y, light);
    const bright = 1 - darkness(y, height);
    for (let x = 0, k = 0, p = y * width * 3; x < width; x++, k += 3, p += 3) {
      const share = bright - sideways[x]!;
      const noise = look.grain * grain(x * 5 + shift, y * 7 + shift);
      pixels[p] = (pixels[p]! + light[k]!) * share + noise;
      pixels[p + 1] = (pixels[p + 1]! + light[k + 1]!) * share + noise;
      pixels[p + 2] = (pixels[p + 2]! + light[k + 2]!) * share + noise;
    }
  }
}

const cell = 8; // pixels; side of the cells in which light spreads

/** Light that spreads from bright places. */
interface Glow {
  /** `[rows, columns, 3]`: what each cell adds; one row and column more than the canvas needs. */
  light: Float32Array;
  columns: number;
}

/** The light that a canvas's bright pixels (brightest channel above 150) throw on their surroundings, times `strength`. */
function glowOf({ width, height, pixels }: Canvas, strength: number): Glow {
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
function glowLine({ light, columns }: Glow, y: number, line: Float32Array): void {
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
