import type { Evaluation } from '../evaluation/metrics';
import type { EpochRecord, TrainingHistory } from '../model/training';
import { describe } from '../prices/distribution';
import type { Results } from '../results';
import { formatEuros, formatNumber, formatPercent, formatSeconds } from './format';
import { original } from './original';
import type { Columns, Comparison } from './tables';
import type { Curve } from './trainingCharts';

const decimals =
  (count: number) =>
  (value: number | null): string =>
    formatNumber(value, count);

/** The errors that the original reports, beside those of an evaluation. */
export function errorRows(found: Evaluation): Comparison[] {
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
    { measure: 'MSE, cents squared', ours: found.mseCents, original: test.mse, format: decimals(0) },
    { measure: 'MAE, cents', ours: found.maeCents, original: test.mae, format: decimals(1) },
    { measure: 'RMSE, cents', ours: found.rmseCents, original: test.rmse, format: decimals(1) },
    { measure: 'MAE', ours: found.maeCents, original: test.mae, format: formatEuros },
    { measure: 'RMSE', ours: found.rmseCents, original: test.rmse, format: formatEuros },
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

/** The columns of a table of models, each judged on the same games. */
export const modelColumns: Columns<Evaluation & { model: string }> = {
  model: 'Model',
  maeCents: ['MAE', formatEuros],
  rmseCents: ['RMSE', formatEuros],
  medianAeCents: ['Median error', formatEuros],
  r2Log: ['R² of log prices', decimals(3)],
  spearman: ['Rank correlation', decimals(3)],
  within50: ['Within ±50%', formatPercent],
};

/** The columns of a table of epochs. */
export const epochColumns: Columns<EpochRecord> = {
  epoch: 'Epoch',
  loss: ['Loss', decimals(4)],
  mse: ['MSE', decimals(4)],
  mae: ['MAE', decimals(4)],
  valLoss: ['Validation loss', decimals(4)],
  valMse: ['Validation MSE', decimals(4)],
  valMae: ['Validation MAE', decimals(4)],
  seconds: ['Time', formatSeconds],
};

/** Loss and mean absolute error over the epochs, as curves. */
export function trainingCurves({ epochs }: TrainingHistory): Curve[] {
  return [
    {
      measure: 'Loss (MSE + L2)',
      training: epochs.map(({ loss }) => loss),
      validation: epochs.map(({ valLoss }) => valLoss),
    },
    {
      measure: 'Mean absolute error',
      training: epochs.map(({ mae }) => mae),
      validation: epochs.map(({ valMae }) => valMae),
    },
  ];
}

/** The headline figures of an evaluation, under names that begin with `level` (`test.game`). */
export const evaluationFigures = (level: string, found: Evaluation): Results => ({
  [`${level}.mae_cents`]: found.maeCents,
  [`${level}.rmse_cents`]: found.rmseCents,
  [`${level}.mse_standardized`]: found.mseStandardized,
  [`${level}.mae_standardized`]: found.maeStandardized,
  [`${level}.r2_log`]: found.r2Log,
});
