import { describe, expect, it } from 'vitest';
import type { PicturePrediction } from '../../../lib/studies/prices/perGame';
import { comparePriceRules } from '../../../lib/studies/prices/perGame';
import type { HurdleScaler } from '../../../lib/studies/prices/target';
import { cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';

/** The price of a target of 0 is 1,000 cents. */
const scaler: HurdleScaler = { kind: 'hurdle', rule: 'median', mean: Math.log(1000), deviation: 1 };
const row = (id: number, probability: number): PicturePrediction => ({
  id: String(id),
  predicted: [Math.log(probability / (1 - probability)), 0],
});
const truth = (...prices: number[]) => new Map(prices.map((price, i) => [String(i + 1), cents(price)]));

describe('comparing the rules that make a price of a hurdle', () => {
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
