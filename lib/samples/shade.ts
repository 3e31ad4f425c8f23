import type { Canvas } from './canvas';
import type { Colour } from './colour';

/** Where a shader is, and what it gives its colour to. */
export interface Ink {
  /** Units. An argument of the shader would be a number on the heap for each pixel. */
  x: number;
  /** `a` with a share of `b` mixed in, then made brighter or darker by a factor. */
  mix(a: Colour, b: Colour, share: number, light: number): void;
  red: number;
  green: number;
  blue: number;
}

/** Gives the ink the colour at a place of a row; false where what was there stays. */
export type Shader = (ink: Ink, column: number) => boolean;

/** Paints rows of a canvas pixel by pixel, from `top` to `end` units. `row` gives the shader of the row at y units. */
export function shade(canvas: Canvas, top: number, end: number, row: (y: number) => Shader): void {
  const { width, height, scale, pixels } = canvas;
  const ink = makeInk();
  const last = Math.min(height, Math.ceil(end * scale));
  for (let y = Math.max(0, Math.ceil(top * scale)); y < last; y++) {
    const shader = row(y / scale);
    for (let x = 0, p = y * width * 3; x < width; x++, p += 3) {
      ink.x = x / scale;
      if (!shader(ink, x)) continue;
      pixels[p] = ink.red;
      pixels[p + 1] = ink.green;
      pixels[p + 2] = ink.blue;
    }
  }
}

const makeInk = (): Ink => ({
  x: 0.5,
  red: 0.5,
  green: 0.5,
  blue: 0.5,
  mix(a, b, share, light) {
    this.red = (a[0] + (b[0] - a[0]) * share) * light;
    this.green = (a[1] + (b[1] - a[1]) * share) * light;
    this.blue = (a[2] + (b[2] - a[2]) * share) * light;
  },
});
