import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { mae } from '../../../lib/metrics/regression';
import { errorByImages, oneImageVersusMean } from '../../../lib/studies/prices/errorByImages';
import { perGame } from '../../../lib/studies/prices/perGame';
import { fitTarget, predictedOf, toTarget } from '../../../lib/studies/prices/target';
import { type AppId, type Cents, cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';

const scaler = fitTarget('standardized', [0, 499, 999, 1999]);
const row = (id: string, price: number) => ({
  id,
  predicted: predictedOf(scaler, [toTarget(scaler, cents(price))]),
});
const prices = (entries: Record<string, number>) =>
  new Map(Object.entries(entries).map(([id, price]): [AppId, Cents] => [id, cents(price)]));

/** 40 games that cost 3,000, whose pictures are off by independent normal errors of deviation 500. */
const { normal } = random(11, 'pictures');
const ids = Array.from({ length: 40 }, (_, i) => String(10 * (i + 1)));
const noisy = ids.flatMap((id) => Array.from({ length: 9 }, () => row(id, 3000 + 500 * normal())));
const noisyTruth = prices(Object.fromEntries(ids.map((id) => [id, 3000])));

describe('oneImageVersusMean', () => {
  it('has the mean error of the single pictures and the error of their mean', () => {
    const rows = [row('10', 400), row('10', 800), row('20', 100), row('20', 300)];
    const result = oneImageVersusMean(rows, prices({ '10': 500, '20': 0 }), scaler);
    // 400 and 800 lie on both sides of 500, so they make up for each other; 100 and 300 both lie above 0.
    expect(result.games.map(({ id }) => id)).toEqual(['10', '20']);
    expectClose(
      result.games.flatMap((game) => [game.one, game.all]),
      [200, 100, 200, 200],
    );
    expectClose([result.oneImageMae, result.allImagesMae], [200, 150]);
  });

  it('weighs games alike, however many pictures they have', () => {
    const rows = [row('10', 100), ...Array.from({ length: 9 }, () => row('20', 300))];
    expectClose([oneImageVersusMean(rows, prices({ '10': 0, '20': 0 }), scaler).oneImageMae], [200]);
  });

  it('is never worse by the mean of the prices than by one picture', () => {
    const pictures = fc.array(
      fc.tuple(fc.constantFrom('10', '20', '30'), fc.integer({ min: 0, max: 6000 })),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(pictures, fc.integer({ min: 0, max: 6000 }), (pictures, price) => {
        const rows = pictures.map(([id, price]) => row(id, price));
        const { games } = oneImageVersusMean(rows, prices({ '10': price, '20': 500, '30': 0 }), scaler);
        for (const { one, all } of games) {
          expect(all).toBeLessThanOrEqual(one + 1e-9); // rounding
        }
      }),
    );
  });

  it('says for which share of the games all pictures are better', () => {
    const rows = [row('10', 400), row('10', 600), row('20', 100), row('20', 100)];
    expect(oneImageVersusMean(rows, prices({ '10': 500, '20': 0 }), scaler).improvedShare).toBe(0.5);
    expect(oneImageVersusMean(noisy, noisyTruth, scaler).improvedShare).toBeGreaterThan(0.9);
  });
});

describe('errorByImages', () => {
  it('falls with the root of the number of pictures when their errors are independent', () => {
    const curve = errorByImages(noisy, noisyTruth, scaler, { seed: 1 });
    expect(curve.map(({ images }) => images)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // E|error| = 500 √(2/π) / √k. The 360 errors are one sample: at k pictures 40 · 9/k independent means, each with a relative
    // deviation of 0.76, so at most 0.12 at k = 9; four of those.
    for (const { images, mae } of curve) {
      const expected = (500 * Math.sqrt(2 / Math.PI)) / Math.sqrt(images);
      expect(Math.abs(mae / expected - 1)).toBeLessThan(4 * 0.76 * Math.sqrt(images / 360));
    }
  });

  it('begins at the error of one picture and ends at that of all, where nothing is left to draw', () => {
    const curve = errorByImages(noisy, noisyTruth, scaler, { seed: 1 });
    const { oneImageMae, allImagesMae } = oneImageVersusMean(noisy, noisyTruth, scaler);
    // The mean of 50 draws of 40 pictures: relative deviation below 0.76 / √2,000 = 0.017.
    expect(Math.abs(curve[0]!.mae / oneImageMae - 1)).toBeLessThan(0.03);
    expectClose([curve[8]!.mae], [allImagesMae], 1e-9);
    const games = perGame(noisy, noisyTruth, scaler);
    expectClose(
      [allImagesMae],
      [
        mae(
          games.map((game) => game.truth),
          games.map((game) => game.predicted),
        ),
      ],
    );
  });

  it('goes as far as half of the games have pictures', () => {
    const counts = { '10': 5, '20': 3, '30': 3, '40': 1 };
    const rows = Object.entries(counts).flatMap(([id, n]) =>
      Array.from({ length: n }, (_, i) => row(id, 100 * i)),
    );
    const truth = prices({ '10': 0, '20': 0, '30': 0, '40': 0 });
    expect(errorByImages(rows, truth, scaler, { seed: 1 }).map(({ images }) => images)).toEqual([1, 2, 3]);
  });

  it('is the same for a seed whatever the order of the games, and another for another seed', () => {
    const curve = errorByImages(noisy, noisyTruth, scaler, { seed: 1 });
    const reordered = ids.toReversed().flatMap((id) => noisy.filter((row) => row.id === id));
    expect(errorByImages(reordered, noisyTruth, scaler, { seed: 1 })).toEqual(curve);
    expect(errorByImages(noisy, noisyTruth, scaler, { seed: 2 })).not.toEqual(curve);
  });

  it('refuses no rows', () => {
    expect(() => errorByImages([], noisyTruth, scaler, { seed: 1 })).toThrow(withCode('BAD_INPUT'));
  });
});
