import { ReportError } from '../errors';

/** One draw of Keras' ImageDataGenerator. Neutral: all 0, `zx` and `zy` 1, no flip. */
export interface TransformParameters {
  /** Rotation in degrees. */
  theta: number;
  /** Shifts in pixels. As in Keras, `tx` moves along the width although it is drawn as a share of the height, and `ty` the other way. */
  tx: number;
  ty: number;
  /** Shear in degrees. */
  shear: number;
  /** Zoom factors, `zx` along the width and `zy` along the height; above 1 the picture becomes smaller. */
  zx: number;
  zy: number;
  /** Mirrors left and right, after everything else. */
  flipHorizontal: boolean;
}

/** The parameters that leave a picture as it is. */
export const neutral: TransformParameters = {
  theta: 0,
  tx: 0,
  ty: 0,
  shear: 0,
  zx: 1,
  zy: 1,
  flipHorizontal: false,
};

/** `[a, b, c, d, e, f]`: the output pixel at column x, row y is read at column `a·x + b·y + c`, row `d·x + e·y + f` of the input. */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * The map that Keras' `apply_transform` uses for an image of `height` × `width` pixels, the flip included: rotation · shift · shear ·
 * zoom about a fixed point. Keras computes in (row, column) and then swaps the axes, so the fixed point is column `height/2 − ½`, row
 * `width/2 − ½`: the centre of a square, but not of any other picture. (keras/src/legacy/preprocessing/image.py, 3.15)
 */
export function transformMatrix(params: TransformParameters, height: number, width: number): AffineMap {
  const theta = (params.theta * Math.PI) / 180;
  const shear = (params.shear * Math.PI) / 180;
  const { tx, ty, zx, zy } = params;
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
  const a = cos * zx;
  const b = -Math.sin(theta + shear) * zy;
  const d = sin * zx;
  const e = Math.cos(theta + shear) * zy;
  const x0 = height / 2 - 0.5;
  const y0 = width / 2 - 0.5;
  const c = x0 + cos * tx - sin * ty - a * x0 - b * y0;
  const f = y0 + sin * tx + cos * ty - d * x0 - e * y0;
  if (!params.flipHorizontal) return [a, b, c, d, e, f];
  const last = width - 1; // the output's column x is the unflipped output's column last − x
  return [-a, b, c + a * last, -d, e, f + d * last];
}

/**
 * Moves one image, `[height, width, 3]` of bytes from `sourceOffset` in `source`, by `params` into `target` from `targetOffset`, and
 * returns `target`. Bilinear; outside, the nearest pixel of the edge; rounded to whole grey levels (within half a level of Keras'
 * floats). Neutral parameters copy bit for bit. `source` and `target` must not overlap. Throws `BAD_INPUT` when either is too short.
 */
export function warp(
  source: Uint8Array,
  params: TransformParameters,
  height: number,
  width: number,
  target: Uint8Array = new Uint8Array(height * width * 3),
  sourceOffset = 0,
  targetOffset = 0,
): Uint8Array {
  const bytes = height * width * 3;
  if (source.length < sourceOffset + bytes || target.length < targetOffset + bytes) {
    throw new ReportError(
      'BAD_INPUT',
      `An image of ${width} × ${height} pixels takes ${bytes} bytes: there are ${source.length - sourceOffset} to read and ${target.length - targetOffset} to write.`,
    );
  }
  if (isNeutral(params)) target.set(source.subarray(sourceOffset, sourceOffset + bytes), targetOffset);
  else
    resample(
      source,
      transformMatrix(params, height, width),
      height,
      width,
      target,
      sourceOffset,
      targetOffset,
    );
  return target;
}

const isNeutral = ({ theta, tx, ty, shear, zx, zy, flipHorizontal }: TransformParameters): boolean =>
  theta === 0 && tx === 0 && ty === 0 && shear === 0 && zx === 1 && zy === 1 && !flipHorizontal;

/** The inner loop of `warp`. Every index is in range because the coordinates are clamped, hence the `!`. */
function resample(
  source: Uint8Array,
  [a, b, c, d, e, f]: AffineMap,
  height: number,
  width: number,
  target: Uint8Array,
  sourceOffset: number,
  targetOffset: number,
): void {
  const lastX = width - 1;
  const lastY = height - 1;
  const line = width * 3;
  let o = targetOffset;
  for (let y = 0; y < height; y++) {
    const u0 = b * y + c;
    const v0 = e * y + f;
    for (let x = 0; x < width; x++, o += 3) {
      let u = a * x + u0;
      let v = d * x + v0;
      u = u < 0 ? 0 : Math.min(u, lastX);
      v = v < 0 ? 0 : Math.min(v, lastY);
      const ix = u | 0;
      const iy = v | 0;
      const fx = u - ix;
      const fy = v - iy;
      // The four neighbours. Beyond the last column or row there is none, and its weight is 0: any pixel will do.
      const p = sourceOffset + iy * line + ix * 3;
      const q = p + (ix < lastX ? 3 : 0);
      const below = iy < lastY ? line : 0;
      const r = p + below;
      const s = q + below;
      // Written out for the three colours: a loop over them takes a third longer.
      let t = source[p]! + (source[q]! - source[p]!) * fx;
      let w = source[r]! + (source[s]! - source[r]!) * fx;
      target[o] = (t + (w - t) * fy + 0.5) | 0;
      t = source[p + 1]! + (source[q + 1]! - source[p + 1]!) * fx;
      w = source[r + 1]! + (source[s + 1]! - source[r + 1]!) * fx;
      target[o + 1] = (t + (w - t) * fy + 0.5) | 0;
      t = source[p + 2]! + (source[q + 2]! - source[p + 2]!) * fx;
      w = source[r + 2]! + (source[s + 2]! - source[r + 2]!) * fx;
      target[o + 2] = (t + (w - t) * fy + 0.5) | 0;
    }
  }
}
