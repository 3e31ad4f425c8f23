import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluate,
  mae,
  medianAbsoluteError,
  mse,
  pearson,
  r2,
  r2Log,
  ranks,
  rmse,
  shareWithinRelative,
  spearman,
  spreadRatio,
} from '../../lib/metrics/metrics';
import { fitTarget, toTarget } from '../../lib/studies/prices/target';
import { cents } from '../../lib/studies/prices/units';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Stats {
  metrics: {
    y: number[];
    p: number[];
    mse: number;
    rmse: number;
    mae: number;
    r2: number;
    pearson: number;
    spearman: number;
    median_ae: number;
    baseline_mean: { mse: number; mae: number };
  };
  constant: { x: number[]; r2: number };
}
const { metrics: oracle, constant } = oracleJson<Stats>('stats');
const { y, p } = oracle;
const price = fc.integer({ min: 0, max: 6000 });
const priced = fc.array(fc.tuple(price, price), { minLength: 1, maxLength: 50 });
const column = (rows: [number, number][], i: 0 | 1) => rows.map((row) => row[i]);

describe('the metrics', () => {
  it('are those of scikit-learn, numpy and scipy', () => {
    expectClose(
      [mse, rmse, mae, r2, pearson, spearman, medianAbsoluteError].map((metric) => metric(y, p)),
      [oracle.mse, oracle.rmse, oracle.mae, oracle.r2, oracle.pearson, oracle.spearman, oracle.median_ae],
    );
  });

  it('take typed arrays too', () => {
    expect(mae(Float32Array.of(1, 2), Float64Array.of(2, 4))).toBe(1.5);
  });

  it('refuse lengths that differ, no values and values that are not finite', () => {
    for (const metric of [mse, rmse, mae, medianAbsoluteError, r2, r2Log, pearson, spearman, spreadRatio]) {
      expect(() => metric([1, 2], [1])).toThrow(withCode('BAD_INPUT'));
      expect(() => metric([], [])).toThrow(withCode('BAD_INPUT'));
      expect(() => metric([1, 2], [1, Number.NaN])).toThrow(withCode('BAD_INPUT'));
      expect(() => metric([1, Number.POSITIVE_INFINITY], [1, 2])).toThrow(withCode('BAD_INPUT'));
    }
  });
});

describe('r2', () => {
  it("follows scikit-learn's rule where the truth does not vary", () => {
    const x = constant.x;
    expect(
      r2(
        x,
        x.map((value) => value + 1),
      ),
    ).toBe(constant.r2);
    expect(r2(x, x)).toBe(1);
    expect(r2([0.1, 0.1, 0.1], [0.1, 0.1, 0.2])).toBe(0);
  });

  it('is 0 for predicting the mean of the truth', () => {
    const centre = y.reduce((a, b) => a + b) / y.length;
    expectClose(
      [
        r2(
          y,
          y.map(() => centre),
        ),
      ],
      [0],
    );
  });

  it('on the log scale is r2 of log(1 + cents)', () => {
    // The logarithms are 0, 2 and 3 against 0, 2 and 2 times ln 10: one unit squared off, of 14/3 about the mean.
    expectClose([r2Log([0, 99, 999], [0, 99, 99])], [1 - 3 / 14]);
    expectClose([r2Log(y, p)], [r2(y.map(Math.log1p), p.map(Math.log1p))]);
    expect(() => r2Log([1, 2], [1, -1])).toThrow(withCode('BAD_INPUT'));
  });
});

describe('correlations', () => {
  it('are 1 for any rising line, −1 for a falling one, and stay within', () => {
    fc.assert(
      fc.property(priced, (rows) => {
        const truth = column(rows, 0);
        const predicted = column(rows, 1);
        expect(Math.abs(pearson(truth, predicted))).toBeLessThanOrEqual(1);
        expect(Math.abs(spearman(truth, predicted))).toBeLessThanOrEqual(1);
        fc.pre(new Set(truth).size > 1);
        const line = truth.map((value) => 3 * value + 7);
        const falling = truth.map((value) => -value);
        expectClose([pearson(truth, line), spearman(truth, line), pearson(truth, falling)], [1, 1, -1]);
      }),
    );
  });

  it('of ranks do not change when the prices are bent by a rising function', () => {
    expectClose([spearman(y.map(Math.log1p), p.map(Math.sqrt))], [oracle.spearman]);
  });

  it('are 0 where one side does not vary', () => {
    expect(pearson([1, 2, 3], [977, 977, 977])).toBe(0);
    expect(spearman([5, 5, 5], [1, 2, 3])).toBe(0);
    // Three times 0.1 does not add up to 0.3, so the variance found is not exactly 0.
    expect(pearson([1, 2, 3], [0.1, 0.1, 0.1])).toBe(0);
  });
});

