import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { calibrate, coverage, fewestItems, valueInterval } from '../../lib/metrics/conformal';
import type { PredictedValue } from '../../lib/metrics/regression';
import { expectClose, withCode } from '../data/close';

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
  it.each([
    [0.5, 3],
    [0.8, 9],
    [0.9, 19],
    [0.95, 39],
  ])('needs for %d at least %d games', (confidence, games) => {
    expect(fewestItems(confidence)).toBe(games);
    expect(calibrate(drawnGames(games, 1), confidence).reach).not.toBeNull();
    const few = calibrate(drawnGames(games - 1, 1), confidence);
    expect([few.reach, few.warning]).toEqual([null, expect.stringContaining(`it takes ${games}.`)]);
  });

  it('reaches to the residuals of the rank on each', () => {
    // Residuals log(1 + truth) − log(1 + prediction) from −10 to 9; 19 of 20 on either side for 80%.
    const residuals = Array.from({ length: 20 }, (_, i) => i - 10);
    const games = priced(
      residuals.map(
        (residual) => [Math.expm1(Math.max(0, residual)), Math.expm1(Math.max(0, -residual))] as const,
      ),
    );
    const { below, above } = calibrate(games, 0.8).reach!;
    expectClose([below, above], [9, 8]);
  });

  it('is not drawn up by games that are far off below', () => {
    // An eighth is free and predicted at 300, all others are a factor of e off at the usual.
    const games = [...continuousGames(210, 5), ...priced(Array<[number, number]>(30).fill([0, 300]))];
    const calibration = calibrate(games, 0.9);
    const { below, above } = calibration.reach!;
    expect([below, above < 3]).toEqual([Math.log1p(300), true]);
    expect(coverage(calibration, games).share).toBeGreaterThanOrEqual(0.9);
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
      [0.9, 50],
      [0.8, 9],
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
      // Without ties at most confidence + 1 / (count + 1) (Lei et al., theorem 2) on each side.
      const most = confidence + 2 / (count + 1) + error;
      if (draw === continuousGames) expect(covered / trials).toBeLessThan(most);
    });
  });
});
