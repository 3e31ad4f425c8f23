import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Evaluation,
  evaluate,
  mae,
  r2,
  ranks,
  resampledEvaluation,
  spearman,
  spreadRatio,
} from '../../lib/metrics/regression';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';
import { r2Log } from './r2Log';

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
const pearson = (truth: readonly number[], predicted: readonly number[]) =>
  evaluate(truth, predicted).pearson;
const column = (rows: [number, number][], i: 0 | 1) => rows.map((row) => row[i]);

describe('the metrics', () => {
  it('are those of scikit-learn, numpy and scipy', () => {
    expectClose(
      [mae, r2, spearman].map((metric) => metric(y, p)),
      [oracle.mae, oracle.r2, oracle.spearman],
    );
  });

  it('take typed arrays too', () => {
    expect(mae(Float32Array.of(1, 2), Float64Array.of(2, 4))).toBe(1.5);
  });

  it('refuse lengths that differ, no values and values that are not finite', () => {
    for (const metric of [mae, r2, r2Log, spearman, spreadRatio]) {
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

  it('on the log scale is r2 of log(1 + value)', () => {
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
        const falling = truth.map((value) => 6000 - value);
        expectClose([pearson(truth, line), spearman(truth, line), pearson(truth, falling)], [1, 1, -1]);
      }),
    );
  });

  it('of ranks do not change when the values are bent by a rising function', () => {
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

describe('the shares within a part of the true value', () => {
  it('count errors of up to that part', () => {
    expect(evaluate([1000, 1000, 1000, 1000], [750, 1250, 749, 1251])).toMatchObject({
      within25: 0.5,
      within50: 1,
    });
  });

  it('count a value of 0 when its prediction rounds to it', () => {
    expect(evaluate([0, 0], [0.4, 0.6]).within25).toBe(0.5);
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
  it('gives the figures of scikit-learn, numpy and scipy, and those of the metrics', () => {
    const result = evaluate(y, p);
    expect(result.count).toBe(30);
    expectClose(
      [result.mse, result.mae, result.rmse, result.medianAe],
      [oracle.mse, oracle.mae, oracle.rmse, oracle.median_ae],
    );
    expectClose([result.r2, result.pearson, result.spearman], [oracle.r2, oracle.pearson, oracle.spearman]);
    expectClose([result.spreadRatio], [spreadRatio(y, p)]);
    const logs = (values: readonly number[]) => values.map((value) => Math.log1p(value));
    expectClose([result.spreadRatioLog], [spreadRatio(logs(y), logs(p))]);
  });

  it('has a finite figure everywhere, also for one item and for constant values', () => {
    fc.assert(
      fc.property(priced, (rows) => {
        const result = evaluate(column(rows, 0), column(rows, 1));
        for (const figure of Object.values(result)) expect(Number.isFinite(figure)).toBe(true);
        expect(result.within25).toBeLessThanOrEqual(result.within50);
        expect(result.mae).toBeLessThanOrEqual(result.rmse * (1 + 1e-12)); // equal but for rounding
      }),
    );
  });

  it('refuses negative values, no values and NaN', () => {
    expect(() => evaluate([1], [-1])).toThrow(withCode('BAD_INPUT'));
    expect(() => evaluate([], [])).toThrow(withCode('BAD_INPUT'));
    expect(() => evaluate([1], [Number.NaN])).toThrow(withCode('BAD_INPUT'));
  });
});

// Few different values, so that ties, constant samples and exact predictions are drawn as well.
const amount = fc.oneof(fc.constantFrom(0, 499, 999), fc.integer({ min: 0, max: 6000 }));
const resample = fc
  .array(fc.record({ truth: amount, predicted: amount, times: fc.nat(3) }), { minLength: 1, maxLength: 25 })
  .filter((rows) => rows.some(({ times }) => times > 0));
const drawn = (times: readonly number[]) => ({
  times: Int32Array.from(times),
  count: times.reduce((a, b) => a + b),
});

describe('the evaluation of resamples', () => {
  it('says of a resample what evaluate says of the sample written out', () => {
    fc.assert(
      fc.property(resample, (rows) => {
        const written = rows.flatMap((row) => Array<typeof row>(row.times).fill(row));
        const expected = evaluate(
          written.map(({ truth }) => truth),
          written.map(({ predicted }) => predicted),
        );
        const found = resampledEvaluation(
          rows.map(({ truth }) => truth),
          rows.map(({ predicted }) => predicted),
        )(drawn(rows.map(({ times }) => times)));
        // R² subtracts a ratio from 1 that may be large where the truth hardly varies, so the tolerance is relative to that ratio.
        for (const name of Object.keys(expected) as (keyof Evaluation)[]) {
          const limit = 1e-9 * (1 + Math.abs(expected[name]));
          expect(Math.abs(found[name] - expected[name]), name).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not carry anything over from one resample to the next', () => {
    const evaluation = resampledEvaluation([100, 200, 300, 400], [110, 190, 350, 300]);
    const first = evaluation(drawn([1, 1, 1, 1]));
    evaluation(drawn([0, 4, 0, 0]));
    expect(evaluation(drawn([1, 1, 1, 1]))).toEqual(first);
  });

  it('is exact where the numbers are round', () => {
    const found = resampledEvaluation([100, 200, 400], [100, 100, 600])(drawn([1, 2, 1]));
    expectClose(
      [found.mse, found.mae, found.medianAe, found.within25, found.within50],
      [(2 * 100 ** 2 + 200 ** 2) / 4, 100, 100, 0.25, 1],
    );
  });

  it('refuses what the metrics refuse', () => {
    expect(() => resampledEvaluation([1], [1, 2])).toThrow(withCode('BAD_INPUT'));
    expect(() => resampledEvaluation([], [])).toThrow(withCode('BAD_INPUT'));
    expect(() => resampledEvaluation([1, 2], [1, -2])).toThrow(withCode('BAD_INPUT'));
  });
});
