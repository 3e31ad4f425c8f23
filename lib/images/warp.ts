import { ReportError } from '../core/errors';
import { type KernelMemory, layOut, loadKernel } from '../tensorflow/kernel';
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

/** The map of Keras' `apply_transform` with its flip; as there, the fixed point is column height/2 − ½, row width/2 − ½: the centre of a square only. */
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

/** Moves a picture, `[height, width, 3]` bytes, by `params` into `target`: bilinear, edges repeated, rounded. Throws `BAD_INPUT`. */
export function warp(
  source: Uint8Array,
  params: TransformParameters,
  height: number,
  width: number,
  target: Uint8Array = new Uint8Array(source.length),
): Uint8Array {
  const bytes = height * width * 3;
  if (source.length !== bytes || target.length !== bytes) {
    throw new ReportError(
      'BAD_INPUT',
      `An image of ${width} × ${height} pixels takes ${bytes} bytes, not ${source.length} or ${target.length}.`,
    );
  }
  if (isNeutral(params)) {
    target.set(source);
    return target;
  }
  kernel ??= loadKernel<WarpKernel>(warpModule);
  const [from, to] = layOut(kernel, [source, bytes]) as [number, number]; // two asked for
  kernel.warp(from, to, width, height, ...transformMatrix(params, height, width));
  target.set(new Uint8Array(kernel.memory.buffer, to, bytes));
  return target;
}

const isNeutral = (params: TransformParameters): boolean =>
  Object.entries(neutral).every(([name, value]) => params[name as keyof TransformParameters] === value); // its names
