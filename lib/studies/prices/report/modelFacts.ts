import type { Results } from '../../../core/results';
import type { Staged } from '../../../core/stage';
import { trainableCount } from '../../../networks/summary';
import {
  formatCount,
  formatInterval,
  formatNumber,
  formatPercent,
  formatSeconds,
  formatShape,
  formatStage,
  NONE,
} from '../../../report/format';
import type { Columns } from '../../../report/tables';
import { type Curve, curveOf } from '../../../report/trainingCharts';
import type { ErrorPoint } from '../../../training/learningCurve';
import type { TrainingHistory } from '../../../training/train';
import type { FineTuned } from '../fineTuningStage';
import type { NetworkResult } from '../networks';
import type { OptimizerResult } from '../optimizers';
import type { PreparedData } from '../preparedData';
import type { ReportModel } from '../reportModel';
import type { Config } from '../settings';
import type { TargetKind } from '../target';
import type { TargetComparison } from '../targets';
import { formatPrice } from '../units';

const trainingRows = ({ rows }: PreparedData): number =>
  rows.filter(({ part }) => part === 'training').length;

/** What the head learns from: pictures, and the size of their features. */
export const dataFacts = (data: PreparedData): Record<string, string | number> => ({
  'Training pictures, copies included': trainingRows(data),
  'Validation pictures': data.parts.rows.validation.length,
  'Features of a picture': formatShape(data.features.shape),
  'Time to compute them': formatStage(data.stages.features),
});

/** The settings of the training. */
export const trainingFacts = (config: Config): Record<string, string | number> => ({
  Target: config.target === 'auto' ? 'validation games choose' : config.target,
  'Epochs at most': config.epochs,
  Patience: config.patience,
  'Batch size': config.batchSize,
  Optimizer: 'Adam',
  'Learning rate': String(config.learningRate),
  L2: config.l2,
  Dropout: `${config.dropout1} and ${config.dropout2}`,
});

/** The figures of a training for results.json, with those of a comparison of targets where there was one. */
export const trainingFigures = (
  { weights }: PreparedData,
  { history, comparison }: ReportModel,
  compared: TargetComparison | null,
): Results => ({
  'weights.architecture': weights.architecture,
  'weights.name': weights.name,
  'weights.sha256': weights.sha256,
  'weights.source': weights.source,
  ...(compared ? targetFigures(compared) : {}),
  ...targetFigures(comparison),
  'training.best_epoch': history.bestEpoch,
  'training.epochs': history.epochs.length,
  'training.seconds': history.seconds,
});

/** What notebook 6 found, a sentence each; `points`: of the learning curve, where there is one. */
export function trainingFindings(
  data: PreparedData,
  { layers, history, scaler, comparison }: Staged<ReportModel>,
  points: readonly ErrorPoint[] | null,
): string[] {
  const { epochs, bestEpoch, stoppedEarly, seconds } = history;
  const end = stoppedEarly ? 'stopped, as none after it was better' : 'ran through all epochs';
  const [first, last] = [points?.[0], points?.at(-1)];
  return [
    `The head has **${formatCount(trainableCount(layers))}** weights to learn from ${formatCount(trainingRows(data))} pictures, copies included.`,
    comparison.why,
    `Epoch **${bestEpoch}** of ${epochs.length} is the best on validation games, with a mean absolute error of ${formatNumber(epochs[bestEpoch - 1]?.validation.mae, 4)} units of the ${scaler.kind} target; training ${end}.`,
    ...(first && last
      ? [
          `With ${formatCount(first.count)} training games the error per validation game is ${formatPrice(first.error)}, with all ${formatCount(last.count)} it is **${formatPrice(last.error)}**.`,
        ]
      : []),
    `Training took ${formatSeconds(seconds)}, ${formatSeconds(seconds / epochs.length)} an epoch.`,
    '**Against it:** one training from one seed; another would end elsewhere.',
  ];
}

/** The targets that were tried, each by its validation games. */
export const targetRows = ({ results, chosen }: TargetComparison) =>
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
export const targetColumns: Columns<ReturnType<typeof targetRows>[number]> = {
  target: 'Target',
  chosen: ['Chosen', (chosen) => (chosen ? 'yes' : '')],
  mae: ['MAE', formatPrice],
  gap: ['Beside the first', (gap) => (gap ? formatInterval(gap, formatPrice) : NONE)],
  r2Log: ['R² of log prices', (r2) => formatNumber(r2)],
  spearman: ['Rank correlation', (rank) => formatNumber(rank)],
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
  error: ['Error per game', (error) => formatInterval(error, formatPrice)],
};

/** The columns of a comparison of networks. */
export const networkColumns: Columns<NetworkResult> = {
  name: 'Network',
  frozen: ['Learns', (frozen) => (frozen ? 'the head' : 'everything, from scratch')],
  weights: ['Weights that learn', formatCount],
  epochs: 'Epochs',
  bestEpoch: 'Best epoch',
  seconds: ['Training', formatSeconds],
  error: ['Error per game', (error) => formatInterval(error, formatPrice)],
};

/** What fine-tuning came to; null where it was left out. */
export function tuningFacts(
  tuned: Pick<FineTuned, 'before' | 'after' | 'improved' | 'history' | 'weights'> | null | undefined,
): Record<string, string> {
  if (!tuned)
    return {
      'Fine-tuning': 'left out: REPORT_FINE_TUNE_BLOCKS asks for it, and native TensorFlow must be there',
    };
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
