import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import {
  compareErrors,
  compareModels,
  headline,
  headlineMetrics,
  type PredictedRow,
} from '../../lib/metrics/headline';
import { bootstrapMean, pairedDifference } from '../../lib/metrics/intervals';
import { evaluate, spearman } from '../../lib/metrics/regression';
import { expectClose, withCode } from '../data/close';
import { bootstrap } from './bootstrap';
import { r2Log } from './r2Log';

/** Games with `pictures` predictions each; pictures of a game share `shared` of their error. */
function drawnRows(games: number, pictures: number, shared = 0.5, seed = 1): PredictedRow[] {
  const { normal } = random(seed, 'headline test', games, pictures);
  return Array.from({ length: games }, (_, game) => {
    const truth = Math.round(Math.exp(6.5 + normal()));
    const common = normal();
    return Array.from({ length: pictures }, () => {
      const error = Math.sqrt(shared) * common + Math.sqrt(1 - shared) * normal();
      return {
        id: String(game + 1),
        truth,
        predicted: truth * Math.exp(0.4 * error),
      };
    });
  }).flat();
}

const games = drawnRows(60, 1);
const truth = games.map((row) => row.truth);
const predicted = games.map((row) => row.predicted);
const width = ({ low, high }: { low: number; high: number }): number => high - low;

describe('headline', () => {
  it('has the metrics that evaluate has, each within its interval', () => {
    const found = headline(games, { seed: 1 });
    const expected = evaluate(truth, predicted);
    for (const name of headlineMetrics) {
      const { estimate, low, high } = found[name];
      expectClose([estimate], [expected[name]], 1e-9);
      expect(low <= estimate && estimate <= high, name).toBe(true);
    }
  });

  it('has the intervals that each metric has alone: all come from the same resamples', () => {
    const options = { seed: 4, resamples: 200 };
    const found = headline(games, options);
    const ofDrawn = (metric: typeof r2Log) => (drawn: Int32Array) => {
      const pick = (values: readonly number[]) => Array.from(drawn, (row) => values[row]!);
      return metric(pick(truth), pick(predicted));
    };
    const alone = {
      mae: bootstrapMean(
        truth.map((price, i) => Math.abs(price - predicted[i]!)),
        options,
      ),
      r2Log: bootstrap(games.length, ofDrawn(r2Log), options),
      spearman: bootstrap(games.length, ofDrawn(spearman), options),
    };
    for (const name of ['mae', 'r2Log', 'spearman'] as const) {
      expectClose([found[name].low, found[name].high], [alone[name].low, alone[name].high], 1e-9);
    }
  });

  it('draws whole games: pictures that repeat each other make no interval narrower', () => {
    const repeated = drawnRows(60, 1).flatMap((row) => Array<PredictedRow>(9).fill(row));
    expect(headline(repeated, { seed: 1, resamples: 200 }).mae).toEqual(
      // The same resamples of the same games; nine times the rows change sums by rounding only.
      closeInterval(headline(games, { seed: 1, resamples: 200 }).mae),
    );
  });

  it('has narrower intervals when the pictures of a game err independently', () => {
    const dependent = headline(drawnRows(60, 9, 1), { seed: 1, resamples: 400 });
    const independent = headline(drawnRows(60, 9, 0), { seed: 1, resamples: 400 });
    expect(width(independent.within25)).toBeLessThan(0.6 * width(dependent.within25));
  });

  it('does not depend on the order of the rows', () => {
    const rows = drawnRows(20, 3);
    const mixed = random(1, 'order').shuffle(rows);
    expect(headline(mixed, { seed: 1, resamples: 100 }).mae).toEqual(
      closeInterval(headline(rows, { seed: 1, resamples: 100 }).mae),
    );
  });

  it('covers the true error about as often as it says, for pictures of games', () => {
    // |error| of a log-normal factor on a price: taken from many games, of which 40 are then drawn at a time.
    const all = drawnRows(4000, 4, 0.7, 9);
    const trueMae = headline(all, { seed: 1, resamples: 1 }).mae.estimate;
    let covered = 0;
    for (let trial = 0; trial < 100; trial++) {
      const { low, high } = headline(all.slice(160 * trial, 160 * (trial + 1)), {
        seed: trial,
        resamples: 200,
      }).mae;
      if (low <= trueMae && trueMae <= high) covered++;
    }
    // Skewed errors of 40 games: percentile intervals reach about 90%; the standard error of 100 trials is 3%, four of those.
    expect(covered).toBeGreaterThan(78);
  });

  it('refuses no rows and prices that are none', () => {
    expect(() => headline([], { seed: 1 })).toThrow(withCode('BAD_INPUT'));
    const wrong = [{ id: '1', truth: 1, predicted: -1 }];
    expect(() => headline(wrong, { seed: 1 })).toThrow(withCode('BAD_INPUT'));
  });
});

