import { ReportError } from '../core/errors';
import { fitBaselines } from './baselines';
import { clusters } from './clusters';
import { meanOf } from './draws';
import { type BootstrapOptions, bootstrapAll, type Interval } from './intervals';
import {
  type Evaluation,
  errorsOf,
  type PredictedValue,
  pairs,
  pairsOf,
  resampledEvaluation,
} from './regression';

/** A value predicted for an item, or from one of its pictures. */
export interface PredictedRow extends PredictedValue {
  /** Of the item. */
  id: string;
}

/** The figures that stand for a model, each with an interval. */
export const headlineMetrics = [
  'mse',
  'mae',
  'rmse',
  'medianAe',
  'r2',
  'r2Log',
  'spearman',
  'within25',
  'within50',
] as const satisfies readonly (keyof Evaluation)[];

export type HeadlineMetric = (typeof headlineMetrics)[number];

type Figures = Record<HeadlineMetric, number>;

/** Every headline metric with its interval. Plain JSON. */
export type Headline = Record<HeadlineMetric, Interval>;

/** Every headline metric with its interval, from resamples of whole items (see `clusters`). Throws `BAD_INPUT`. */
export function headline(rows: readonly PredictedRow[], options: BootstrapOptions): Headline {
  const { count, drawsOf } = clusters(rows.map(({ id }) => id));
  const { y, p } = pairsOf(rows);
  const evaluation = resampledEvaluation(y, p);
  const figures = (drawn: Int32Array) => {
    const found = evaluation(drawsOf(drawn));
    return Object.fromEntries(headlineMetrics.map((name) => [name, found[name]])) as Figures; // one for each name
  };
  return bootstrapAll(count, figures, options);
}

/** The mean absolute error of predictions minus that of `reference` on the same resamples of items. Throws what `headline` throws. */
export function compareErrors(
  rows: readonly PredictedRow[],
  reference: readonly number[],
  options: BootstrapOptions,
): { difference: Interval } {
  const { count, drawsOf } = clusters(rows.map(({ id }) => id));
  const { y, p } = pairsOf(rows);
  const [errors, others] = [errorsOf(y, p), errorsOf(y, pairs(y, reference).p)];
  const figures = (drawn: Int32Array) => {
    const draws = drawsOf(drawn);
    return { difference: meanOf(errors, draws) - meanOf(others, draws) };
  };
  return bootstrapAll(count, figures, options);
}

/** A model by its name, with the value it predicts for each test item. */
export interface ModelPredictions {
  name: string;
  predicted: ReadonlyMap<string, number>;
}

/** How a model does on the test items. Plain JSON. */
export type ModelResult = ReturnType<typeof compareModels>[number];

/** Judges models on the same resamples of the test items, behind mean and median of the training labels. Throws `BAD_INPUT`. */
export function compareModels(
  truth: ReadonlyMap<string, number>,
  models: readonly ModelPredictions[],
  training: ArrayLike<number>,
  names: Record<'mean' | 'median', string>,
  options: BootstrapOptions,
) {
  const ids = [...truth.keys()];
  const constant = fitBaselines(training).map(({ name, value }) => ({
    name: names[name],
    values: ids.map(() => value),
  }));
  const median = constant[1]!.values; // fitBaselines gives mean and median, in this order
  const seeing = models.map((model) => ({ name: model.name, values: ids.map((id) => valueFor(model, id)) }));
  return [...constant, ...seeing].map(({ name, values }) => {
    const rows = ids.map((id, i): PredictedRow => ({ id, truth: truth.get(id)!, predicted: values[i]! })); // one for each
    return {
      name,
      headline: headline(rows, options),
      /** Beside the median of the training labels; null for that itself. */
      versusMedian: values === median ? null : compareErrors(rows, median, options),
    };
  });
}

function valueFor({ name, predicted }: ModelPredictions, id: string): number {
  const value = predicted.get(id);
  if (value !== undefined) return value;
  throw new ReportError('BAD_INPUT', `"${name}" does not predict ${id}: leave one of them out.`);
}
