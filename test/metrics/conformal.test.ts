import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { calibrate, coverage, fewestItems, valueInterval } from '../../lib/metrics/conformal';
import type { PredictedValue } from '../../lib/metrics/regression';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Oracle {
  conformal: { truth: number[]; predicted: number[]; confidence: number; radius: number | null }[];
}
const { conformal } = oracleJson<Oracle>('evaluation');

const priced = (rows: readonly (readonly [truth: number, predicted: number])[]): PredictedValue[] =>
  rows.map(([truth, predicted]) => ({ truth, predicted }));

/** Games whose prices are skewed, with free ones and ties among them, predicted badly and too high: no assumption holds but one. */
function drawnGames(count: number, seed: number): PredictedValue[] {
  const { next, normal } = random(seed, 'conformal test');
  return priced(
    Array.from({ length: count }, () => {
      const truth = next() < 0.1 ? 0 : 50 * Math.round(Math.exp(2.5 + normal()));
      return [truth, 300 + 0.4 * truth * Math.exp(0.3 * normal())] as const;
    }),
  );
}

const continuousGames = (count: number, seed: number): PredictedValue[] => {
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
      if (radius === null) expect(found.reach).toBeNull();
      else expectClose([found.reach!.below, found.reach!.above], [radius, radius]);
    },
  );

  it('takes the 9th of 9 residuals for 90%, and says so when there are only 8', () => {
    // log(1 + truth) is k and log(1 + prediction) 0, so the residuals are 1 to 9.
    const rows = Array.from({ length: 9 }, (_, k) => [Math.expm1(k + 1), 0] as const);
    const enough = calibrate(priced(rows));
    expectClose([enough.reach!.below, enough.reach!.above], [9, 9]);
    expect(enough.warning).toBeNull();
    const few = calibrate(priced(rows.slice(1)));
    expect(few).toMatchObject({ count: 8, reach: null });
    expect(few.warning).toMatch(/^8 validation items are too few .* 90% of the values: it takes 9\. /);
  });

  it.each([
    [0.5, 1],
    [0.8, 4],
    [0.9, 9],
    [0.95, 19],
    [0.99, 99],
  ])('needs for %d at least %d games', (confidence, games) => {
    expect(fewestItems(confidence)).toBe(games);
    expect(calibrate(drawnGames(games, 1), confidence).reach).not.toBeNull();
    if (games > 1) expect(calibrate(drawnGames(games - 1, 1), confidence).reach).toBeNull();
  });

  it.each([
    [0.5, 3],
    [0.8, 9],
    [0.9, 19],
    [0.95, 39],
  ])('needs for %d with the sides apart at least %d games', (confidence, games) => {
    expect(fewestItems(confidence, 'apart')).toBe(games);
    expect(calibrate(drawnGames(games, 1), confidence, 'apart').reach).not.toBeNull();
    const few = calibrate(drawnGames(games - 1, 1), confidence, 'apart');
    expect([few.reach, few.warning]).toEqual([null, expect.stringContaining(`it takes ${games}.`)]);
  });

  it('with the sides apart reaches to the residuals of the rank on each', () => {
    // Residuals log(1 + truth) − log(1 + prediction) from −10 to 9; 19 of 20 on either side for 80%.
    const residuals = Array.from({ length: 20 }, (_, i) => i - 10);
    const games = priced(
      residuals.map(
        (residual) => [Math.expm1(Math.max(0, residual)), Math.expm1(Math.max(0, -residual))] as const,
      ),
    );
    const { below, above } = calibrate(games, 0.8, 'apart').reach!;
    expectClose([below, above], [9, 8]);
  });

  it('with the sides apart is not drawn up by games that are far off below', () => {
    // An eighth is free and predicted at 300, all others are a factor of e off at the usual.
    const games = [...continuousGames(210, 5), ...priced(Array<[number, number]>(30).fill([0, 300]))];
    const together = calibrate(games, 0.9).reach!;
    const apart = calibrate(games, 0.9, 'apart').reach!;
    expect(together.above).toBe(Math.log1p(300));
    expect([apart.below, apart.above < 3]).toEqual([together.below, true]);
    expect(coverage(calibrate(games, 0.9, 'apart'), games).share).toBeGreaterThanOrEqual(0.9);
  });

  it('gets wider with the confidence', () => {
    const games = drawnGames(60, 2);
    const radii = [0.5, 0.7, 0.9, 0.95].map((confidence) => calibrate(games, confidence).reach!.above);
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
      () => valueInterval(calibrate(drawnGames(20, 1)), -1),
      () => valueInterval(calibrate(drawnGames(2, 1)), Number.NaN),
    ];
    for (const attempt of wrong) expect(attempt).toThrow(withCode('BAD_INPUT'));
  });
});

