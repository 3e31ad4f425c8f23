import type { Colour } from './colour';
import { noiseField } from './noise';

/** Pixels being drawn. All drawing functions take units (y downwards), which the canvas's scale turns into pixels. */
export interface Canvas {
  /** Pixels. */
  width: number;
  height: number;
  /** Pixels per unit. */
  scale: number;
  /** `[height, width, 3]`. */
  pixels: Uint8ClampedArray;
  /** `[height, width]`: 0 to 255, how far what is seen belongs to a subject. */
  subject: Uint8Array;
}

/** A black canvas of `width` × `height` units. */
export function makeCanvas(width: number, height: number, scale = 1): Canvas {
  const columns = Math.ceil(width * scale);
  const rows = Math.ceil(height * scale);
  return {
    width: columns,
    height: rows,
    scale,
    pixels: new Uint8ClampedArray(columns * rows * 3),
    subject: new Uint8Array(columns * rows),
  };
}

/** How a shape is filled. */
export interface Paint {
  colour: Colour;
  /** 0 to 1; 1 unless given. */
  alpha?: number;
  /** 0 (flat) to 1: shaded as if the shape were a ball lit from the upper left. */
  round?: number;
  /** 0 to 1: size of the white highlight of a round shape. */
  gloss?: number;
  /** 0 to about 1: unevenness of the surface. */
  texture?: number;
  /** Number of tones the shading is reduced to, 0 for all. */
  tones?: number;
  /** Whether the shape belongs to a subject. What does not covers the subjects behind it. */
  subject?: boolean;
}

/** Corners of a polygon: x0, y0, x1, y1, … */
export type Outline = readonly number[];

/** The part of a canvas that a shape lies in, in pixels. */
interface Area {
  /** The shape's own border, also outside the canvas. */
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** First pixel inside the canvas, and how many columns and rows are inside. */
  x0: number;
  y0: number;
  columns: number;
  rows: number;
}

let coverage = new Float32Array(1 << 16); // all zero between calls

/** Fills a polygon with exact area coverage at its edges (the accumulation buffer of Raph Levien's font-rs); parts outside the canvas are ignored. */
export function fillPolygon(canvas: Canvas, outline: Outline, paint: Paint): void {
  const { scale } = canvas;
  const area = areaOf(canvas, outline);
  const { x0, y0, columns, rows } = area;
  if (columns <= 0 || rows <= 0) return;
  const size = (columns + 2) * rows;
  if (size > coverage.length) coverage = new Float32Array(size);
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    const ax = outline[i]! * scale - x0; // an outline holds pairs
    const ay = outline[i + 1]! * scale - y0;
    const bx = outline[j]! * scale - x0;
    const by = outline[j + 1]! * scale - y0;
    if (ay < by) addEdge(area, ax, ay, bx, by, 1);
    else if (ay > by) addEdge(area, bx, by, ax, ay, -1);
  }
  blend(canvas, paint, area);
}

function areaOf({ scale, width, height }: Canvas, outline: Outline): Area {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < outline.length; i += 2) {
    const x = outline[i]! * scale; // an outline holds pairs
    const y = outline[i + 1]! * scale;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const x0 = Math.max(0, Math.floor(left));
  const y0 = Math.max(0, Math.floor(top));
  const columns = Math.min(width, Math.ceil(right)) - x0;
  const rows = Math.min(height, Math.ceil(bottom)) - y0;
  return { left, top, right, bottom, x0, y0, columns, rows };
}

/** Adds to each pixel of `coverage` the change of area right of an edge from (ax, ay) down to (bx, by); `sign` is −1 where the outline goes up. */
function addEdge(area: Area, ax: number, ay: number, bx: number, by: number, sign: number): void {
  const { columns, rows } = area;
  const slope = (bx - ax) / (by - ay);
  const end = Math.min(by, rows);
  let y = Math.max(0, ay);
  while (y < end) {
    const row = Math.floor(y);
    const next = Math.min(row + 1, end);
    const from = Math.min(columns, Math.max(0, ax + slope * (y - ay)));
    const to = Math.min(columns, Math.max(0, ax + slope * (next - ay)));
    addPiece(row * (columns + 2), Math.min(from, to), Math.max(from, to), sign * (next - y));
    y = next;
  }
}

/** Adds the piece of an edge inside one row of pixels, `height` high, that runs from `low` to `high`. */
function addPiece(row: number, low: number, high: number, height: number): void {
  const first = Math.floor(low);
  const at = row + first;
  if (high <= first + 1) {
    const middle = 0.5 * (low + high) - first;
    coverage[at]! += height * (1 - middle);
    coverage[at + 1]! += height * middle;
    return;
  }
  let before = 0; // share of the pixel before that lies right of the edge
  let sum = 0; // of these shares
  for (let k = 0; first + k <= high; k++) {
    const next = rampArea(first + k + 1 - low, high - low);
    coverage[at + k]! += height * (next - sum - before);
    before = next - sum;
    sum = next;
  }
  coverage[at + Math.floor(high) - first + 1]! += height * (1 - before);
}

/** The area up to `x` under a ramp from 0 at 0 to 1 at `end`, and 1 beyond. */
const rampArea = (x: number, end: number): number => (x < end ? (x * x) / (2 * end) : x - end / 2);

/** Paints what `coverage` holds and leaves it zero. */
function blend(canvas: Canvas, paint: Paint, area: Area): void {
  const { width, scale, pixels, subject } = canvas;
  const { alpha = 1, round = 0, gloss = 0, texture = 0, tones = 0, subject: marks = false } = paint;
  const [red, green, blue] = paint.colour;
  const { left, top, right, bottom, x0, y0, columns, rows } = area;
  const across = 2 / Math.max(1, right - left);
  const down = 2 / Math.max(1, bottom - top);
  const grain = 2 / scale;
  const noise = noiseField();
  for (let row = 0; row < rows; row++) {
    const y = y0 + row;
    const v = (y + 0.5 - top) * down - 1;
    let sum = 0;
    for (let column = 0, k = row * (columns + 2); column < columns; column++, k++) {
      sum += coverage[k]!; // inside the area, as are all pixels below
      const share = Math.min(1, Math.abs(sum)) * alpha;
      if (share < 0.004) continue;
      const x = x0 + column;
      let light = 1;
      let shine = 0;
      if (round > 0) {
        const u = (x + 0.5 - left) * across - 1;
        const facing = Math.sqrt(Math.max(0, 1 - 0.8 * (u * u + v * v)));
        const lambert = Math.max(0, 0.62 * facing - 0.42 * u - 0.52 * v);
        light = 1 + round * (lambert * 1.15 - 0.62);
        if (tones > 0) light = 1 + (Math.round((light - 1) * tones * 1.6) / tones) * 0.55;
        if (gloss > 0) shine = 235 * gloss * Math.max(0, lambert - 0.78) * 4.5;
      }
      if (texture > 0) light += texture * noise(x * grain, y * grain);
      const pixel = y * width + x;
      const p = pixel * 3;
      pixels[p] = pixels[p]! + (red * light + shine - pixels[p]!) * share;
      pixels[p + 1] = pixels[p + 1]! + (green * light + shine - pixels[p + 1]!) * share;
      pixels[p + 2] = pixels[p + 2]! + (blue * light + shine - pixels[p + 2]!) * share;
      const mark = subject[pixel]!;
      subject[pixel] = marks ? Math.max(mark, 255 * share) : mark * (1 - share);
    }
  }
  coverage.fill(0, 0, (columns + 2) * rows);
}
