import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePriceRules, perGame } from '../../../lib/studies/prices/perGame';
import {
  fitTarget,
  type HurdleScaler,
  predictedOf,
  type TargetScaler,
  toTarget,
} from '../../../lib/studies/prices/target';
import { type AppId, type Cents, cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';

const scaler = fitTarget('log1p', [0, 99, 499, 999, 1999, 5999]);
type Rows = Parameters<typeof perGame>[0];
/** Rows whose predictions stand for the given prices. */
const rowsFor = (prices: [id: string, price: number][]): Rows =>
  prices.map(([id, price]) => ({ id: id, predicted: predictedOf(scaler, [toTarget(scaler, cents(price))]) }));
const truth = new Map(
  Object.entries({ '9': 499, '100': 999, '2000': 0 }).map(([id, price]): [AppId, Cents] => [
    id,
    cents(price),
  ]),
);
const manyRows = fc.array(fc.tuple(fc.constantFrom('9', '100', '2000'), fc.integer({ min: 0, max: 6000 })), {
  minLength: 1,
  maxLength: 40,
});

describe('perGame', () => {
  it('averages the prices of the pictures of a game when asked, however the rows are mixed', () => {
    const games = perGame(
      rowsFor([
        ['100', 800],
        ['9', 100],
        ['100', 1000],
        ['9', 200],
        ['9', 600],
      ]),
      truth,
      scaler,
      { space: 'price' },
    );
    expect(games.map(({ id, truth, images }) => [id, truth, images])).toEqual([
      ['9', 499, 3],
      ['100', 999, 2],
    ]);
    const [first, second] = games;
    // Prices go through a logarithm and back, each rounded to 1e-16 of a number below 10.
    expectClose([first!.predicted, first!.low, first!.high], [300, 100, 600], 1e-12);
    expectClose([second!.predicted, second!.low, second!.high], [900, 800, 1000], 1e-12);
  });

  it('takes the median, or the mean without the outer fifths, when asked', () => {
    const rows = rowsFor([0, 100, 200, 300, 5000].map((price) => ['9', price]));
    const predicted = (how: 'median' | 'trimmed' | 'mean') =>
      perGame(rows, truth, scaler, { how, space: 'price' })[0]!.predicted;
    expectClose([predicted('median'), predicted('trimmed'), predicted('mean')], [200, 200, 1120], 1e-12);
    const four = rowsFor([0, 100, 200, 900].map((price) => ['9', price]));
    expectClose(
      [perGame(four, truth, scaler, { how: 'trimmed', space: 'price' })[0]!.predicted],
      [300],
      1e-12,
    );
  });

  it('averages what the model says unless asked otherwise, which for a log target is the geometric mean of 1 + price', () => {
    const rows = rowsFor([
      ['9', 99],
      ['9', 9999],
    ]);
    expectClose([perGame(rows, truth, scaler)[0]!.predicted], [999], 1e-12);
  });

  it('is the same in both spaces for standardized prices', () => {
    const linear = fitTarget('standardized', [0, 1000, 2000]);
    const rows = [100, 700, 1300].map((price) => ({
      id: '9',
      predicted: predictedOf(linear, [toTarget(linear, cents(price))]),
    }));
    const [inPrices] = perGame(rows, truth, linear, { space: 'price' });
    const [inTargets] = perGame(rows, truth, linear, { space: 'target' });
    expectClose([inPrices!.predicted, inTargets!.predicted], [700, 700]);
  });

  it('averages logits and log prices of a hurdle each for itself in target space, and prices else', () => {
    const hurdle = { ...fitTarget('hurdle', [100, 10_000]), rule: 'median' } as TargetScaler; // mean log 1,000, deviation log 10
    const rows = [
      [3, 1],
      [2, 0],
      [-1, 0.5],
    ].map((output) => ({ id: '9', predicted: predictedOf(hurdle, output) }));
    const predicted = (how: 'mean' | 'median', space: 'price' | 'target') =>
      perGame(rows, truth, hurdle, { how, space })[0]!.predicted;
    // Prices 10,000, 1,000 and 0; log prices 1, 0 and 0.5 deviations, logits 4/3 or 2: paid.
    expectClose([predicted('mean', 'price'), predicted('median', 'price')], [11_000 / 3, 1000]);
    const half = 1000 * Math.sqrt(10);
    expectClose([predicted('mean', 'target'), predicted('median', 'target')], [half, half]);
    const doubtful = rows.map(({ id, predicted: { output } }) => ({
      id,
      predicted: predictedOf(hurdle, [output[0]! - 2, output[1]!]),
    }));
    expect(perGame(doubtful, truth, hurdle, { space: 'target' })[0]!.predicted).toBe(0); // mean logit −2/3
  });

  it('always predicts a price between those of the pictures, and each row counts for one game', () => {
    const choices = fc.record({
      how: fc.constantFrom('mean', 'median', 'trimmed'),
      space: fc.constantFrom('price', 'target'),
    } as const);
    fc.assert(
      fc.property(manyRows, choices, (prices, options) => {
        const games = perGame(rowsFor(prices), truth, scaler, options);
        expect(games.reduce((sum, game) => sum + game.images, 0)).toBe(prices.length);
        for (const { predicted, low, high } of games) {
          const rounding = 1e-9 * (1 + high);
          expect(predicted).toBeGreaterThanOrEqual(low - rounding);
          expect(predicted).toBeLessThanOrEqual(high + rounding);
        }
      }),
    );
  });

  it('refuses no rows and predictions that are not finite', () => {
    expect(() => perGame([], truth, scaler)).toThrow(withCode('BAD_INPUT'));
    const broken = [{ id: '9', predicted: { output: [Number.NaN], price: cents(0) } }];
    expect(() => perGame(broken, truth, scaler)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('comparing the rules that make a price of a hurdle', () => {
  /** The price of a target of 0 is 1,000 cents. */
  const scaler: HurdleScaler = { kind: 'hurdle', rule: 'median', mean: Math.log(1000), deviation: 1 };
  const row = (id: number, probability: number): Rows[number] => ({
    id: String(id),
    predicted: predictedOf(scaler, [Math.log(probability / (1 - probability)), 0]),
  });
  const truth = (...prices: number[]) => new Map(prices.map((price, i) => [String(i + 1), cents(price)]));

  it('prefers the median where games are free or not as the model says', () => {
    const found = comparePriceRules([row(1, 0.2), row(2, 0.8)], truth(0, 1000), scaler);
    expect(found.map(({ rule }) => rule)).toEqual(['median', 'mean']);
    expectClose(
      found.map(({ mae }) => mae),
      [0, 200],
    );
  });

  it('prefers the mean where the chances hold, but not for the game at hand', () => {
    const found = comparePriceRules([row(1, 0.4), row(2, 0.4)], truth(400, 400), scaler);
    expect(found.map(({ rule }) => rule)).toEqual(['mean', 'median']);
    expectClose(
      found.map(({ mae }) => mae),
      [0, 400],
    );
  });

  it('takes the median where both do alike, whatever the scaler says now', () => {
    const rows = [row(1, 0.5)];
    expect(comparePriceRules(rows, truth(750), { ...scaler, rule: 'mean' })[0]).toEqual({
      rule: 'median',
      mae: expect.closeTo(250, 9),
    });
  });

  it('refuses no rows', () => {
    expect(() => comparePriceRules([], truth(1), scaler)).toThrow(withCode('BAD_INPUT'));
  });
});