describe('compareErrors', () => {
  // 30 cents further off, and for a tenth of the games 30 cents nearer.
  const worse = games.map(({ truth, predicted }, i) =>
    Math.max(0, predicted + (i % 10 === 0 ? -30 : 30) * Math.sign(predicted - truth)),
  );

  it('has the difference of the errors with the paired interval', () => {
    const options = { seed: 2, resamples: 300 };
    const { difference } = compareErrors(games, worse, options);
    const [a, b] = [evaluate(truth, predicted), evaluate(truth, worse)];
    expectClose([difference.estimate], [a.mae - b.mae], 1e-6); // of near numbers
    const errors = (prices: readonly number[]) => prices.map((price, i) => Math.abs(price - truth[i]!));
    const paired = pairedDifference(errors(predicted), errors(worse), options);
    expectClose([difference.low, difference.high], [paired.low, paired.high], 1e-9);
  });

  it('finds nothing between predictions and themselves', () => {
    const { difference } = compareErrors(games, predicted, { seed: 1, resamples: 50 });
    expect(difference).toMatchObject({ estimate: 0, low: 0, high: 0 });
  });

  it('finds a small difference that two separate intervals would not', () => {
    const { difference } = compareErrors(games, worse, { seed: 1 });
    expect(difference.high).toBeLessThan(0);
    const [a, b] = [predicted, worse].map(
      (prices) =>
        headline(
          games.map((row, i) => ({ ...row, predicted: prices[i]! })),
          { seed: 1 },
        ).mae,
    );
    expect(a!.high).toBeGreaterThan(b!.low);
  });

  it('refuses another number of references than rows', () => {
    expect(() => compareErrors(games, truth.slice(1), { seed: 1 })).toThrow(withCode('BAD_INPUT'));
  });
});

/** An interval whose numbers may differ by rounding. */
const closeInterval = (interval: { estimate: number; low: number; high: number }): unknown => ({
  ...interval,
  estimate: expect.closeTo(interval.estimate, 6),
  low: expect.closeTo(interval.low, 6),
  high: expect.closeTo(interval.high, 6),
});

describe('compareModels', () => {
  const valued = (values: readonly number[]): Map<string, number> =>
    new Map(values.map((value, i) => [String(i + 1), value]));
  const names = { mean: 'the mean', median: 'the median' };
  const truth = valued([100, 300, 500, 1500, 0, 900, 2500, 400]);
  const training = [0, 100, 500, 800, 3000];
  const options = { seed: 1, resamples: 200 };
  const close = { name: 'close', predicted: valued([...truth.values()].map((value) => value + 10)) };

  const results = compareModels(truth, [close], training, names, options);

  it('sets the models behind the mean and the median of the training labels', () => {
    expect(results.map(({ name }) => name)).toEqual(['the mean', 'the median', 'close']);
    const errors = (constant: number) =>
      [...truth.values()].reduce((sum, value) => sum + Math.abs(value - constant), 0) / truth.size;
    expectClose(
      results.map((result) => result.headline.mae.estimate),
      [errors(880), errors(500), 10],
    );
  });

  it('compares each but the median with the median, item by item', () => {
    expect(results.map(({ versusMedian }) => versusMedian === null)).toEqual([false, true, false]);
    const { versusMedian } = results[2]!;
    const [, median] = results;
    expectClose([versusMedian!.difference.estimate], [10 - median!.headline.mae.estimate]);
    expect(versusMedian!.difference.high).toBeLessThan(0);
  });

  it('judges every model on the resamples that a headline of its own has', () => {
    const rows = [...truth].map(([id, value]) => ({
      id,
      truth: value,
      predicted: close.predicted.get(id)!,
    }));
    expect(results[2]!.headline).toEqual(headline(rows, options));
  });

  it('does not look at other items, and does not accept missing ones', () => {
    const more = { ...close, predicted: new Map([...close.predicted, ['999', 1]]) };
    expect(compareModels(truth, [more], training, names, options)).toEqual(results);
    const fewer = { ...close, predicted: new Map([...close.predicted].slice(1)) };
    expect(() => compareModels(truth, [fewer], training, names, options)).toThrow(
      /"close" does not predict 1:/,
    );
    expect(() => compareModels(truth, [], [], names, options)).toThrow(withCode('BAD_INPUT'));
    expect(() => compareModels(new Map(), [], training, names, options)).toThrow(withCode('BAD_INPUT'));
  });
});
