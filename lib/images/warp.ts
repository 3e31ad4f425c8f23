import { ReportError } from '../core/errors';
import { type KernelMemory, loadKernel, roomFor } from '../tensorflow/kernel';
import { warpModule } from './warpKernel';

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

interface WarpKernel extends KernelMemory {
  /** Addresses of two images `[height, width, 3]`, and an `AffineMap`. */
  warp(source: number, target: number, width: number, height: number, ...map: AffineMap): void;
}

let kernel: WarpKernel | undefined;

/**
 * Moves one image, `[height, width, 3]` of bytes from `sourceOffset` in `source`, by `params` into `target` from `targetOffset`, and
 * returns `target`. Bilinear; outside, the nearest pixel of the edge; rounded to whole grey levels (within half a level of Keras'
 * floats, and a thousandth for float32). Neutral parameters copy bit for bit. Throws `BAD_INPUT` when either is too short.
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
  if (isNeutral(params)) {
    target.set(source.subarray(sourceOffset, sourceOffset + bytes), targetOffset);
    return target;
  }
  kernel ??= loadKernel<WarpKernel>(warpModule);
  const [from, to] = roomFor(kernel, [bytes, bytes]) as [number, number]; // two asked for
  const memory = new Uint8Array(kernel.memory.buffer);
  memory.set(source.subarray(sourceOffset, sourceOffset + bytes), from);
  kernel.warp(from, to, width, height, ...transformMatrix(params, height, width));
  target.set(memory.subarray(to, to + bytes), targetOffset);
  return target;
}

const isNeutral = ({ theta, tx, ty, shear, zx, zy, flipHorizontal }: TransformParameters): boolean =>
  theta === 0 && tx === 0 && ty === 0 && shear === 0 && zx === 1 && zy === 1 && !flipHorizontal;
