import { largest } from '../core/extremes';
import { type KernelMemory, layOut, loadKernel } from '../tensorflow/kernel';
import { lanczosModule } from './lanczosKernel';

/** How the places of one side of a picture are made of those of another: where each begins, and the weights of those from there on. */
interface Weights {
  /** First place for each place of the result, as the bytes of int32. */
  starts: Uint8Array;
  /** `[places, taps]`, in 1/16384, as the bytes of int16; those of a place add up to 16384. */
  weights: Uint8Array;
  /** Weights for each place; even, since they are used in pairs. */
  taps: number;
}

/** A plan for pictures of one shape. */
export interface LanczosPlan {
  /** Of the pictures. */
  width: number;
  /** Of the result. */
  toWidth: number;
  toHeight: number;
  across: Weights;
  down: Weights;
}

const UNIT = 16384;

/** How much a pixel counts by its distance, which is below `reach`, from a place of the result. */
interface Filter {
  reach: number;
  weight(distance: number): number;
}

const lobes = 3;

/** The windowed sinc of Lanczos with 3 lobes (Duchon 1979). */
const windowedSinc: Filter = {
  reach: lobes,
  weight: (x) => {
    if (x === 0) return 1;
    const p = Math.PI * x;
    return Math.abs(x) < lobes ? (lobes * Math.sin(p) * Math.sin(p / lobes)) / (p * p) : 0;
  },
};

const triangle: Filter = { reach: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };

/** Pillow's bicubic filter: Catmull and Rom's (Keys 1981, with a = -0.5). */
export const bicubic: Filter = {
  reach: 2,
  weight: (distance) => {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
};

/** Weights as Pillow computes them; `span`: how much of the side the result shows, as a decoder may have filled up the last place. */
function weightsFor(places: number, span: number, toPlaces: number, { reach, weight }: Filter): Weights {
  const scale = span / toPlaces;
  const stretch = Math.max(1, scale);
  const most = 2 * Math.ceil(reach * stretch) + 1;
  const taps = most + (most % 2);
  const starts = new Int32Array(toPlaces);
  const weights = new Int16Array(toPlaces * taps);
  for (let place = 0; place < toPlaces; place++) {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach * stretch));
    const last = Math.min(places, Math.ceil(centre + reach * stretch));
    const exact = Array.from({ length: last - first }, (_, i) =>
      weight((first + i + 0.5 - centre) / stretch),
    );
    const total = exact.reduce((a, b) => a + b, 0);
    const rounded = exact.map((weight) => Math.round((weight / total) * UNIT));
    // What rounding has left over goes to the largest, so that a plain area stays as it is.
    const most = rounded.indexOf(largest(rounded));
    rounded[most]! += UNIT - rounded.reduce((a, b) => a + b, 0); // there is one
    starts[place] = first;
    weights.set(rounded, place * taps);
  }
  return { starts: new Uint8Array(starts.buffer), weights: new Uint8Array(weights.buffer), taps };
}

/** A plan to scale pictures of a size, of which `spanX` × `spanY` are shown; it costs as much as scaling some of them. */
export const planLanczos = (
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
  spanX = width,
  spanY = height,
  filter = windowedSinc,
): LanczosPlan => ({
  width,
  toWidth,
  toHeight,
  across: weightsFor(width, spanX, toWidth, filter),
  down: weightsFor(height, spanY, toHeight, filter),
});

/** Scales a picture as `lanczos` does, but with another filter; by default Pillow's bilinear one, straight lines between pixels, which is antialiased too. */
export const scale = (
  picture: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
  filter = triangle,
): Uint8Array => lanczos(planLanczos(width, height, toWidth, toHeight, width, height, filter), picture);

interface LanczosKernel extends KernelMemory {
  /** Lines of bytes → lines of 16-bit sums; the parameters are those of `lanczosText`. */
  down(...parameters: number[]): void;
  /** Those → pixels. */
  across(...parameters: number[]): void;
}

let kernel: LanczosKernel | undefined;

/** Scales a picture, `[height, width, 3]` bytes, with Lanczos (3 lobes, antialiased) to within half a grey level of sums in doubles. */
export function lanczos(plan: LanczosPlan, picture: Uint8Array): Uint8Array {
  kernel ??= loadKernel<LanczosKernel>(lanczosModule);
  const { width, toWidth, toHeight, across, down } = plan;
  const line = width * 3;
  const stride = Math.ceil(line / 8) * 16; // 16 bits a place, eight places at a time
  // Weights of 0 behind a side read what lies there: as many lines or pixels more than there are.
  const [middle, to, downStarts, downWeights, acrossStarts, acrossWeights, from] = layOut(kernel, [
    toHeight * stride + across.taps * 6 + 16,
    toHeight * toWidth * 3,
    ...[down.starts, down.weights, across.starts, across.weights],
    ...[picture, down.taps * line + 8],
  ]) as [number, number, number, number, number, number, number]; // seven and the room behind the last
  const lines = [line, middle, stride, downStarts, downWeights, down.taps * 2, toHeight];
  const columns = [toWidth * 3, acrossStarts, acrossWeights, across.taps * 2, toWidth, toHeight];
  kernel.down(from, ...lines);
  kernel.across(middle, stride, to, ...columns);
  return new Uint8Array(kernel.memory.buffer).slice(to, to + toHeight * toWidth * 3);
}
