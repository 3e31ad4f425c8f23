import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviation, mean } from '../../lib/prices/numbers';
import { fitTarget, priceArray, targetArray, toPrice, toTarget } from '../../lib/prices/target';
import { type Cents, cents, targetValue } from '../../lib/units';
import { oracleJson } from '../oracle';
import { expectClose, withCode } from './close';

interface Block {
  x: number[];
  z: number[];
  scaler: { mean: number; scale: number };
}
const stats = oracleJson<{ all: Block; trimmed: Block; constant: { x: number[]; z: number[] } }>('stats');
const kinds = ['log1p', 'standardized'] as const;
const price = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6000 })).map(cents);
const trainingPrices = fc.array(price, { minLength: 2, maxLength: 80 });

describe.each(kinds)('a %s target', (kind) => {
  it('has mean 0 and standard deviation 1 on the training prices', () => {
    fc.assert(
      fc.property(trainingPrices, (prices) => {
        fc.pre(new Set(prices).size > 1);
        const scaler = fitTarget(kind, prices);
        const targets = prices.map((price) => toTarget(scaler, price));
        // The logarithms of prices one cent apart around 6,000 differ in the fifth decimal, so a mean that is rounded at 1e-14 is
        // off by up to 1e-9 of their deviation.
        expectClose([mean(targets), deviation(targets)], [0, 1], 1e-8);
      }),
    );
  });

  it('turns back into its price', () => {
    fc.assert(
      fc.property(trainingPrices, price, (prices, price) => {
        const scaler = fitTarget(kind, prices);
        // log(1 + price) has an absolute error of 1e-15, the price then one of 1e-15 of itself for each unit of the exponent.
        expectClose([toPrice(scaler, toTarget(scaler, price))], [price], 1e-11);
      }),
    );
  });

  it('rises with the price', () => {
    fc.assert(
      fc.property(trainingPrices, price, price, (prices, a, b) => {
        fc.pre(a !== b);
        const scaler = fitTarget(kind, prices);
        expect(toTarget(scaler, a) < toTarget(scaler, b)).toBe(a < b);
      }),
    );
  });

  it('is 0 for training prices that are all the same, with deviation 1', () => {
    const { x, z } = stats.constant;
    const scaler = fitTarget(kind, x);
    expect(scaler.deviation).toBe(1);
    expectClose(targetArray(scaler, x.map(cents)), z);
  });

  it('never stands for a price below 0, however low it is', () => {
    const scaler = fitTarget(kind, [0, 499, 999]);
    expect(toPrice(scaler, targetValue(-1e6))).toBe(0);
  });

  it('survives JSON', () => {
    const scaler = fitTarget(kind, [0, 499, 999]);
    expect(JSON.parse(JSON.stringify(scaler))).toEqual(scaler);
  });

  it('refuses no prices, and prices that are negative or not finite', () => {
    const scaler = fitTarget(kind, [0, 499]);
    for (const wrong of [[], [-1], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
      expect(() => fitTarget(kind, wrong)).toThrow(withCode('BAD_INPUT'));
    }
    expect(() => toTarget(scaler, cents(-0.01))).toThrow(withCode('BAD_INPUT'));
    expect(() => toTarget(scaler, cents(Number.NaN))).toThrow(withCode('BAD_INPUT'));
    expect(() => toPrice(scaler, targetValue(Number.NaN))).toThrow(withCode('BAD_INPUT'));
    expect(() => toPrice(scaler, targetValue(1e308))).toThrow(withCode('BAD_INPUT'));
  });
});

describe.each(['all', 'trimmed'] as const)('the standardized target of "%s"', (name) => {
  it("has scikit-learn's mean, scale and values", () => {
    const { x, z, scaler: expected } = stats[name];
    const scaler = fitTarget('standardized', x);
    expectClose([scaler.mean, scaler.deviation], [expected.mean, expected.scale]);
    expectClose(
      x.map((price) => toTarget(scaler, cents(price))),
      z,
    );
  });
});

describe('target and price arrays', () => {
  it('are float32 targets and the prices they stand for', () => {
    const prices: Cents[] = [0, 499, 499.8, 5999].map(cents);
    const scaler = fitTarget('log1p', prices);
    const targets = targetArray(scaler, prices);
    expect(targets).toBeInstanceOf(Float32Array);
    // float32 has 24 bits; on the log scale an error of 6e-8 · |target| · deviation is one of that share of the price.
    expectClose(priceArray(scaler, targets), prices, 1e-6);
  });
});
