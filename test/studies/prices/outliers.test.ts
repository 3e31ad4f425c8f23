import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Game } from '../../../lib/studies/prices/catalogue';
import { applyRule, compareRules, dataDrivenRule, fixedRule } from '../../../lib/studies/prices/outliers';
import { cents } from '../../../lib/studies/prices/units';
import { withCode } from '../../data/close';
import { oracleJson } from '../../oracle';

const { x } = oracleJson<{ all: { x: number[] } }>('stats').all;
const games: Game[] = x.map((price, i) => ({
  id: String(10 * (i + 1)),
  price: cents(price),
  title: `Game ${i + 1}`,
  screenshots: [],
}));

describe('the fixed rule', () => {
  it('keeps prices up to its limit, both sides in the order of the games', () => {
    const { kept, removed } = applyRule(fixedRule(cents(6000)), games);
    expect(kept).toEqual(games.slice(0, 30));
    expect(removed.map((game) => game.price)).toEqual([317708, 50000000]);
  });

  it('keeps a price that equals the limit', () => {
    expect(applyRule(fixedRule(cents(5999)), games).removed).toHaveLength(2);
  });
});

describe('the data-driven rule', () => {
  it("is Tukey's far-out fence of log(1 + price), over the games that cost something", () => {
    // The logarithms are 2, 3 and 4 times ln 10, so their quartiles lie halfway between.
    const training = [0, 0, 99, 999, 9999];
    const [q1, q3] = [2.5 * Math.log(10), 3.5 * Math.log(10)];
    const fence = Math.expm1(q3 + 3 * (q3 - q1));
    expect(dataDrivenRule(training).maxPrice).toBe(Math.ceil(fence));
    expect(dataDrivenRule(training).kind).toBe('data-driven');
  });

  it('finds the two absurd prices among ordinary ones', () => {
    expect(applyRule(dataDrivenRule(x), games).removed.map((game) => game.price)).toEqual([317708, 50000000]);
  });

  it('says where its limit comes from', () => {
    expect(dataDrivenRule([99, 999, 9999]).why).toContain('3 training games');
  });

  it('takes the highest price where most games cost the same', () => {
    const rule = dataDrivenRule([499, 499, 499, 499, 499, 499, 1999]);
    expect(rule.maxPrice).toBe(1999);
    expect(rule.why).toContain('€4.99');
  });

  it('never leaves out as much as a quarter of the priced games it was read off', () => {
    const price = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 }));
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 50 }), (prices) => {
        const positive = prices.filter((price) => price > 0);
        fc.pre(positive.length > 0);
        const { maxPrice } = dataDrivenRule(prices);
        expect(positive.filter((price) => price > maxPrice).length).toBeLessThanOrEqual(positive.length / 4);
      }),
    );
  });

  it('cannot be read off free games alone, no games, or prices that are none', () => {
    expect(() => dataDrivenRule([0, 0])).toThrow(withCode('BAD_INPUT'));
    expect(() => dataDrivenRule([])).toThrow(withCode('BAD_INPUT'));
    expect(() => dataDrivenRule([1, -1])).toThrow(withCode('BAD_INPUT'));
  });
});

describe('compareRules', () => {
  it('gives what each rule removes', () => {
    const [strict, loose] = compareRules([fixedRule(cents(3000)), fixedRule(cents(1e9))], games);
    expect(strict).toMatchObject({ kept: 27, removed: 5, removedShare: 5 / 32 });
    expect(loose).toMatchObject({ kept: 32, removed: 0, removedShare: 0 });
  });

  it('removes no share of no games', () => {
    expect(compareRules([fixedRule(cents(1))], [])[0]).toMatchObject({
      kept: 0,
      removed: 0,
      removedShare: 0,
    });
  });
});
