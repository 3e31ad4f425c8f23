import { ReportError } from '../core/errors';
import { byId } from '../data/split';
import type { Draws } from './draws';
import { type BootstrapOptions, bootstrapAll, type Interval } from './intervals';
import { type Evaluation, type PredictedValue, resampledEvaluation } from './regression';

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

/** Every headline metric with its interval. Plain JSON. */
export type Headline = Record<HeadlineMetric, Interval>;

/** Two sets of predictions of the same rows. Plain JSON. */
export interface PairedComparison {
  /** Each metric of the first minus that of the second: of an error below 0 where the first is better, of the others above. */
  difference: Headline;
  /** Mean absolute error of the first over that of the second; null where the second is never wrong in some resample. */
  maeRatio: Interval | null;
}

/**
 * Every headline metric of some predictions with its 95% bootstrap interval, all from the same resamples. Rows are those of items, or of
 * pictures; either way whole items are drawn (the cluster bootstrap: Davison and Hinkley, 1997, section 3.8), as pictures of one item
 * are not independent. The same items and seed draw the same resamples whatever the rows, so figures per picture and per item belong
 * together. Throws `BAD_INPUT` for no rows, values negative or not finite, and options out of range.
 */
export function headline(rows: readonly PredictedRow[], options: BootstrapOptions): Headline {
  const { items, drawsOf } = clusters(rows);
  const evaluation = resampledEvaluation(
    rows.map(({ truth }) => truth),
    rows.map(({ predicted }) => predicted),
  );
  return bootstrapAll(items, (drawn) => figuresOf(evaluation(drawsOf(drawn))), options);
}

/**
 * How predictions do beside others of the same rows, such as the same value for all: the difference of every metric with its interval,
 * both worked out on the same resamples of items, so that what makes an item hard for both does not count. `reference[i]`
 * belongs to row i. An interval without 0 says that the difference is more than luck with these items. Throws what `headline` throws, and
 * `BAD_INPUT` when there is not one reference for each row.
 */
export function compareHeadlines(
  rows: readonly PredictedRow[],
  reference: readonly number[],
  options: BootstrapOptions,
): PairedComparison {
  const { items, drawsOf } = clusters(rows);
  const truth = rows.map(({ truth }) => truth);
  const first = resampledEvaluation(
    truth,
    rows.map(({ predicted }) => predicted),
  );
  const second = resampledEvaluation(truth, reference);
  let neverWrong = false;
  const { maeRatio, ...difference } = bootstrapAll<HeadlineMetric | 'maeRatio'>(
    items,
    (drawn) => {
      const draws = drawsOf(drawn);
      const [a, b] = [first(draws), second(draws)];
      if (b.mae === 0) neverWrong = true;
      const ratio = b.mae === 0 ? 1 : a.mae / b.mae; // the 1 is thrown away below
      return { ...differences(a, b), maeRatio: ratio };
    },
    options,
  );
  return { difference, maeRatio: neverWrong ? null : maeRatio };
}

type Figures = Record<HeadlineMetric, number>;

const figuresOf = (evaluation: Evaluation): Figures =>
  Object.fromEntries(headlineMetrics.map((name) => [name, evaluation[name]])) as Figures; // one for each name, as below

const differences = (a: Figures, b: Figures): Figures =>
  Object.fromEntries(headlineMetrics.map((name) => [name, a[name] - b[name]])) as Figures;

/** The number of items of the rows, and how often each row occurs when some items are drawn. */
function clusters(rows: readonly PredictedRow[]): { items: number; drawsOf: (drawn: Int32Array) => Draws } {
  if (rows.length === 0)
    throw new ReportError('BAD_INPUT', 'There are no predictions: predict some items first.');
  const ids = [...new Set(rows.map(({ id }) => id))].sort(byId);
  const place = new Map(ids.map((id, i) => [id, i]));
  const itemOf = rows.map(({ id }) => place.get(id)!); // of one of the rows
  const drawnItems = new Int32Array(ids.length);
  const draws = { times: new Int32Array(rows.length), count: 0 }; // used again for every resample
  const drawsOf = (drawn: Int32Array): Draws => {
    drawnItems.fill(0);
    for (const item of drawn) drawnItems[item]!++;
    draws.count = 0;
    for (let row = 0; row < itemOf.length; row++) {
      draws.times[row] = drawnItems[itemOf[row]!]!;
      draws.count += draws.times[row]!;
    }
    return draws;
  };
  return { items: ids.length, drawsOf };
}
