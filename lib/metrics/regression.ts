import { ReportError } from '../core/errors';
import { amounts, finiteNumbers, mean } from '../data/numbers';
import {
  type Draws,
  eachOnce,
  meanOf,
  medianOf,
  orderOf,
  pearsonOf,
  r2Of,
  ranksOf,
  varianceOf,
} from './draws';

// Every metric takes the truth first and the predictions second, in the same order and unit, throws BAD_INPUT when their lengths differ, when there
// are none, or when one is not finite, and never gives NaN.

/** A quantity that was predicted, beside the true one, in the same unit. */
export interface PredictedValue {
  truth: number;
  predicted: number;
}

/** Both sides as checked float64 arrays. Throws `BAD_INPUT` as said above. */
export function pairs(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): { y: Float64Array; p: Float64Array } {
  if (truth.length !== predicted.length) {
    throw new ReportError('BAD_INPUT', `${predicted.length} predictions of ${truth.length}: give all.`);
  }
  return { y: finiteNumbers(truth, 'true values'), p: finiteNumbers(predicted, 'predictions') };
}

/** `pairs` of records. */
export const pairsOf = (rows: readonly PredictedValue[]): { y: Float64Array; p: Float64Array } =>
  pairs(
    rows.map(({ truth }) => truth),
    rows.map(({ predicted }) => predicted),
  );

/** log(1 + value) of each. Throws `BAD_INPUT` for no values, negative ones and such as are not finite. */
export const logs = (values: ArrayLike<number>, what = 'values'): Float64Array =>
  amounts(values, what).map(Math.log1p);

/** The absolute error of each. */
export const errorsOf = (y: Float64Array, p: Float64Array): Float64Array =>
  y.map((value, i) => Math.abs(value - p[i]!)); // same length

/** Mean absolute error, in the unit of the values. */
export function mae(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { y, p } = pairs(truth, predicted);
  return mean(errorsOf(y, p));
}

/** Coefficient of determination, at most 1, as scikit-learn's `r2_score`: where all true values are the same, 1 for perfect predictions, else 0. */
export function r2(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { y, p } = pairs(truth, predicted);
  return r2Of(y, mean(errorsOf(y, p).map((error) => error * error)), eachOnce(y.length));
}

/** Spearman's rank correlation, from −1 to 1; 0 where either side does not vary. */
export function spearman(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { y, p } = pairs(truth, predicted);
  return pearsonOf(ranks(y), ranks(p), eachOnce(y.length));
}

/** Ranks from 1, ascending; equal values share the average of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  return ranksOf(all, orderOf(all), eachOnce(all.length));
}

/** Population standard deviation of the predictions over that of the truth: near 0 when they have collapsed, and 0 where the truth does not vary. */
export function spreadRatio(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { y, p } = pairs(truth, predicted);
  return spreadOf(y, p, eachOnce(y.length));
}

function spreadOf(y: Float64Array, p: Float64Array, draws: Draws): number {
  const spread = varianceOf(y, draws);
  return spread === 0 ? 0 : Math.sqrt(varianceOf(p, draws) / spread);
}

/** What is said of one set of predictions of a quantity. Plain JSON; no field is NaN. */
export interface Evaluation {
  /** How many values were predicted. */
  count: number;
  /** In the unit of the values squared. */
  mse: number;
  /** In the unit of the values, as the next two. */
  mae: number;
  rmse: number;
  /** Median absolute error. */
  medianAe: number;
  r2: number;
  /** Of log(1 + value). */
  r2Log: number;
  pearson: number;
  spearman: number;
  /** Shares (0 to 1) of the predictions off by at most a quarter, and at most a half, of the true value. */
  within25: number;
  within50: number;
  /** Of the values, and of log(1 + value). */
  spreadRatio: number;
  spreadRatioLog: number;
}

/** Evaluates predictions of amounts. Throws `BAD_INPUT` for lengths that differ, no values, and values negative or not finite. */
export const evaluate = (truth: ArrayLike<number>, predicted: ArrayLike<number>): Evaluation =>
  resampledEvaluation(truth, predicted)(eachOnce(truth.length));

/** `evaluate` for many resamples of the same predictions, which are sorted only once. Throws what `evaluate` throws. */
export function resampledEvaluation(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): (draws: Draws) => Evaluation {
  const { y, p } = pairs(truth, predicted);
  const errors = errorsOf(y, p);
  const squares = errors.map((error) => error * error);
  const [logY, logP] = [logs(y, 'true values'), logs(p, 'predictions')];
  const logSquares = errorsOf(logY, logP).map((error) => error * error);
  const [quarter, half] = [withinShare(y, errors, 0.25), withinShare(y, errors, 0.5)];
  const [byError, byTruth, byPrediction] = [orderOf(errors), orderOf(y), orderOf(p)];
  const [rankY, rankP] = [new Float64Array(y.length), new Float64Array(y.length)];
  return (draws) => {
    const mse = meanOf(squares, draws);
    ranksOf(y, byTruth, draws, rankY);
    ranksOf(p, byPrediction, draws, rankP);
    return {
      count: draws.count,
      mse,
      mae: meanOf(errors, draws),
      rmse: Math.sqrt(mse),
      medianAe: medianOf(errors, byError, draws),
      r2: r2Of(y, mse, draws),
      r2Log: r2Of(logY, meanOf(logSquares, draws), draws),
      pearson: pearsonOf(y, p, draws),
      spearman: pearsonOf(rankY, rankP, draws),
      within25: meanOf(quarter, draws),
      within50: meanOf(half, draws),
      spreadRatio: spreadOf(y, p, draws),
      spreadRatioLog: spreadOf(logY, logP, draws),
    };
  };
}

/** 1 where an error is at most `share` of the true value, else 0. Half a unit is always allowed: 0 counts as met when a prediction rounds to it. */
const withinShare = (y: Float64Array, errors: Float64Array, share: number): Float64Array =>
  errors.map((error, i) => (error <= Math.max(share * y[i]!, 0.5) ? 1 : 0)); // same length