describe('ranks', () => {
  it('are averaged over ties', () => {
    expect([...ranks([30, 10, 20, 10, 30, 30])]).toEqual([5, 1.5, 3, 1.5, 5, 5]);
    expect(ranks([])).toHaveLength(0);
  });

  it('always add up to n (n + 1) / 2', () => {
    fc.assert(
      fc.property(fc.array(price), (values) => {
        const sum = ranks(values).reduce((a, b) => a + b, 0);
        expect(sum).toBe((values.length * (values.length + 1)) / 2);
      }),
    );
  });
});

describe('shareWithinRelative', () => {
  it('counts errors of up to the share of the true price', () => {
    expect(shareWithinRelative([1000, 1000, 1000, 1000], [750, 1250, 749, 1251], 0.25)).toBe(0.5);
  });

  it('counts a free game when its prediction rounds to 0 cents', () => {
    expect(shareWithinRelative([0, 0], [0.4, 0.6], 0.25)).toBe(0.5);
  });
});

describe('spreadRatio', () => {
  it('is how many times as widely the predictions spread as the truth', () => {
    expectClose([spreadRatio([0, 10, 20], [5, 7, 9])], [0.2]);
    expect(spreadRatio([1, 2, 3], [977, 977, 977])).toBe(0);
    expect(spreadRatio([5, 5, 5], [1, 2, 3])).toBe(0);
  });
});

describe('evaluate', () => {
  const scaler = fitTarget('standardized', y);

  it('gives the figures of the metrics, and no NaN', () => {
    const result = evaluate(y.map(cents), p.map(cents), scaler);
    expect(result.count).toBe(30);
    expectClose(
      [result.mseCents, result.maeCents, result.rmseCents, result.medianAeCents],
      [oracle.mse, oracle.mae, oracle.rmse, oracle.median_ae],
    );
    expectClose([result.r2, result.pearson, result.spearman], [oracle.r2, oracle.pearson, oracle.spearman]);
    expect([result.within25, result.within50]).toEqual([
      shareWithinRelative(y, p, 0.25),
      shareWithinRelative(y, p, 0.5),
    ]);
    expectClose([result.r2Log, result.spreadRatio], [r2Log(y, p), spreadRatio(y, p)]);
    const logs = (prices: readonly number[]) => prices.map((price) => Math.log1p(price));
    expectClose([result.spreadRatioLog], [spreadRatio(logs(y), logs(p))]);
  });

  it('standardizes by the scaler of the training prices, not by the truth it is given', () => {
    const elsewhere = fitTarget('standardized', [0, 2000]);
    const scaled = (values: number[]) => values.map((value) => toTarget(elsewhere, cents(value)));
    const result = evaluate(y.map(cents), p.map(cents), elsewhere);
    expectClose(
      [result.mseStandardized, result.maeStandardized],
      [mse(scaled(y), scaled(p)), mae(scaled(y), scaled(p))],
    );
  });

  it('has a finite figure everywhere, also for one game and for constant prices', () => {
    fc.assert(
      fc.property(priced, (rows) => {
        const result = evaluate(column(rows, 0).map(cents), column(rows, 1).map(cents), scaler);
        for (const figure of Object.values(result)) expect(Number.isFinite(figure)).toBe(true);
        expect(result.within25).toBeLessThanOrEqual(result.within50);
        expect(result.maeCents).toBeLessThanOrEqual(result.rmseCents * (1 + 1e-12)); // equal but for rounding
      }),
    );
  });

  it('refuses a log scaler, negative prices, no prices and NaN', () => {
    const one = [cents(1)];
    expect(() => evaluate(one, one, fitTarget('log1p', y))).toThrow(withCode('BAD_INPUT'));
    expect(() => evaluate(one, [cents(-1)], scaler)).toThrow(withCode('BAD_INPUT'));
    expect(() => evaluate([], [], scaler)).toThrow(withCode('BAD_INPUT'));
    expect(() => evaluate(one, [cents(Number.NaN)], scaler)).toThrow(withCode('BAD_INPUT'));
  });
});
