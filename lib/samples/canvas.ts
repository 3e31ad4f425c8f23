import type { Colour } from './colour';
import { noiseTile, tileMask, tileSize } from './noise';

// Copies, because reading an imported name is a look-up in every turn of a loop once compiled to CommonJS.
const mask = tileMask;
const size = tileSize;

/** Size of every drawing in units of the drawing functions; a canvas of scale 1 has as many pixels. */
export const drawingWidth = 600;
export const drawingHeight = 338;

/** Pixels being drawn. All drawing functions take units (`drawingWidth` × `drawingHeight`, y downwards), not pixels. */
export interface Canvas {
  width: number;
  height: number;
  /** Pixels per unit. */
  scale: number;
  /** `[height, width, 3]`. */
  pixels: Uint8ClampedArray;
  /** `[height, width]`: 0 to 255, how far what is seen belongs to a subject. */
  subject: Uint8Array;
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
  /** Whether the shape belongs to a subject. What is not covers the subjects behind it. */
  subject?: boolean;
}

export function makeCanvas(scale: number): Canvas {
  const width = Math.ceil(drawingWidth * scale);
  const height = Math.ceil(drawingHeight * scale);
  return {
    width,
    height,
    scale,
    pixels: new Uint8ClampedArray(width * height * 3),
    subject: new Uint8Array(width * height),
  };
}

/** Corners of a polygon: x0, y0, x1, y1, … */
export type Outline = readonly number[];

let coverage = new Float64Array(1 << 16); // all zero between calls

/**
 * Fills a polygon with exact area coverage at its edges (the accumulation buffer of Raph Levien's font-rs). Parts outside the canvas
 * are ignored.
 */
export function fillPolygon(canvas: Canvas, outline: Outline, paint: Paint): void {
  const { scale } = canvas;
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let i = 0; i + 1 < outline.length; i += 2) {
    const x = outline[i]! * scale; // i + 1 < length
    const y = outline[i + 1]! * scale;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  const x0 = Math.floor(left);
  const y0 = Math.floor(top);
  const stride = Math.ceil(right) - x0 + 2;
  const rows = Math.ceil(bottom) - y0 + 1;
  const outside = x0 >= canvas.width || y0 >= canvas.height || right <= 0 || bottom <= 0;
  if (outside || stride * rows > 4e6) return; // a shape of more than 4 million pixels is a mistake
  if (stride * rows > coverage.length) coverage = new Float64Array(stride * rows);
  const n = outline.length;
  for (let i = 0; i + 1 < n; i += 2) {
    const j = (i + 2) % n;
    const ax = outline[i]! * scale - x0;
    const ay = outline[i + 1]! * scale - y0;
    addEdge(stride, ax, ay, outline[j]! * scale - x0, outline[j + 1]! * scale - y0);
  }
  blend(canvas, paint, x0, y0, stride, rows, right - left, bottom - top);
}

/** Adds to each pixel of `coverage` the signed change of area right of the edge from (ax, ay) to (bx, by). */
function addEdge(stride: number, ax: number, ay: number, bx: number, by: number): void {
  if (ay === by) return;
  const sign = ay < by ? 1 : -1;
  const [sx, sy, ey] = ay < by ? [ax, ay, by] : [bx, by, ay];
  const slope = (bx - ax) / (by - ay);
  let x = sx;
  for (let y = Math.floor(sy); y < ey; y++) {
    const dy = Math.min(y + 1, ey) - Math.max(y, sy);
    const next = x + slope * dy;
    const area = sign * dy;
    const low = Math.min(x, next);
    const high = Math.max(x, next);
    const first = Math.floor(low);
    const last = Math.ceil(high);
    const at = y * stride + first;
    if (last <= first + 1) {
      const middle = 0.5 * (low + high) - first;
      coverage[at]! += area * (1 - middle);
      coverage[at + 1]! += area * middle;
    } else {
      addWideEdge(at, last - first, low - first, high - first, area);
    }
    x = next;
  }
}

/** One row of an edge that crosses several pixels: `low` and `high` count from the first of its `span` pixels. */
function addWideEdge(at: number, span: number, low: number, high: number, area: number): void {
  const density = area / (high - low);
  let before = 0; // area right of the edge up to the pixel before, as in a running sum
  for (let k = 0; k <= span; k++) {
    // Integral over pixel k of the share of the row that lies left of it.
    const upTo = (position: number): number => {
      const inside = Math.min(Math.max(position - low, 0), high - low);
      return 0.5 * inside * inside + Math.max(0, position - high) * (high - low);
    };
    const covered = density * (upTo(k + 1) - upTo(k));
    coverage[at + k]! += covered - before;
    before = covered;
  }
}

/** Paints what `coverage` holds and leaves it zero. */
function blend(
  canvas: Canvas,
  paint: Paint,
  x0: number,
  y0: number,
  stride: number,
  rows: number,
  boxWidth: number,
  boxHeight: number,
): void {
  const { width, height, pixels, subject } = canvas;
  const { alpha = 1, round = 0, gloss = 0, texture = 0, tones = 0, subject: marks = false } = paint;
  const [red, green, blue] = paint.colour;
  const tile = noiseTile();
  const grainStep = 1 / canvas.scale;
  for (let row = 0; row < rows; row++) {
    const y = y0 + row;
    if (y < 0 || y >= height) {
      coverage.fill(0, row * stride, (row + 1) * stride);
      continue;
    }
    let sum = 0;
    const v = (2 * (row + 0.5)) / Math.max(1, boxHeight) - 1;
    for (let column = 0; column < stride; column++) {
      const k = row * stride + column;
      sum += coverage[k]!; // k < stride * rows
      coverage[k] = 0;
      const x = x0 + column;
      const share = Math.min(1, Math.abs(sum)) * alpha;
      if (share < 0.004 || x < 0 || x >= width) continue;
      let light = 1;
      let shine = 0;
      if (round > 0) {
        const u = (2 * (column + 0.5)) / Math.max(1, boxWidth) - 1;
        const facing = Math.sqrt(Math.max(0, 1 - 0.8 * (u * u + v * v)));
        const lambert = Math.max(0, 0.62 * facing - 0.42 * u - 0.52 * v);
        light = 1 + round * (lambert * 1.15 - 0.62);
        if (tones > 0) light = 1 + (Math.round((light - 1) * tones * 1.6) / tones) * 0.55;
        if (gloss > 0) shine = 235 * gloss * Math.max(0, lambert - 0.78) * 4.5;
      }
      if (texture > 0) {
        const tx = (x * grainStep * 2) & mask;
        const ty = (y * grainStep * 2) & mask;
        light += texture * tile[ty * size + tx]!; // both masked
      }
      const pixel = y * width + x;
      const p = pixel * 3;
      pixels[p] = pixels[p]! + (red * light + shine - pixels[p]!) * share; // inside the canvas, as checked
      pixels[p + 1] = pixels[p + 1]! + (green * light + shine - pixels[p + 1]!) * share;
      pixels[p + 2] = pixels[p + 2]! + (blue * light + shine - pixels[p + 2]!) * share;
      const mark = subject[pixel]!;
      subject[pixel] = marks ? Math.max(mark, 255 * share) : mark * (1 - share);
    }
  }
}
