import { ReportError } from '../../core/errors';
import { byId } from '../../data/split';
import { type BootstrapOptions, bootstrapAll, type Interval } from '../../metrics/intervals';
import { type HeadlineMetric, headlineMetrics, resampledMetrics } from '../../metrics/resampled';
import type { AppId, Cents } from './units';

/** A price predicted for a game, or from one of its pictures, in EUR cents. */
export interface PricedRow {
  id: AppId;
  truth: Cents;
  predicted: Cents;
}

/** Every headline metric with its interval. A plain record that can be kept as JSON. */
export type Headline = Record<HeadlineMetric, Interval>;

/** Two sets of predictions of the same rows. A plain record that can be kept as JSON. */
export interface PairedComparison {
  /** Each metric of the first minus that of the second: of an error below 0 where the first is better, of the others above. */
  difference: Headline;
  /** Mean absolute error of the first over that of the second; null where the second is never wrong in some resample. */
  maeRatio: Interval | null;
}

/**
 * Every headline metric of some predictions with its 95% bootstrap interval, all from the same resamples. Rows are those of games, or of
 * pictures; either way whole games are drawn (the cluster bootstrap: Davison and Hinkley, 1997, section 3.8), as pictures of one game
 * are not independent. The same games and seed draw the same resamples whatever the rows, so figures per picture and per game belong
 * together. Throws `BAD_INPUT` for no rows, prices negative or not finite, and options out of range.
 */
export function headline(rows: readonly PricedRow[], options: BootstrapOptions): Headline {
  const { games, drawsOf } = clusters(rows);
  const metrics = resampledMetrics(
    rows.map(({ truth }) => truth),
    rows.map(({ predicted }) => predicted),
  );
  return bootstrapAll(games, (drawn) => metrics(drawsOf(drawn)), options);
}

/**
 * How predictions do beside others of the same rows, such as the median price for all: the difference of every metric with its interval,
 * both worked out on the same resamples of games, so that what makes a game hard for both does not count. `reference[i]` (EUR cents)
 * belongs to row i. An interval without 0 says that the difference is more than luck with these games. Throws what `headline` throws, and
 * `BAD_INPUT` when there is not one reference for each row.
 */
export function compareHeadlines(
  rows: readonly PricedRow[],
  reference: readonly Cents[],
  options: BootstrapOptions,
): PairedComparison {
  const { games, drawsOf } = clusters(rows);
  const truth = rows.map(({ truth }) => truth);
  const first = resampledMetrics(
    truth,
    rows.map(({ predicted }) => predicted),
  );
  const second = resampledMetrics(truth, reference);
  let neverWrong = false;
  const { maeRatio, ...difference } = bootstrapAll<HeadlineMetric | 'maeRatio'>(
    games,
    (drawn) => {
      const draws = drawsOf(drawn);
      const [a, b] = [first(draws), second(draws)];
      if (b.maeCents === 0) neverWrong = true;
      const ratio = b.maeCents === 0 ? 1 : a.maeCents / b.maeCents; // the 1 is thrown away below
      return { ...differences(a, b), maeRatio: ratio };
    },
    options,
  );
  return { difference, maeRatio: neverWrong ? null : maeRatio };
}

type Figures = Record<HeadlineMetric, number>;

const differences = (a: Figures, b: Figures): Figures =>
  Object.fromEntries(headlineMetrics.map((name) => [name, a[name] - b[name]])) as Figures; // one for each name

/** The games of the rows, and how often each row occurs when some games are drawn. */
function clusters(rows: readonly PricedRow[]): { games: number; drawsOf: (drawn: Int32Array) => Int32Array } {
  if (rows.length === 0)
    throw new ReportError('BAD_INPUT', 'There are no predictions: predict some games first.');
  const ids = [...new Set(rows.map(({ id }) => id))].sort(byId);
  const place = new Map(ids.map((id, i) => [id, i]));
  const gameOf = rows.map(({ id }) => place.get(id)!); // of one of the rows
  const times = new Int32Array(ids.length);
  const draws = new Int32Array(rows.length); // used again for every resample
  const drawsOf = (drawn: Int32Array): Int32Array => {
    times.fill(0);
    for (const game of drawn) times[game]!++;
    for (let row = 0; row < draws.length; row++) draws[row] = times[gameOf[row]!]!; // as many
    return draws;
  };
  return { games: ids.length, drawsOf };
}
