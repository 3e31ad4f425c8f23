import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calibrate,
  coverage,
  fewestGames,
  type PredictedPrice,
  priceInterval,
} from '../../lib/evaluation/conformal';
import { random } from '../../lib/random';
import { cents } from '../../lib/units';
import { oracleJson } from '../oracle';
import { expectClose, withCode } from '../prices/close';

interface Oracle {
  conformal: { truth: number[]; predicted: number[]; confidence: number; radius: number | null }[];
}
const { conformal } = oracleJson<Oracle>('evaluation');

const priced = (rows: readonly (readonly [truth: number, predicted: number])[]): PredictedPrice[] =>
  rows.map(([truth, predicted]) => ({ truth: cents(truth), predicted: cents(predicted) }));

/** Games whose prices are skewed, with free ones and ties among them, predicted badly and too high: no assumption holds but one. */
function drawnGames(count: number, seed: number): PredictedPrice[] {
  const { next, normal } = random(seed, 'conformal test');
  return priced(
    Array.from({ length: count }, () => {
      const truth = next() < 0.1 ? 0 : 50 * Math.round(Math.exp(2.5 + normal()));
      return [truth, 300 + 0.4 * truth * Math.exp(0.3 * normal())] as const;
    }),
  );
}

const continuousGames = (count: number, seed: number): PredictedPrice[] => {
  const { normal } = random(seed, 'conformal test', 'continuous');
  return priced(
    Array.from({ length: count }, () => [Math.exp(6 + normal()), Math.exp(6 + 0.5 * normal())] as const),
  );
};

describe('calibrate', () => {
  it.each(conformal.map((row) => ({ ...row, games: row.truth.length })))(
    'has the radius that numpy finds for $games games at $confidence',
    ({ truth, predicted, confidence, radius }) => {
      const found = calibrate(priced(truth.map((price, i) => [price, predicted[i]!])), confidence);
      if (radius === null) expect(found.radius).toBeNull();
      else expectClose([found.radius!], [radius]);
    },
  );

  it('takes the 9th of 9 residuals for 90%, and says so when there are only 8', () => {
    // log(1 + truth) is k and log(1 + prediction) 0, so the residuals are 1 to 9.
    const rows = Array.from({ length: 9 }, (_, k) => [Math.expm1(k + 1), 0] as const);
    const enough = calibrate(priced(rows));
    expectClose([enough.radius!], [9]);
    expect(enough.warning).toBeNull();
    const few = calibrate(priced(rows.slice(1)));
    expect(few).toMatchObject({ games: 8, radius: null });
    expect(few.warning).toMatch(/^8 validation games are too few .* 90% of the prices: it takes 9\. /);
  });

  it.each([
    [0.5, 1],
    [0.8, 4],
    [0.9, 9],
    [0.95, 19],
    [0.99, 99],
  ])('needs for %d at least %d games', (confidence, games) => {
    expect(fewestGames(confidence)).toBe(games);
    expect(calibrate(drawnGames(games, 1), confidence).radius).not.toBeNull();
    if (games > 1) expect(calibrate(drawnGames(games - 1, 1), confidence).radius).toBeNull();
  });

  it('gets wider with the confidence', () => {
    const games = drawnGames(60, 2);
    const radii = [0.5, 0.7, 0.9, 0.95].map((confidence) => calibrate(games, confidence).radius!);
    expect(radii).toEqual([...radii].sort((a, b) => a - b));
  });

  it('refuses no games, prices that are none and a confidence out of range', () => {
    const wrong = [
      () => calibrate([]),
      () => calibrate(priced([[-1, 1]])),
      () => calibrate(priced([[1, Number.NaN]])),
      () => calibrate(drawnGames(20, 1), 1),
      () => calibrate(drawnGames(20, 1), Number.NaN),
      () => coverage(calibrate(drawnGames(20, 1)), []),
      () => priceInterval(calibrate(drawnGames(20, 1)), cents(-1)),
      () => priceInterval(calibrate(drawnGames(2, 1)), cents(Number.NaN)),
    ];
    for (const attempt of wrong) expect(attempt).toThrow(withCode('BAD_INPUT'));
  });
});

describe('an interval', () => {
  it('reaches as far below as above by a factor, so further above in cents, and never below 0', () => {
    const twice = { confidence: 0.9, games: 50, radius: Math.log(2), warning: null };
    const { low, high } = priceInterval(twice, cents(999));
    expectClose([low, high!], [499, 1999]);
    expect(priceInterval(twice, cents(0.5)).low).toBe(0);
  });

  it('has no upper end when there were too few games, and then holds every price', () => {
    const few = calibrate(drawnGames(3, 1));
    expect(priceInterval(few, cents(999))).toEqual({ low: 0, high: null });
    expect(coverage(few, drawnGames(40, 2))).toMatchObject({ successes: 40, share: 1 });
  });

  it('lies around its prediction', () => {
    const calibration = calibrate(drawnGames(40, 3));
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (price) => {
        const { low, high } = priceInterval(calibration, cents(price));
        const rounding = 1e-9 * (1 + price);
        expect(low >= 0 && low <= price + rounding && high! >= price - rounding).toBe(true);
      }),
    );
  });
});

describe('coverage', () => {
  it('counts the games whose price is in their interval, edges included', () => {
    const calibration = { confidence: 0.9, games: 50, radius: Math.log(2), warning: null };
    const games = priced([
      [1999, 999],
      [499, 999],
      [498, 999],
      [2001, 999],
      [999, 999],
    ]);
    // log(2000) − log(1000) is log 2 but for the last digit.
    const { successes, count, share } = coverage({ ...calibration, radius: Math.log(2) + 1e-12 }, games);
    expect([successes, count, share]).toEqual([3, 5, 0.6]);
  });

  it('holds the games it was calibrated on to the last one of the rank', () => {
    for (const confidence of [0.5, 0.8, 0.9]) {
      const games = drawnGames(37, 4);
      const { successes } = coverage(calibrate(games, confidence), games);
      expect(successes).toBeGreaterThanOrEqual(Math.ceil(38 * confidence));
    }
  });

  const kinds: [string, (count: number, seed: number) => PredictedPrice[]][] = [
    ['skewed prices with ties', drawnGames],
    ['prices without ties', continuousGames],
  ];
  describe.each(kinds)('on average over new games, with %s,', (_kind, draw) => {
    it.each([
      [0.9, 15],
      [0.9, 50],
      [0.7, 9],
    ])('is at least %d, calibrated on %d games', (confidence, count) => {
      const trials = 3000;
      let covered = 0;
      for (let trial = 0; trial < trials; trial++) {
        const games = draw(count + 1, trial);
        covered += coverage(calibrate(games.slice(0, count), confidence), games.slice(count)).successes;
      }
      // Each trial is one game on its own calibration: a standard error of √(c (1 − c) / trials); four of those.
      const error = 4 * Math.sqrt((confidence * (1 - confidence)) / trials);
      expect(covered / trials).toBeGreaterThan(confidence - error);
      // Without ties at most confidence + 1 / (count + 1) (Lei et al., theorem 2).
      const most = draw === continuousGames ? confidence + 1 / (count + 1) + error : 1;
      expect(covered / trials).toBeLessThan(most);
    });
  });
});
