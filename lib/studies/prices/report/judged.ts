import type { Results } from '../../../core/results';
import { describe } from '../../../data/distribution';
import type { Interval } from '../../../metrics/intervals';
import type { Evaluation } from '../../../metrics/regression';
import { formatNumber, formatPercent, formatSeconds, NONE } from '../../../report/format';
import type { Columns, Comparison } from '../../../report/tables';
import { type Curve, curveOf } from '../../../report/trainingCharts';
import type { TrainingHistory } from '../../../training/train';
import type { FineTuned } from '../fineTuningStage';
import type { PriceEvaluation } from '../judgement';
import type { OptimizerResult } from '../optimizers';
import type { TargetKind } from '../target';
import type { TargetComparison } from '../targets';
import { formatEuros } from '../units';
import { formatInterval } from './headlines';
import { original } from './original';

const decimals =
  (count: number) =>
  (value: number | null): string =>
    formatNumber(value, count);

/** The errors that the original reports, beside those of an evaluation. */
export function errorRows(found: PriceEvaluation): Comparison[] {
  const { test } = original;
  return [
    {
      measure: 'MSE, standardized',
      ours: found.mseStandardized,
      original: test.mseStandardized,
      format: decimals(3),
    },
    {
      measure: 'MAE, standardized',
      ours: found.maeStandardized,
      original: test.maeStandardized,
      format: decimals(3),
    },
    { measure: 'MSE, cents squared', ours: found.mse, original: test.mse, format: decimals(0) },
    { measure: 'MAE, cents', ours: found.mae, original: test.mae, format: decimals(1) },
    { measure: 'RMSE, cents', ours: found.rmse, original: test.rmse, format: decimals(1) },
    { measure: 'MAE', ours: found.mae, original: test.mae, format: formatEuros },
    { measure: 'RMSE', ours: found.rmse, original: test.rmse, format: formatEuros },
  ];
}

/** Count, mean, median, minimum, maximum and standard deviation of prices in EUR cents, beside the original's. */
export function summaryRows(
  prices: readonly number[],
  theirs: typeof original.truth | typeof original.predictions,
): Comparison[] {
  const { count, mean, median, min, max, deviation } = describe(prices);
  const format = decimals(2);
  return [
    { measure: 'Count', ours: count, original: theirs.count },
    { measure: 'Mean', ours: mean, original: theirs.mean, format },
    { measure: 'Median', ours: median, original: theirs.median, format },
    { measure: 'Minimum', ours: min, original: theirs.min, format },
    { measure: 'Maximum', ours: max, original: theirs.max, format },
    { measure: 'Standard deviation', ours: deviation, original: theirs.std, format },
  ];
}

/** A line of the comparison of targets, as `targetRows` makes it. */
export interface TargetRow extends Evaluation {
  target: string;
  chosen: boolean;
  gap: Interval | null;
  best: string;
}

/** The targets that were tried, each by its validation games. */
export const targetRows = ({ results, chosen }: TargetComparison): TargetRow[] =>
  results.map(({ kind, rule, evaluation, gap, bestEpoch, epochs }) => ({
    ...evaluation,
    gap,
    target: rule === null ? kind : `${kind}, ${rule}`,
    chosen: kind === chosen,
    best: `${bestEpoch} of ${epochs}`,
  }));

/** The choice of the target for results.json: `target.kind`, `validation.log1p.mae_cents`, … */
export const targetFigures = ({ chosen, setting, results, why }: TargetComparison): Results => ({
  'target.kind': chosen,
  'target.why': why,
  'target.setting': setting,
  ...Object.fromEntries(
    results.map(({ kind, evaluation }) => [`validation.${kind}.mae_cents`, evaluation.mae]),
  ),
});

/** The columns of `targetRows`. */
export const targetColumns: Columns<TargetRow> = {
  target: 'Target',
  chosen: ['Chosen', (chosen) => (chosen ? 'yes' : '')],
  mae: ['MAE', formatEuros],
  gap: ['Beside the first', (gap) => (gap ? formatInterval(gap, formatEuros) : NONE)],
  r2Log: ['R² of log prices', decimals(3)],
  spearman: ['Rank correlation', decimals(3)],
  within50: ['Within ±50%', formatPercent],
  best: 'Best epoch',
};

/** The columns of a comparison of optimizers and schedules. */
export const optimizerColumns: Columns<OptimizerResult> = {
  optimizer: 'Optimizer',
  schedule: 'Schedule',
  learningRate: ['Learning rate', String],
  epochs: 'Epochs',
  bestEpoch: 'Best epoch',
  error: ['Error per game', (error) => formatInterval(error, formatEuros)],
};

/** What fine-tuning came to; null where it was left out. */
export function tuningFacts(
  tuned: Pick<FineTuned, 'before' | 'after' | 'improved' | 'history' | 'weights'> | null | undefined,
): Record<string, string> {
  if (!tuned)
    return { 'Fine-tuning': 'left out: REPORT_FINE_TUNE_BLOCKS is 0, or native TensorFlow is missing' };
  const { before, after, improved, history, weights } = tuned;
  return {
    Base: weights.name,
    'Validation MSE before': formatNumber(before.mse, 4),
    'Validation MSE after': formatNumber(after.mse, 4),
    Kept: improved
      ? `the weights of epoch ${history.bestEpoch} of ${history.epochs.length}`
      : 'base and head as they were: no epoch was better',
    Time: formatSeconds(history.seconds),
    'SHA-256 of the base': weights.sha256,
  };
}

/** What the loss of a target is made of. */
const losses: Record<TargetKind, string> = {
  log1p: 'MSE + L2',
  standardized: 'MSE + L2',
  hurdle: 'cross-entropy + ½ squared error + L2',
};

/** Loss and mean absolute error over the epochs, as curves. */
export const trainingCurves = ({ epochs }: TrainingHistory, kind: TargetKind): Curve[] => [
  curveOf(epochs, 'loss', `Loss (${losses[kind]})`),
  curveOf(epochs, 'mae', 'Mean absolute error'),
];

/** The headline figures of an evaluation, under names that begin with `level` (`test.game`). */
export const evaluationFigures = (level: string, found: PriceEvaluation): Results => ({
  [`${level}.mae_cents`]: found.mae,
  [`${level}.rmse_cents`]: found.rmse,
  [`${level}.mse_standardized`]: found.mseStandardized,
  [`${level}.mae_standardized`]: found.maeStandardized,
  [`${level}.r2_log`]: found.r2Log,
  [`${level}.spread_log`]: found.spreadRatioLog,
});
