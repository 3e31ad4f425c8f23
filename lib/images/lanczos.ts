import { type KernelMemory, loadKernel, roomFor } from '../tensorflow/kernel';
import { lanczosModule } from './lanczosKernel';

/** How the places of one side of a picture are made of those of another: where each begins, and the weights of those from there on. */
interface Weights {
  /** First place for each place of the result. */
  starts: Int32Array;
  /** `[places, taps]`, in 1/16384; they add up to 16384. */
  weights: Int16Array;
  /** Weights for each place; even, since they are used in pairs. */
  taps: number;
}

/** A plan for pictures of one shape. */
export interface LanczosPlan {
  width: number;
  height: number;
  /** Of the result. */
  toWidth: number;
  toHeight: number;
  across: Weights;
  down: Weights;
}

const UNIT = 16384;
const lobes = 3;

/** The windowed sinc of Lanczos with 3 lobes (Duchon 1979). */
function lanczosKernel(x: number): number {
  if (x === 0) return 1;
  const p = Math.PI * x;
  return Math.abs(x) < lobes ? (lobes * Math.sin(p) * Math.sin(p / lobes)) / (p * p) : 0;
}

/**
 * Weights as Pillow computes them: the kernel is as much wider as the side is made smaller, and what lies outside is left out. `span`: how much
 * of the side the result shows, in places; a decoder may have filled up the last one.
 */
function weightsFor(places: number, span: number, toPlaces: number): Weights {
  const scale = span / toPlaces;
  const stretch = Math.max(1, scale);
  const most = 2 * Math.ceil(lobes * stretch) + 1;
  const taps = most + (most % 2);
  const starts = new Int32Array(toPlaces);
  const weights = new Int16Array(toPlaces * taps);
  for (let place = 0; place < toPlaces; place++) {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - lobes * stretch));
    const last = Math.min(places, Math.ceil(centre + lobes * stretch));
    const exact = Array.from({ length: last - first }, (_, i) =>
      lanczosKernel((first + i + 0.5 - centre) / stretch),
    );
    const total = exact.reduce((a, b) => a + b, 0);
    const rounded = exact.map((weight) => Math.round((weight / total) * UNIT));
    // What rounding has left over goes to the largest, so that a plain area stays as it is.
    const largest = rounded.indexOf(Math.max(...rounded));
    rounded[largest]! += UNIT - rounded.reduce((a, b) => a + b, 0); // there is one
    starts[place] = first;
    weights.set(rounded, place * taps);
  }
  return { starts, weights, taps };
}

/**
 * A plan to scale pictures of `width` × `height` pixels, of which `spanX` × `spanY` are shown, to `toWidth` × `toHeight`. It costs as much as
 * scaling some pictures: keep it for those of the same shape.
 */
export const planLanczos = (
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
  spanX = width,
  spanY = height,
): LanczosPlan => ({
  width,
  height,
  toWidth,
  toHeight,
  across: weightsFor(width, spanX, toWidth),
  down: weightsFor(height, spanY, toHeight),
});

interface LanczosKernel extends KernelMemory {
  /** Lines of bytes → lines of 16-bit sums, see `lanczosKernel.ts`. */
  down(
    source: number,
    line: number,
    middle: number,
    stride: number,
    starts: number,
    weights: number,
    weightsLine: number,
    rows: number,
  ): void;
  /** Those → pixels. */
  across(
    middle: number,
    stride: number,
    target: number,
    targetLine: number,
    starts: number,
    weights: number,
    weightsLine: number,
    columns: number,
    rows: number,
  ): void;
}

let kernel: LanczosKernel | undefined;

/**
 * Scales a picture, `[height, width, 3]` bytes from `offset` in `source`, with Lanczos (3 lobes, antialiased), first along the height, and lays it
 * into the square `target`, `[size, size, 3]`, at `left`, `top`. Within half a grey level of sums in doubles, and a twentieth for weights
 * in 1/16384.
 */
export function lanczos(
  plan: LanczosPlan,
  source: Uint8Array,
  offset: number,
  target: Uint8Array,
  size: number,
  left: number,
  top: number,
): void {
  kernel ??= loadKernel<LanczosKernel>(lanczosModule);
  const { width, height, toWidth, toHeight, across, down } = plan;
  const line = width * 3;
  const stride = Math.ceil(line / 8) * 16; // 16 bits a place, eight places at a time
  // Weights of 0 behind a side read what lies there: as many lines or pixels more than there are.
  const [from, middle, to, downStarts, downWeights, acrossStarts, acrossWeights] = roomFor(kernel, [
    (height + down.taps) * line + 8,
    toHeight * stride + across.taps * 6 + 16,
    toHeight * toWidth * 3,
    down.starts.byteLength,
    down.weights.byteLength,
    across.starts.byteLength,
    across.weights.byteLength,
  ]) as [number, number, number, number, number, number, number]; // seven asked for
  const memory = new Uint8Array(kernel.memory.buffer);
  const put = (array: Int32Array | Int16Array, at: number): void =>
    memory.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
  memory.set(source.subarray(offset, offset + height * line), from);
  put(down.starts, downStarts);
  put(down.weights, downWeights);
  put(across.starts, acrossStarts);
  put(across.weights, acrossWeights);
  kernel.down(from, line, middle, stride, downStarts, downWeights, down.taps * 2, toHeight);
  kernel.across(
    middle,
    stride,
    to,
    toWidth * 3,
    acrossStarts,
    acrossWeights,
    across.taps * 2,
    toWidth,
    toHeight,
  );
  for (let row = 0; row < toHeight; row++) {
    const at = to + row * toWidth * 3;
    target.set(memory.subarray(at, at + toWidth * 3), ((top + row) * size + left) * 3);
  }
}
