import { ReportError } from '../core/errors';
import { amounts, deviation, finiteNumbers, mean } from './numbers';

/** The `q`-th percentile (0 to 100) with linear interpolation, as `numpy.percentile`. Throws `BAD_INPUT`. */
export const percentile = (values: ArrayLike<number>, q: number): number => percentiles(values, [q])[0]!; // one q, one result

/** The middle value, or the mean of the middle two. Throws `BAD_INPUT`. */
export const median = (values: ArrayLike<number>): number => percentile(values, 50);

/** The percentiles `qs` (each 0 to 100) of `values`, sorted only once. Throws `BAD_INPUT` without values or for a q out of range. */
export function percentiles(values: ArrayLike<number>, qs: readonly number[]): number[] {
  const sorted = finiteNumbers(values, 'values').sort();
  return qs.map((q) => {
    if (!(q >= 0 && q <= 100)) {
      throw new ReportError('BAD_INPUT', `Percentile ${q} does not exist: give a number from 0 to 100.`);
    }
    return interpolate(sorted, q);
  });
}

/** The value at `q` percent of the way through sorted values; the order of operations is numpy's, so that it rounds alike. */
function interpolate(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * (q / 100);
  const index = Math.floor(position);
  const low = sorted[index]!; // position lies between 0 and length - 1
  const high = sorted[Math.min(index + 1, sorted.length - 1)]!;
  const share = position - index;
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
}

/** The percentiles of a fine quantile plot: from 1 to 100 in steps of 0.1, 991 numbers. */
export const quantileGrid = (): number[] => Array.from({ length: 991 }, (_, i) => (10 + i) / 10);

/**
 * Summarises values as pandas' `describe` and numpy do, the deviation being that of a population (ddof 0). Throws `BAD_INPUT` for no values or one
 * that is not finite.
 */
export function describe(values: ArrayLike<number>) {
  const sorted = finiteNumbers(values, 'values').sort();
  const at = (q: number): number => interpolate(sorted, q);
  const quartiles = { min: at(0), q1: at(25), median: at(50), q3: at(75), max: at(100) };
  return { count: sorted.length, mean: mean(sorted), deviation: deviation(sorted), ...quartiles };
}

/** Quartiles, whiskers and outliers as matplotlib draws them, with fences `reach` interquartile ranges outside the quartiles. Throws `BAD_INPUT`. */
export function boxplot(values: ArrayLike<number>, reach = 1.5) {
  const sorted = finiteNumbers(values, 'values').sort();
  const q1 = interpolate(sorted, 25);
  const q3 = interpolate(sorted, 75);
  const low = q1 - reach * (q3 - q1);
  const high = q3 + reach * (q3 - q1);
  const within = sorted.filter((value) => value >= low && value <= high);
  return {
    q1,
    median: interpolate(sorted, 50),
    q3,
    /** Lowest and highest value that is not an outlier. */
    lowerWhisker: Math.min(within[0] ?? q1, q1),
    upperWhisker: Math.max(within[within.length - 1] ?? q3, q3),
    /** Values beyond the fences, ascending. */
    outliers: Array.from(sorted.filter((value) => value < low || value > high)),
  };
}

/** Share (0 to 1) of the values from `low` to `high`, both included. Throws `BAD_INPUT`. */
export function shareWithin(values: ArrayLike<number>, low: number, high: number): number {
  const all = finiteNumbers(values, 'values');
  return all.filter((value) => value >= low && value <= high).length / all.length;
}

/** The edges of `bins` bins of equal width in log(1 + value) from the lowest to the highest; equal values get half a unit to either side. Throws `BAD_INPUT`. */
export function binEdges(values: ArrayLike<number>, bins: number): number[] {
  const sorted = amounts(values, 'values').sort();
  const [min, max] = [sorted[0]!, sorted[sorted.length - 1]!]; // at least one value
  const room = min === max ? 0.5 : 0;
  const [low, high] = [Math.max(0, Math.log1p(min) - room), Math.log1p(max) + room];
  const edges = Array.from({ length: bins + 1 }, (_, i) => Math.expm1(low + ((high - low) * i) / bins));
  return room > 0 ? edges : [min, ...edges.slice(1, -1), max]; // exactly, or rounding would put an end outside
}

/** How many values lie from each edge up to, but without, the next one; the last bin has its upper edge too, as in numpy. Throws `BAD_INPUT`. */
export function histogram(values: ArrayLike<number>, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  if (values.length === 0) return counts;
  const [lowest, highest] = [edges[0]!, edges.at(-1)!];
  for (const value of finiteNumbers(values, 'values')) {
    if (value < lowest || value > highest) continue;
    const behind = edges.findIndex((edge) => edge > value);
    counts[behind < 0 ? counts.length - 1 : behind - 1]!++; // within the edges
  }
  return counts;
}
