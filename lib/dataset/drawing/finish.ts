import type { Random } from '../../random';
import { addGlow, glowOf } from './bloom';
import { type Canvas, drawingHeight, drawingWidth, makeCanvas } from './canvas';
import { grainTile, noiseTile, tileMask, tileSize } from './noise';
import type { Look } from './styles';

// Indices below lie inside the canvas by their loops or clamps, or are masked to a tile: hence the `!`.

/** Gives a drawing the surface of its style (few levels, or brush, bloom, dark corners and grain) and its full size. */
export function finish(canvas: Canvas, source: Random, look: Look): Canvas {
  if (look.levels > 0) return enlargedHard(reduceLevels(canvas, look.levels));
  const drawn = look.wander > 0 ? wandered(canvas, source, look.wander) : canvas;
  return enlargedSoft(drawn, source, look);
}

/** Ordered dithering (Bayer, 4 × 4) to `levels` levels per channel. */
function reduceLevels(canvas: Canvas, levels: number): Canvas {
  const { width, height, pixels } = canvas;
  const bayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];
  const step = 255 / (levels - 1);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const offset = (bayer[(y & 3) * 4 + (x & 3)]! + 0.5) / 16;
      for (let c = 0; c < 3; c++, p++) pixels[p] = Math.floor(pixels[p]! / step + offset) * step;
    }
  }
  return canvas;
}

/** For each of `size` pixels at full size the one of a canvas of another scale that covers it. */
const sources = (size: number, scale: number): Int32Array =>
  Int32Array.from({ length: size }, (_, at) => Math.floor((at + 0.5) * scale));

/** The marks of the subjects at full size. */
function enlargeMarks(canvas: Canvas, result: Canvas): void {
  const columns = sources(result.width, canvas.scale);
  const rows = sources(result.height, canvas.scale);
  for (let y = 0; y < result.height; y++) {
    const to = y * result.width;
    if (y > 0 && rows[y] === rows[y - 1]) result.subject.copyWithin(to, to - result.width, to);
    else widenMarks(result.subject, to, canvas.subject, rows[y]! * canvas.width, columns);
  }
}

function widenMarks(marks: Uint8Array, to: number, from: Uint8Array, row: number, columns: Int32Array): void {
  for (let x = 0; x < columns.length; x++) marks[to + x] = from[row + columns[x]!]!;
}

/** The canvas at full size, every pixel as a square. */
function enlargedHard(canvas: Canvas): Canvas {
  const result = makeCanvas(1);
  enlargeMarks(canvas, result);
  const { pixels } = result;
  const columns = sources(drawingWidth, canvas.scale);
  const rows = sources(drawingHeight, canvas.scale);
  const stride = drawingWidth * 3;
  for (let y = 0; y < drawingHeight; y++) {
    const to = y * stride;
    if (y > 0 && rows[y] === rows[y - 1]) {
      pixels.copyWithin(to, to - stride, to);
      continue;
    }
    const row = rows[y]! * canvas.width;
    for (let x = 0, p = to; x < drawingWidth; x++, p += 3) {
      const from = (row + columns[x]!) * 3;
      pixels[p] = canvas.pixels[from]!;
      pixels[p + 1] = canvas.pixels[from + 1]!;
      pixels[p + 2] = canvas.pixels[from + 2]!;
    }
  }
  return result;
}

/** Each pixel taken from a place nearby that drifts with the noise: edges wander as under a brush. */
function wandered(canvas: Canvas, source: Random, reach: number): Canvas {
  const { width, height, pixels: from, subject: marks } = canvas;
  const tile = noiseTile();
  const shift = source.integer(0, tileMask);
  const result = makeCanvas(canvas.scale);
  const { pixels, subject } = result;
  const farthest = reach * 2 * canvas.scale;
  const pace = 1 / canvas.scale;
  for (let y = 0, i = 0; y < height; y++) {
    const row = ((y * pace + shift) & tileMask) * tileSize;
    for (let x = 0; x < width; x++, i++) {
      const drift = tile[row + ((x * pace + shift) & tileMask)]!;
      const stroke = tile[row + ((x * pace + 2 * shift + 97) & tileMask)]!;
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

/** For each pixel of a line at full size: the small pixel before it, and the share of the one after that. */
function between(size: number, small: number, scale: number): { before: Int32Array; share: Float32Array } {
  const place = (at: number): number => Math.min(small - 1.001, Math.max(0, (at + 0.5) * scale - 0.5));
  return {
    before: Int32Array.from({ length: size }, (_, at) => Math.floor(place(at))),
    share: Float32Array.from({ length: size }, (_, at) => place(at) % 1),
  };
}

/** The canvas at full size by bilinear interpolation, with glow, darker corners and grain: all in one pass, row by row. */
function enlargedSoft(canvas: Canvas, source: Random, look: Look): Canvas {
  const { width, height, scale } = canvas;
  const result = makeCanvas(1);
  enlargeMarks(canvas, result);
  const glow = look.bloom > 0 ? glowOf(canvas) : null;
  const shift = source.integer(0, tileMask);
  const across = between(drawingWidth, width, scale);
  const down = between(drawingHeight, height, scale);
  const darkness = (at: number, size: number): number => 0.375 * look.vignette * ((2 * at) / size - 1) ** 2;
  const sideways = Float32Array.from({ length: width }, (_, x) => 1 - darkness(x, width));
  const line = new Float32Array(width * 3); // one row of full height, still narrow
  for (let y = 0; y < drawingHeight; y++) {
    mixRows(line, canvas.pixels, down.before[y]! * line.length, down.share[y]!);
    if (glow) addGlow(line, glow, (y + 0.5) * scale, look.bloom);
    if (look.vignette > 0) darken(line, sideways, darkness(y, drawingHeight));
    const grainRow = ((y * 7 + shift) & tileMask) * tileSize;
    writeRow(result.pixels, y * drawingWidth * 3, line, across, look.grain, grainRow, shift);
  }
  return result;
}

// Each step on a row is a function of its own: called often, it is compiled well.

/** Two rows of pixels that follow each other, mixed; the upper one begins at `above`. */
function mixRows(line: Float32Array, pixels: Uint8ClampedArray, above: number, share: number): void {
  const below = above + line.length;
  for (let k = 0; k < line.length; k++) {
    const upper = pixels[above + k]!;
    line[k] = upper + (pixels[below + k]! - upper) * share;
  }
}

function darken(line: Float32Array, sideways: Float32Array, dark: number): void {
  for (let x = 0, k = 0; k < line.length; x++, k += 3) {
    const light = sideways[x]! - dark;
    line[k] = line[k]! * light;
    line[k + 1] = line[k + 1]! * light;
    line[k + 2] = line[k + 2]! * light;
  }
}

/** Widens a row of pixels and adds grain; it is written from `start` on. */
function writeRow(
  pixels: Uint8ClampedArray,
  start: number,
  line: Float32Array,
  { before, share }: { before: Int32Array; share: Float32Array },
  strength: number,
  grainRow: number,
  shift: number,
): void {
  const grain = grainTile();
  for (let x = 0, p = start; x < before.length; x++, p += 3) {
    const k = before[x]! * 3;
    const u = share[x]!;
    const v = 1 - u;
    const noise = strength * grain[grainRow + ((x * 5 + shift) & tileMask)]!;
    pixels[p] = line[k]! * v + line[k + 3]! * u + noise;
    pixels[p + 1] = line[k + 1]! * v + line[k + 4]! * u + noise;
    pixels[p + 2] = line[k + 2]! * v + line[k + 5]! * u + noise;
  }
}
