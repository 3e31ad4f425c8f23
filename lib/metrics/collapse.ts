import { isConstant } from '../data/numbers';
import { logs, pairs, spearman, spreadRatio } from './regression';

/** The limits below which predictions count as collapsed. */
const collapseLimits = {
  bandWidth: 0.02, // a band this wide, 1% to either side of its middle, counts as one value
  pile: 0.5, // share of the predictions in such a band, where less than half as many true values lie
  spread: 0.1, // deviation of the logarithms predicted over the true one: that of a model that explains 1% of their variance
  rank: 0.1, // rank correlation that a useful model exceeds however many items there are
  chance: 1.645, // one-sided 5% point of a normal distribution: correlations of unrelated numbers have deviation 1/√(count − 1)
  fewest: 3, // fewer values say nothing about spread
  fewestRanked: 10, // nor about ranks
};

/** A sentence when predicted amounts do not follow the true ones at all, else null; `show` writes a value. Throws `BAD_INPUT`. */
export function findCollapse(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  show: (value: number) => string = String,
): string | null {
  const { y, p } = pairs(truth, predicted);
  const logTruth = logs(y, 'true values');
  const logPredicted = logs(p, 'predictions');
  if (y.length < collapseLimits.fewest || isConstant(y)) return null;
  return (
    findPile(y, p, show) ??
    findNarrowSpread(logTruth, logPredicted) ??
    findUnrelatedRanks(logTruth, logPredicted)
  );
}

function findPile(
  truth: Float64Array,
  predicted: Float64Array,
  show: (value: number) => string,
): string | null {
  const band = densestBand(predicted);
  const share = band.count / predicted.length;
  const there = truth.filter((value) => value >= band.low && value <= band.high).length / truth.length;
  if (share < collapseLimits.pile || there >= share / 2) return null;
  const where =
    show(band.low) === show(band.high)
      ? `are ${show(band.low)}`
      : `lie between ${show(band.low)} and ${show(band.high)}`;
  return (
    `The predictions have collapsed to one value: ${percent(share)} of them ${where}, ` +
    `where only ${percent(there)} of the true values lie.`
  );
}

/** The narrow band with the most values in it, found by sliding over them in order; half a unit is always within it. */
function densestBand(values: Float64Array): { low: number; high: number; count: number } {
  const sorted = Float64Array.from(values).sort();
  let best = { low: 0, high: 0, count: 0 };
  for (let start = 0, end = 0; end < sorted.length; end++) {
    const high = sorted[end]!; // in range, as all indices here
    while (sorted[start]! < high * (1 - collapseLimits.bandWidth) - 0.5) start++;
    if (end - start + 1 > best.count) best = { low: sorted[start]!, high, count: end - start + 1 };
  }
  return best;
}

function findNarrowSpread(truth: Float64Array, predicted: Float64Array): string | null {
  const ratio = spreadRatio(truth, predicted);
  if (ratio >= collapseLimits.spread) return null;
  return `The predictions have collapsed towards one value: on the log scale they spread ${percent(ratio)} as widely as the true values.`;
}

function findUnrelatedRanks(truth: Float64Array, predicted: Float64Array): string | null {
  const count = truth.length;
  if (count < collapseLimits.fewestRanked) return null;
  const correlation = spearman(truth, predicted);
  const limit = Math.max(collapseLimits.rank, collapseLimits.chance / Math.sqrt(count - 1));
  if (correlation >= limit) return null;
  return (
    `The predictions do not follow the true values: their rank correlation with them is ${correlation.toFixed(2)}, ` +
    `and ${count} values that had nothing to do with each other would stay below ${limit.toFixed(2)} 19 times out of 20.`
  );
}

/** `12%`, and below ten one decimal: `3.4%`. */
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0).replace('.0', '')}%`;
