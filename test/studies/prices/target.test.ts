import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviation, mean } from '../../../lib/data/numbers';
import {
  fitTarget,
  type HurdleScaler,
  predictedOf,
  type TargetScaler,
  targetKinds,
  toPrice,
  toTarget,
} from '../../../lib/studies/prices/target';
import { type Cents, cents } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';
import { oracleJson } from '../../oracle';

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
        expectClose([toPrice(scaler, [toTarget(scaler, price)])], [price], 1e-11);
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
    expectClose(
      x.map((price) => toTarget(scaler, cents(price))),
      z,
    );
  });

  it('never stands for a price below 0, however low it is', () => {
    const scaler = fitTarget(kind, [0, 499, 999]);
    expect(toPrice(scaler, [-1e6])).toBe(0);
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
    expect(() => toPrice(scaler, [Number.NaN])).toThrow(withCode('BAD_INPUT'));
    expect(() => toPrice(scaler, [1e308])).toThrow(withCode('BAD_INPUT'));
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

/** What a model that knows the price says of it. */
const sureOf = (scaler: TargetScaler, price: Cents): number[] => {
  const target = toTarget(scaler, price);
  if (scaler.kind !== 'hurdle') return [target];
  return price === 0 ? [-50, 0] : [50, target];
};
const hurdle = (prices: number[], rule: HurdleScaler['rule'] = 'median'): HurdleScaler => {
  const scaler = fitTarget('hurdle', prices) as HurdleScaler; // of that kind
  return { ...scaler, rule };
};
const says = (paid: number, price: number): number[] => [paid, price];

describe('a hurdle target', () => {
  it("has scikit-learn's mean and scale of the log prices of paid games, and −∞ for free ones", () => {
    const prices = [0, 0, 99, 499, 499, 1999, 5999];
    const scaler = hurdle(prices);
    // StandardScaler on numpy's logarithms, printed to eight decimals.
    expectClose([scaler.mean, scaler.deviation], [6.66401649, 1.39336062], 1e-8);
    const targets = prices.map((price) => toTarget(scaler, cents(price)));
    expect(targets.slice(0, 2)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expectClose(targets.slice(2), [-1.48482497, -0.32397241, -0.32397241, 0.6720341, 1.46073569], 2e-8);
  });

  it('turns back into its price under either rule when the model is sure of it', () => {
    fc.assert(
      fc.property(trainingPrices, price, fc.constantFrom('median', 'mean'), (prices, price, rule) => {
        const scaler = hurdle(prices, rule);
        // A logit of 50 is a probability of 1 − 2e-22; the price is rounded as a log1p target's is.
        expectClose([toPrice(scaler, sureOf(scaler, price))], [price], 1e-11);
      }),
    );
  });

  it('is 0 below even chances and the exponential of the log price above, by the median', () => {
    const scaler = hurdle([100, 10_000]); // logarithms 4.6 and 9.2: mean log 1,000, deviation log 10
    expectClose(
      [-0.01, 0, 0.01, 8].map((paid) => toPrice(scaler, says(paid, 1))),
      [0, 10_000, 10_000, 10_000],
    );
  });

  it('is the probability times the exponential of the log price, by the mean', () => {
    const scaler = hurdle([100, 10_000], 'mean');
    expectClose(
      [-1, 0, 1].map((paid) => toPrice(scaler, says(paid, -1))),
      [26.89414213699951, 50, 73.10585786300049],
    );
  });

  it('can be fitted where every game is free, and where all cost the same', () => {
    expect(hurdle([0, 0])).toMatchObject({ mean: 0, deviation: 1 });
    expect(hurdle([0, 499, 499])).toMatchObject({ mean: Math.log(499), deviation: 1 });
    expect(toPrice(hurdle([0, 0]), says(-3, 0))).toBe(0);
  });

  it('refuses predictions that are not finite, that stand for no price, and those of another kind of model', () => {
    for (const rule of ['median', 'mean'] as const) {
      const scaler = hurdle([0, 99, 499], rule);
      for (const [paid, price] of [
        [Number.NaN, 0],
        [-1, Number.NaN],
        [1, 1e6],
        [Number.POSITIVE_INFINITY, 0],
      ] as const)
        expect(() => toPrice(scaler, says(paid, price))).toThrow(withCode('BAD_INPUT'));
      expect(() => toPrice(scaler, [0])).toThrow(/hurdle scaler .* another kind/);
    }
    expect(() => toPrice(fitTarget('log1p', [1, 2]), says(0, 0))).toThrow(/log1p scaler .* another kind/);
  });

  it('survives JSON and refuses no prices and wrong ones', () => {
    const scaler = hurdle([0, 99, 499], 'mean');
    expect(JSON.parse(JSON.stringify(scaler))).toEqual(scaler);
    for (const wrong of [[], [-1], [Number.NaN]]) {
      expect(() => fitTarget('hurdle', wrong)).toThrow(withCode('BAD_INPUT'));
    }
    expect(() => toTarget(scaler, cents(-1))).toThrow(withCode('BAD_INPUT'));
  });
});

describe('what a model says', () => {
  it('is one number or a pair, with the price it stands for', () => {
    const [plain, two] = [fitTarget('log1p', [1, 2]), hurdle([1, 2])];
    expect(predictedOf(plain, Float32Array.of(3))).toEqual({ output: [3], price: toPrice(plain, [3]) });
    expect(predictedOf(two, Float32Array.of(-3, 4))).toEqual({ output: [-3, 4], price: 0 });
  });
});

describe('targets as float32', () => {
  it.each(targetKinds)('are float32 numbers that stand for their prices: %s', (kind) => {
    const prices: Cents[] = [0, 499, 499.8, 5999].map(cents);
    const scaler = fitTarget(kind, prices);
    const targets = Float32Array.from(prices, (price) => toTarget(scaler, price));
    const said = Array.from(targets, (target): number[] =>
      kind === 'hurdle' ? says(target > -10 ? 50 : -50, Math.max(target, -10)) : [target],
    );
    // float32 has 24 bits; on a log scale an error of 6e-8 · |target| · deviation is one of that share of the price, on the plain
    // one a free game's target is off by that share of the mean, which is below 1e-3 cents.
    said.forEach((predicted, i) => {
      expect(Math.abs(toPrice(scaler, predicted) - prices[i]!)).toBeLessThan(1e-3 + 1e-6 * prices[i]!);
    });
  });
});
