import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { percentiles } from '../../lib/data/distribution';
import { bootstrapMean, pairedDifference } from '../../lib/metrics/intervals';
import { expectClose, withCode } from '../data/close';
import { bootstrap } from './bootstrap';

const { normal } = random(3, 'interval test');
const sample = Array.from({ length: 200 }, () => 1000 + 300 * normal());
const centre = sample.reduce((a, b) => a + b) / sample.length;
const deviation = Math.sqrt(sample.reduce((sum, value) => sum + (value - centre) ** 2, 0) / sample.length);
const values = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('bootstrapMean', () => {
  it('has no interval for a single item, and says so', () => {
    const { estimate, resamples } = bootstrap(1, () => 708, { seed: 1 });
    expect([estimate, resamples]).toEqual([708, 0]);
  });

  it('has the interval of the normal approximation for many values: 1.96 standard errors to either side', () => {
    const { estimate, low, high } = bootstrapMean(sample, { seed: 1 });
    const error = deviation / Math.sqrt(sample.length);
    expectClose([estimate], [centre]);
    // The 2.5th percentile of 2,000 normal figures has a standard error of 0.06 of their deviation; five of those.
    expect(Math.abs((centre - low) / error - 1.96)).toBeLessThan(0.3);
    expect(Math.abs((high - centre) / error - 1.96)).toBeLessThan(0.3);
  });

  it('has exactly the percentiles of all resamples where these can be listed', () => {
    // Two items, 0 and 1: means 0, 1/2, 1 with shares 1/4, 1/2, 1/4; the middle 40% of them are all 1/2.
    expect(bootstrapMean([0, 1], { seed: 1, confidence: 0.4 })).toMatchObject({ low: 0.5, high: 0.5 });
    expect(bootstrapMean([0, 1], { seed: 1, confidence: 0.6 })).toMatchObject({ low: 0, high: 1 });
  });

  it('lies within the values and narrows with the confidence', () => {
    fc.assert(
      fc.property(values, fc.nat(), (values, seed) => {
        const wide = bootstrapMean(values, { seed, resamples: 100 });
        const narrow = bootstrapMean(values, { seed, resamples: 100, confidence: 0.5 });
        const [min, max] = percentiles(values, [0, 100]) as [number, number];
        const rounding = 1e-9;
        expect(wide.low).toBeGreaterThanOrEqual(min - rounding);
        expect(wide.high).toBeLessThanOrEqual(max + rounding);
        expect(narrow.low).toBeGreaterThanOrEqual(wide.low - rounding);
        expect(narrow.high).toBeLessThanOrEqual(wide.high + rounding);
      }),
      { numRuns: 50 },
    );
  });

  it('covers the true mean about as often as it says', () => {
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const { normal } = random(trial, 'coverage');
      const draw = Array.from({ length: 40 }, () => 5 + normal());
      const { low, high } = bootstrapMean(draw, { seed: trial, resamples: 400 });
      if (low <= 5 && 5 <= high) covered++;
    }
    // Expected 93–95% for 40 values; the standard error over 300 trials is 1.4%, and four of those are allowed.
    expect(covered / 300).toBeGreaterThan(0.88);
    expect(covered / 300).toBeLessThan(0.99);
  });

  it('is a point for equal values, and the same again for a seed', () => {
    expect(bootstrapMean([7, 7, 7], { seed: 1 })).toEqual({
      estimate: 7,
      low: 7,
      high: 7,
      confidence: 0.95,
      resamples: 2000,
    });
    expect(bootstrapMean(sample, { seed: 5 })).toEqual(bootstrapMean(sample, { seed: 5 }));
    expect(bootstrapMean(sample, { seed: 5 })).not.toEqual(bootstrapMean(sample, { seed: 6 }));
  });
});

describe('bootstrap', () => {
  it('gives the statistic rows of the sample, first in their order', () => {
    const seen: number[][] = [];
    bootstrap(5, (rows) => seen.push([...rows]), { seed: 1, resamples: 50 });
    expect(seen).toHaveLength(51);
    expect(seen[0]).toEqual([0, 1, 2, 3, 4]);
    const drawn = seen.slice(1).flat();
    expect([...new Set(drawn)].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuses no items, options out of range and a statistic that is not finite', () => {
    const wrong = [
      () => bootstrap(0, () => 1, { seed: 1 }),
      () => bootstrap(2.5, () => 1, { seed: 1 }),
      () => bootstrap(2, () => 1, { seed: 1, resamples: 0 }),
      () => bootstrap(2, () => 1, { seed: 1, confidence: 1 }),
      () => bootstrap(2, () => 1, { seed: 1, confidence: Number.NaN }),
      () => bootstrap(2, () => Number.NaN, { seed: 1 }),
      () => bootstrap(2, (rows) => 1 / (rows[0]! - rows[1]!), { seed: 1 }),
      () => bootstrapMean([], { seed: 1 }),
      () => bootstrapMean([1, Number.NaN], { seed: 1 }),
      () => pairedDifference([1, 2], [1], { seed: 1 }),
    ];
    for (const attempt of wrong) expect(attempt).toThrow(withCode('BAD_INPUT'));
  });
});

describe('pairedDifference', () => {
  it('finds a small constant difference that two separate intervals would not', () => {
    const { normal } = random(4, 'paired');
    const better = sample.map((value) => value - 20 + 5 * normal());
    const difference = pairedDifference(better, sample, { seed: 1 });
    expect(difference.high).toBeLessThan(0);
    const [a, b] = [better, sample].map((values) => bootstrapMean(values, { seed: 1 }));
    expect(a!.high).toBeGreaterThan(b!.low);
  });

  it('changes its sign with the order of the two', () => {
    const other = sample.map((value, i) => value + (i % 7));
    const there = pairedDifference(sample, other, { seed: 1 });
    const back = pairedDifference(other, sample, { seed: 1 });
    expectClose([there.estimate, there.low, there.high], [-back.estimate, -back.high, -back.low], 1e-9);
  });
});
