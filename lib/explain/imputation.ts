import { ReportError } from '../core/errors';
import { random } from '../core/random';
import type { PlacedPicture } from './controls';
import { fillSmoothly, type Gaps } from './smoothFill';

/** Standard deviation of the noise on imputed pixels, in grey levels: 0.01 of their range (the authors' code has 0.01 in its pictures' unit). */
const NOISE = 2.55;

export interface ImputationOptions {
  /** Determines the noise. */
  seed: number;
  /** Standard deviation of the noise in grey levels; default 2.55. */
  noise?: number;
  /** About how near to the exact solution, in grey levels; default 0.5, a fifth of the noise. */
  tolerance?: number;
}

/**
 * Noisy linear imputation (Rong et al., "A Consistent and Efficient Evaluation Strategy for Attribution Methods", ICML 2022): each of
 * the `removed` pixels (positions in the square's rows) becomes the weighted mean of its neighbours in the picture, removed ones included,
 * which is a sparse linear system, plus noise. What is missing is then hard to see, so that the gap itself does not tell a network
 * where the explanation was. Gives new bytes `[size, size, 3]`; padding is no neighbour. Throws `BAD_INPUT` when no pixel of the
 * picture is left or a removed one is not in it.
 */
export function imputeLinear(
  { pixels, size, box }: PlacedPicture,
  removed: Int32Array,
  { seed, noise = NOISE, tolerance = 0.5 }: ImputationOptions,
): Uint8Array {
  const result = Uint8Array.from(pixels);
  const { width, height } = box;
  const gaps: Gaps = {
    width,
    height,
    values: new Float64Array(width * height * 3),
    missing: new Uint8Array(width * height),
  };
  for (let y = 0; y < height; y++) {
    const row = 3 * ((box.top + y) * size + box.left);
    gaps.values.set(pixels.subarray(row, row + 3 * width), 3 * y * width);
  }
  const places = removed.map((at) => {
    const [x, y] = [(at % size) - box.left, Math.floor(at / size) - box.top];
    if (x < 0 || y < 0 || x >= width || y >= height) return -1;
    gaps.missing[y * width + x] = 1;
    return y * width + x;
  });
  if (places.includes(-1) || removed.length >= width * height) {
    throw new ReportError(
      'BAD_INPUT',
      `${removed.length} pixels of a picture of ${width} × ${height} cannot be imputed: leave at least one, and name pixels of the picture only.`,
    );
  }
  fillSmoothly(gaps, tolerance);
  const { normal } = random(seed, 'imputation');
  removed.forEach((at, i) => {
    for (let channel = 0; channel < 3; channel++) {
      const value = gaps.values[3 * places[i]! + channel]! + noise * normal(); // a place of the picture
      result[3 * at + channel] = Math.min(Math.max(Math.round(value), 0), 255);
    }
  });
  return result;
}
