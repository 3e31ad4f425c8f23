import type { Random } from '../core/random';
import { addGlow, glowOf } from './bloom';
import { type Canvas, makeCanvas } from './canvas';
import { grainTile, noiseTile, tileMask, tileSize } from './noise';
import type { Look } from './styles';

// Copies, because reading an imported name is a look-up in every turn of a loop once compiled to CommonJS.
const mask = tileMask;
const size = tileSize;

// Indices below lie inside the canvas by their loops or clamps, or are masked to a tile: hence the `!`.

/** Gives a drawing the surface of its style: few levels, or brush, bloom, dark corners and grain. */
export function finish(canvas: Canvas, source: Random, look: Look): Canvas {
  const drawn = look.wander > 0 ? wandered(canvas, source, look.wander) : canvas;
  if (look.levels > 0) reduceLevels(drawn, look.levels);
  else addSurface(drawn, source, look);
  return drawn;
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

/** Each pixel taken from a place nearby that drifts with the noise: edges wander as under a brush. */
function wandered(canvas: Canvas, source: Random, reach: number): Canvas {
  const { width, height, pixels: from, subject: marks } = canvas;
  const tile = noiseTile();
  const shift = source.integer(0, mask);
  const result = makeCanvas(canvas.scale);
  const { pixels, subject } = result;
  const farthest = reach * 2 * canvas.scale;
  const pace = 1 / canvas.scale;
  for (let y = 0, i = 0; y < height; y++) {
    const row = ((y * pace + shift) & mask) * size;
    for (let x = 0; x < width; x++, i++) {
      const drift = tile[row + ((x * pace + shift) & mask)]!;
      const stroke = tile[row + ((x * pace + 2 * shift + 97) & mask)]!;
      const fromX = Math.min(width - 1, Math.max(0, (x + farthest * drift) | 0));
      const fromY = Math.min(height - 1, Math.max(0, (y + farthest * stroke) | 0));
      const at = fromY * width + fromX;
      const light = 1 + 0.14 * (drift - stroke);
      subject[i] = marks[at]!;
      pixels[i * 3] = from[at * 3]! * light;
      pixels[i * 3 + 1] = from[at * 3 + 1]! * light;
      pixels[i * 3 + 2] = from[at * 3 + 2]! * light;
    }
  }
  return result;
}

/** Adds glow and grain and darkens the corners, all in one pass. */
function addSurface(canvas: Canvas, source: Random, look: Look): void {
  const { width, height } = canvas;
  const glow = look.bloom > 0 ? glowOf(canvas) : null;
  const shift = source.integer(0, mask);
  const darkness = (at: number, size: number): number => 0.375 * look.vignette * ((2 * at) / size - 1) ** 2;
  const sideways = Float64Array.from({ length: width }, (_, x) => darkness(x, width));
  const light = new Float64Array(width * 3);
  for (let y = 0; y < height; y++) {
    if (glow) addGlow(light.fill(0), glow, y, look.bloom);
    finishRow(canvas, y, light, sideways, 1 - darkness(y, height), look.grain, shift);
  }
}

/** One row of `addSurface`; a function of its own, called often, is compiled early. */
function finishRow(
  { pixels, width }: Canvas,
  y: number,
  light: Float64Array,
  sideways: Float64Array,
  bright: number,
  strength: number,
  shift: number,
): void {
  const grain = grainTile();
  const grainRow = ((y * 7 + shift) & mask) * size;
  for (let x = 0, k = 0, p = y * width * 3; x < width; x++, k += 3, p += 3) {
    const share = bright - sideways[x]!;
    const noise = strength * grain[grainRow + ((x * 5 + shift) & mask)]!;
    pixels[p] = (pixels[p]! + light[k]!) * share + noise;
    pixels[p + 1] = (pixels[p + 1]! + light[k + 1]!) * share + noise;
    pixels[p + 2] = (pixels[p + 2]! + light[k + 2]!) * share + noise;
  }
}
