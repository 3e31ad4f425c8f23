import { ReportError } from '../core/errors';
import { spearman } from '../metrics/regression';
import { type HeatMap, magnitudes, normalise } from './heatMap';

/** How alike two maps of a picture are. */
export interface MapSimilarity {
  /** Spearman's rank correlation of their values, sign and all; 0 where one is constant. */
  correlation: number;
  /** Spearman's rank correlation of their magnitudes. */
  magnitude: number;
  /** Structural similarity of their magnitudes, each divided by its largest. */
  ssim: number;
}

/** Compares two maps of the same size, as Adebayo et al. (2018) do. Throws `BAD_INPUT` when the sizes differ or a value is not finite. */
export function mapSimilarity(a: HeatMap, b: HeatMap): MapSimilarity {
  const [sizeA, sizeB] = [a, b].map((map) => normalise(magnitudes(map))) as [HeatMap, HeatMap]; // one for each
  return {
    correlation: spearman(a.values, b.values),
    magnitude: spearman(sizeA.values, sizeB.values),
    ssim: ssim(sizeA, sizeB),
  };
}

/** Deviation of the window in places, and its largest side (Wang et al., 2004). */
const [DEVIATION, WINDOW] = [1.5, 11];
/** K1² and K2² for values from 0 to 1 (same paper). */
const [C1, C2] = [0.01 ** 2, 0.03 ** 2];

/**
 * The mean structural similarity of two maps with values from 0 to 1 (Wang et al., "Image Quality Assessment: From Error Visibility to
 * Structural Similarity", 2004): 1 when equal, about 0 when they have nothing in common, at least −1. The window is a Gaussian of deviation
 * 1.5 over 11 × 11 places, and takes every position at which it lies within the maps; a side of fewer than 11 places is one window
 * long, so that maps of 3 × 3 places are compared in one window of 3 × 3. Throws `BAD_INPUT` when the sizes differ.
 */
export function ssim(a: HeatMap, b: HeatMap): number {
  if (a.width !== b.width || a.height !== b.height || a.values.length !== b.values.length) {
    throw new ReportError(
      'BAD_INPUT',
      `A map of ${a.width} × ${a.height} cannot be compared with one of ${b.width} × ${b.height}: give two of one size.`,
    );
  }
  const [across, down] = [gaussian(a.width), gaussian(a.height)];
  const mean = (value: (at: number) => number, left: number, top: number): number => {
    let sum = 0;
    down.forEach((weightDown, y) => {
      across.forEach((weightAcross, x) => {
        sum += weightDown * weightAcross * value((top + y) * a.width + left + x);
      });
    });
    return sum;
  };
  let total = 0;
  let windows = 0;
  for (let top = 0; top + down.length <= a.height; top++) {
    for (let left = 0; left + across.length <= a.width; left++) {
      const [ofA, ofB] = [a.values, b.values];
      const meanA = mean((i) => ofA[i]!, left, top); // a window lies within the maps, here and below
      const meanB = mean((i) => ofB[i]!, left, top);
      const varianceA = mean((i) => (ofA[i]! - meanA) ** 2, left, top);
      const varianceB = mean((i) => (ofB[i]! - meanB) ** 2, left, top);
      const covariance = mean((i) => (ofA[i]! - meanA) * (ofB[i]! - meanB), left, top);
      const brightness = (2 * meanA * meanB + C1) / (meanA ** 2 + meanB ** 2 + C1);
      total += (brightness * (2 * covariance + C2)) / (varianceA + varianceB + C2);
      windows++;
    }
  }
  return total / windows;
}

/** A Gaussian window for a side of so many places, its sum 1. */
function gaussian(places: number): number[] {
  const side = Math.min(places, WINDOW);
  const weights = Array.from({ length: side }, (_, i) =>
    Math.exp(-(((i - (side - 1) / 2) / DEVIATION) ** 2) / 2),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