describe('an interval', () => {
  it('reaches as far below as above by a factor, so further above in cents, and never below 0', () => {
    const reach = { below: Math.log(2), above: Math.log(2) };
    const twice = { confidence: 0.9, count: 50, reach, warning: null };
    const { low, high } = valueInterval(twice, 999);
    expectClose([low, high!], [499, 1999]);
    expect(valueInterval(twice, 0.5).low).toBe(0);
  });

  it('has no upper end when there were too few games, and then holds every price', () => {
    const few = calibrate(drawnGames(3, 1));
    expect(valueInterval(few, 999)).toEqual({ low: 0, high: null });
    expect(coverage(few, drawnGames(40, 2))).toMatchObject({ successes: 40, share: 1 });
  });

  it('lies around its prediction', () => {
    const calibration = calibrate(drawnGames(40, 3));
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (price) => {
        const { low, high } = valueInterval(calibration, price);
        const rounding = 1e-9 * (1 + price);
        expect(low >= 0 && low <= price + rounding && high! >= price - rounding).toBe(true);
      }),
    );
  });
});

describe('coverage', () => {
  it('counts the games whose price is in their interval, edges included', () => {
    const games = priced([
      [1999, 999],
      [499, 999],
      [498, 999],
      [2001, 999],
      [999, 999],
    ]);
    // log(2000) − log(1000) is log 2 but for the last digit.
    const reach = { below: Math.log(2) + 1e-12, above: Math.log(2) + 1e-12 };
    const calibration = { confidence: 0.9, count: 50, reach, warning: null };
    const { successes, count, share } = coverage(calibration, games);
    expect([successes, count, share]).toEqual([3, 5, 0.6]);
  });

  it('holds the games it was calibrated on to the last one of the rank', () => {
    for (const confidence of [0.5, 0.8, 0.9]) {
      const games = drawnGames(37, 4);
      const { successes } = coverage(calibrate(games, confidence), games);
      expect(successes).toBeGreaterThanOrEqual(Math.ceil(38 * confidence));
    }
  });

  const kinds: [string, (count: number, seed: number) => PredictedValue[]][] = [
    ['skewed prices with ties', drawnGames],
    ['prices without ties', continuousGames],
  ];
  describe.each(kinds)('on average over new games, with %s,', (_kind, draw) => {
    it.each([
      [0.9, 15, 'together'],
      [0.9, 50, 'together'],
      [0.7, 9, 'together'],
      [0.9, 50, 'apart'],
      [0.8, 9, 'apart'],
    ] as const)('is at least %d, calibrated on %d games with the sides %s', (confidence, count, sides) => {
      const trials = 3000;
      let covered = 0;
      for (let trial = 0; trial < trials; trial++) {
        const games = draw(count + 1, trial);
        covered += coverage(
          calibrate(games.slice(0, count), confidence, sides),
          games.slice(count),
        ).successes;
      }
      // Each trial is one game on its own calibration: a standard error of √(c (1 − c) / trials); four of those.
      const error = 4 * Math.sqrt((confidence * (1 - confidence)) / trials);
      expect(covered / trials).toBeGreaterThan(confidence - error);
      // Without ties at most confidence + 1 / (count + 1) (Lei et al., theorem 2), on each side with the sides apart.
      const most = confidence + (sides === 'apart' ? 2 : 1) / (count + 1) + error;
      if (draw === continuousGames) expect(covered / trials).toBeLessThan(most);
    });
  });
});
