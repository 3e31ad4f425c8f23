import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mae } from '../../../lib/metrics/regression';
import { actualByPrediction, errorByPriceBand } from '../../../lib/studies/prices/bands';
import { cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';

const priced = (rows: readonly (readonly [truth: number, predicted: number])[]) =>
  rows.map(([truth, predicted]) => ({ truth: cents(truth), predicted: cents(predicted) }));
const anyGames = fc
  .array(fc.tuple(fc.constantFrom(0, 99, 499, 999, 1999, 5999), fc.integer({ min: 0, max: 6000 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map(priced);

describe('errorByPriceBand', () => {
  it('has the error and the bias of each fifth of the games', () => {
    const games = priced(Array.from({ length: 10 }, (_, i) => [100 * (i + 1), i < 4 ? 500 : 600]));
    expect(errorByPriceBand(games)).toEqual([
      { low: 100, high: 200, games: 2, mae: 350, bias: 350 },
      { low: 300, high: 400, games: 2, mae: 150, bias: 150 },
      { low: 500, high: 600, games: 2, mae: 50, bias: 50 },
      { low: 700, high: 800, games: 2, mae: 150, bias: -150 },
      { low: 900, high: 1000, games: 2, mae: 350, bias: -350 },
    ]);
  });

  it('keeps games of one price together, in fewer bands when most cost the same', () => {
    const free = priced([...Array(7).fill([0, 100]), [999, 999], [1999, 999], [2999, 999]]);
    expect(errorByPriceBand(free).map(({ low, high, games }) => [low, high, games])).toEqual([
      [0, 0, 7],
      [999, 999, 1],
      [1999, 2999, 2],
    ]);
    expect(errorByPriceBand(priced([[5, 6]]))).toEqual([{ low: 5, high: 5, games: 1, mae: 1, bias: 1 }]);
  });

  it('counts every game once, in bands that do not overlap, whose errors make up the whole', () => {
    fc.assert(
      fc.property(anyGames, fc.integer({ min: 1, max: 12 }), (games, count) => {
        const bands = errorByPriceBand(games, count);
        expect(bands.length).toBeLessThanOrEqual(count);
        expect(bands.reduce((sum, band) => sum + band.games, 0)).toBe(games.length);
        bands.forEach((band, i) => {
          if (i > 0) expect(band.low).toBeGreaterThan(bands[i - 1]!.high);
        });
        const whole = mae(
          games.map(({ truth }) => truth),
          games.map(({ predicted }) => predicted),
        );
        expectClose(
          [bands.reduce((sum, band) => sum + band.mae * band.games, 0) / games.length],
          [whole],
          1e-9,
        );
      }),
    );
  });

  it('refuses no games and no bands', () => {
    expect(() => errorByPriceBand([])).toThrow(withCode('BAD_INPUT'));
    expect(() => errorByPriceBand(priced([[1, Number.NaN]]))).toThrow(withCode('BAD_INPUT'));
  });
});

describe('actualByPrediction', () => {
  const options = { seed: 1, resamples: 100 };

  it('has the means of prediction and truth of each group, ascending by prediction', () => {
    const games = priced([
      [900, 400],
      [100, 100],
      [300, 100],
      [500, 200],
      [700, 300],
    ]);
    const found = actualByPrediction(games, options, 2);
    expectClose(
      found.map(({ predicted }) => predicted),
      [400 / 3, 350],
    );
    expectClose(
      found.map(({ actual }) => actual.estimate),
      [300, 800],
    );
    for (const { actual } of found)
      expect(actual.low <= actual.estimate && actual.estimate <= actual.high).toBe(true);
  });

  it('lies on the diagonal for perfect predictions', () => {
    fc.assert(
      fc.property(anyGames, (games) => {
        const perfect = games.map(({ truth }) => ({ truth, predicted: truth }));
        for (const { predicted, actual } of actualByPrediction(perfect, { seed: 1, resamples: 5 })) {
          expectClose([actual.estimate], [predicted]);
        }
      }),
    );
  });

  it('is one group when every game is predicted the same', () => {
    const games = priced([
      [100, 977],
      [500, 977],
      [1500, 977],
    ]);
    expect(actualByPrediction(games, options)).toMatchObject([{ count: 3, predicted: 977 }]);
  });
});
