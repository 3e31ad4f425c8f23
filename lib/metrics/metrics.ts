import { ReportError } from '../core/errors';
import { median } from '../data/distribution';
import { amounts, deviation, finiteNumbers, isConstant, mean, variance } from '../data/numbers';
import type { TargetScaler } from '../studies/prices/target';
import type { Cents } from '../studies/prices/units';

// Every metric takes the truth first and the predictions second, in the same order and unit, and throws BAD_INPUT when their
// lengths differ, when there are none, or when one is not finite. None gives NaN: where a ratio is not defined, its comment
// says which number stands for it.

/** Both sides as checked float64 arrays. Throws `BAD_INPUT` as said above. */
export function pairs(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): { y: Float64Array; p: Float64Array } {
  if (truth.length !== predicted.length) {
    throw new ReportError(
      'BAD_INPUT',
      `${truth.length} true values stand against ${predicted.length} predictions: give one for each.`,
    );
  }
  return { y: finiteNumbers(truth, 'true values'), p: finiteNumbers(predicted, 'predictions') };
}

function absoluteErrors(truth: ArrayLike<number>, predicted: ArrayLike<number>): Float64Array {
  const { y, p } = pairs(truth, predicted);
  return y.map((value, i) => Math.abs(value - p[i]!)); // same length
}

/** Mean squared error, in the unit squared. */
export const mse = (truth: ArrayLike<number>, predicted: ArrayLike<number>): number =>
  mean(absoluteErrors(truth, predicted).map((error) => error * error));

/** Root of the mean squared error, in the unit of the values. */
export const rmse = (truth: ArrayLike<number>, predicted: ArrayLike<number>): number =>
  Math.sqrt(mse(truth, predicted));

/** Mean absolute error, in the unit of the values. */
export const mae = (truth: ArrayLike<number>, predicted: ArrayLike<number>): number =>
  mean(absoluteErrors(truth, predicted));

/** Median absolute error, in the unit of the values. */
export const medianAbsoluteError = (truth: ArrayLike<number>, predicted: ArrayLike<number>): number =>
  median(absoluteErrors(truth, predicted));

/**
 * Coefficient of determination, at most 1; 0 for predicting the mean of the truth, below 0 for worse. Where all true values are the
 * same it is 1 for perfect predictions and 0 for any others, as scikit-learn's `r2_score`.
 */
export function r2(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { y, p } = pairs(truth, predicted);
  const residual = mse(y, p);
  const total = variance(y);
  if (isConstant(y) || total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}

/** `r2` of log(1 + EUR cents), on which free and dear games weigh alike. Throws `BAD_INPUT` also for negative amounts. */
export const r2Log = (truth: ArrayLike<number>, predicted: ArrayLike<number>): number =>
  r2(logPrices(truth, 'true prices'), logPrices(predicted, 'predicted prices'));

/** log(1 + EUR cents) of each amount. Throws `BAD_INPUT` for no amounts, negative ones and such as are not finite. */
export const logPrices = (prices: ArrayLike<number>, what = 'prices'): Float64Array =>
  amounts(prices, what).map(Math.log1p);

/** Pearson's correlation, from −1 to 1; 0 where either side does not vary and numpy gives NaN. */
export function pearson(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { y, p } = pairs(truth, predicted);
  if (isConstant(y) || isConstant(p)) return 0;
  const centreY = mean(y);
  const centreP = mean(p);
  const covariance = mean(y.map((value, i) => (value - centreY) * (p[i]! - centreP))); // same length
  const scale = deviation(y) * deviation(p);
  return scale === 0 ? 0 : Math.max(-1, Math.min(1, covariance / scale)); // rounding may pass 1; underflow may reach 0
}

/** Spearman's rank correlation, from −1 to 1: `pearson` of the average ranks; 0 where either side does not vary. */
export function spearman(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { y, p } = pairs(truth, predicted);
  return pearson(ranks(y), ranks(p));
}

/** Ranks from 1, ascending; equal values share the average of their ranks, as `scipy.stats.rankdata`. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!); // in range
  const result = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + 1 + end) / 2;
  }
  return result;
}

/**
 * Share (0 to 1) of the predictions off by at most `share` of the true price (0.25: a quarter), both in EUR cents. Half a cent is
 * always allowed, so a free game counts when its prediction rounds to 0.
 */
export function shareWithinRelative(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  share: number,
): number {
  const errors = absoluteErrors(truth, predicted);
  return errors.filter((error, i) => error <= Math.max(share * truth[i]!, 0.5)).length / errors.length;
}

/**
 * Population standard deviation of the predictions over that of the truth: 1 when they spread as widely, near 0 when they have
 * collapsed; 0 where the truth does not vary and there is no spread to reach.
 */
export function spreadRatio(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { y, p } = pairs(truth, predicted);
  const spread = isConstant(y) ? 0 : deviation(y);
  return isConstant(p) || spread === 0 ? 0 : deviation(p) / spread;
}

/** Everything that is said about one set of predictions. A plain record that can be kept as JSON; no field is NaN. */
export interface Evaluation {
  /** How many prices were predicted: of games, or of pictures, as the caller gave them. */
  count: number;
  /** EUR cents squared. */
  mseCents: number;
  /** EUR cents, as the next two. */
  maeCents: number;
  rmseCents: number;
  medianAeCents: number;
  /** In standard deviations of the training prices (squared for the first), the scale of the original's figures. */
  mseStandardized: number;
  maeStandardized: number;
  r2: number;
  r2Log: number;
  pearson: number;
  spearman: number;
  /** Shares (0 to 1) of the predictions off by at most a quarter, and at most a half, of the true price. */
  within25: number;
  within50: number;
  /** Of the prices, and of log(1 + price). */
  spreadRatio: number;
  spreadRatioLog: number;
}

/**
 * Evaluates predicted prices (EUR cents). `scaler` is the `standardized` one fitted to the training prices, whatever target the model
 * learnt. Throws `BAD_INPUT` for another kind of scaler, lengths that differ, no prices, and prices negative or not finite.
 */
export function evaluate(
  truth: readonly Cents[],
  predicted: readonly Cents[],
  scaler: TargetScaler,
): Evaluation {
  if (scaler.kind !== 'standardized') {
    throw new ReportError(
      'BAD_INPUT',
      `Errors cannot be standardized by a ${scaler.kind} scaler: fit a standardized one to the training prices.`,
    );
  }
  const { y, p } = pairs(truth, predicted);
  const mseCents = mse(y, p);
  const maeCents = mae(y, p);
  return {
    count: y.length,
    mseCents,
    maeCents,
    rmseCents: Math.sqrt(mseCents),
    medianAeCents: medianAbsoluteError(y, p),
    mseStandardized: mseCents / scaler.deviation ** 2,
    maeStandardized: maeCents / scaler.deviation,
    r2: r2(y, p),
    r2Log: r2Log(y, p),
    pearson: pearson(y, p),
    spearman: spearman(y, p),
    within25: shareWithinRelative(y, p, 0.25),
    within50: shareWithinRelative(y, p, 0.5),
    spreadRatio: spreadRatio(y, p),
    spreadRatioLog: spreadRatio(logPrices(y), logPrices(p)),
  };
}
