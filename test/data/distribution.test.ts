import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binEdges,
  boxplot,
  histogram,
  median,
  percentile,
  percentiles,
  quantileGrid,
  shareWithin,
  describe as summarise,
} from '../../lib/data/distribution';
import { oracleJson } from '../oracle';
import { expectClose, withCode } from './close';

interface Block {
  x: number[];
  percentile_q: number[];
  percentile: number[];
  grid_first: number[];
  grid_len: number;
  grid_sum: number;
  grid_every_50: number[];
  std_ddof0: number;
  std_ddof1: number;
  median: number;
  describe: Record<string, number>;
  boxplot: { q1: number; med: number; q3: number; whislo: number; whishi: number; fliers: number[] };
}
const stats = oracleJson<{ all: Block; trimmed: Block }>('stats');
const prices = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 60 });
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe.each(['all', 'trimmed'] as const)('the distribution of "%s"', (name) => {
  const block = stats[name];

  it('has the percentiles that numpy gives', () => {
    expectClose(percentiles(block.x, block.percentile_q), block.percentile);
    expectClose([median(block.x)], [block.median]);
  });

  it('has the 991 quantiles of the quantile plot that numpy gives', () => {
    const grid = quantileGrid();
    const values = percentiles(block.x, grid);
    expect(grid).toHaveLength(block.grid_len);
    expect(grid[grid.length - 1]).toBe(100);
    expectClose(grid.slice(0, 5), block.grid_first);
    expectClose([sum(values)], [block.grid_sum]);
    expectClose(
      values.filter((_, i) => i % 50 === 0),
      block.grid_every_50,
    );
  });

  it('is summarised as by pandas, and with the standard deviation of numpy', () => {
    const { count, mean, min, q1, median, q3, max, deviation } = summarise(block.x);
    const { describe: expected } = block;
    const names = ['count', 'mean', 'min', '25%', '50%', '75%', 'max'];
    expectClose(
      [count, mean, min, q1, median, q3, max],
      names.map((name) => expected[name]!),
    );
    expectClose([deviation], [block.std_ddof0]);
  });

  it('is drawn as a boxplot like that of matplotlib', () => {
    const { q1, median, q3, lowerWhisker, upperWhisker, outliers } = boxplot(block.x);
    const { fliers, med, whislo, whishi, ...expected } = block.boxplot;
    expectClose(
      [q1, median, q3, lowerWhisker, upperWhisker],
      [expected.q1, med, expected.q3, whislo, whishi],
    );
    expectClose(outliers, fliers);
  });
});

describe('percentiles', () => {
  it('lie between the lowest and the highest value and never decrease', () => {
    fc.assert(
      fc.property(prices, (values) => {
        const found = percentiles(values, [0, 10, 50, 99.8, 100]);
        expect(found[0]).toBe(Math.min(...values));
        expect(found[4]).toBe(Math.max(...values));
        // Interpolating between near neighbours may round the last bit down.
        for (let i = 1; i < 5; i++) expect(found[i]).toBeGreaterThanOrEqual(found[i - 1]! * (1 - 1e-15));
      }),
    );
  });

  it('leave the values in their order', () => {
    const values = [5, 1, 3];
    percentile(values, 50);
    expect(values).toEqual([5, 1, 3]);
  });

  it('refuse no values, values that are not finite and percentages out of range', () => {
    expect(() => percentile([], 50)).toThrow(withCode('BAD_INPUT'));
    expect(() => percentile([1, Number.NaN], 50)).toThrow(withCode('BAD_INPUT'));
    expect(() => percentile([1, 2], 101)).toThrow(withCode('BAD_INPUT'));
    expect(() => percentile([1, 2], Number.NaN)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('describe', () => {
  it('has no deviation for one value', () => {
    expect(summarise([499])).toEqual({
      count: 1,
      mean: 499,
      median: 499,
      deviation: 0,
      min: 499,
      max: 499,
      q1: 499,
      q3: 499,
    });
  });
});

describe('boxplot', () => {
  it('ends a whisker at the quartile when nothing lies between it and the fence', () => {
    // The quartiles 0 and 32.5 are the fences at reach 0, and the highest value within them, 10, is below the upper quartile.
    expect(boxplot([0, 0, 10, 100], 0)).toMatchObject({ lowerWhisker: 0, upperWhisker: 32.5 });
  });

  it('puts every value either within the whiskers or among the outliers', () => {
    fc.assert(
      fc.property(prices, (values) => {
        const { lowerWhisker, upperWhisker, outliers } = boxplot(values);
        const within = values.filter((value) => value >= lowerWhisker && value <= upperWhisker);
        expect(within.length + outliers.length).toBe(values.length);
      }),
    );
  });
});

describe('shares', () => {
  it('count both ends, and free games as those at 0', () => {
    expect(shareWithin([0, 100, 6000, 6001], 0, 6000)).toBe(0.75);
    expect(shareWithin(stats.all.x, 0, 0)).toBe(3 / 32);
    expect(() => shareWithin([], 0, 0)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('histogram', () => {
  it('counts as numpy does: the upper edge belongs to the next bin, but for the last', () => {
    expect(histogram([0, 1, 1.5, 2, 3, -1, 4], [0, 1, 2, 3])).toEqual([1, 2, 2]);
  });

  it('has a bin for every value with bins of its own', () => {
    fc.assert(
      fc.property(prices, fc.integer({ min: 1, max: 30 }), (values, bins) => {
        // Neighbouring values closer than the resolution of the edges leave no room for bins between them.
        const range = Math.max(...values) - Math.min(...values);
        fc.pre(range === 0 || range > 1e-3);
        const counts = histogram(values, binEdges(values, bins));
        expect([sum(counts), counts.length]).toEqual([values.length, bins]);
      }),
    );
  });

  it('has log bins of equal width in log(1 + price), beginning at free games', () => {
    const edges = binEdges([0, 99, 5999], 4);
    const widths = edges.slice(1).map((edge, i) => Math.log1p(edge) - Math.log1p(edges[i]!));
    expect([edges[0], edges[4]]).toEqual([0, 5999]);
    expectClose(widths, Array(4).fill(Math.log(6000) / 4));
  });

  it('gives equal prices a bin around them, which never begins below 0 on the log scale', () => {
    expectClose(binEdges([499, 499], 1), [Math.log(500) - 0.5, Math.log(500) + 0.5].map(Math.expm1));
    expect(binEdges([0, 0], 1)[0]).toBe(0);
  });

  it('counts nothing for an empty part, so that parts can be laid over each other', () => {
    expect(histogram([], [0, 10])).toEqual([0]);
  });

  it('refuses values that are not finite, and negative prices on the log scale', () => {
    expect(() => histogram([Number.NaN], [0, 1])).toThrow(withCode('BAD_INPUT'));
    expect(() => binEdges([-1, 2], 3)).toThrow(withCode('BAD_INPUT'));
  });
});
