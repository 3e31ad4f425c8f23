import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/metrics/metrics';
import { headlineMetrics, resampledMetrics } from '../../lib/metrics/resampled';
import { fitTarget } from '../../lib/studies/prices/target';
import { cents } from '../../lib/studies/prices/units';
import { expectClose, withCode } from '../data/close';

const scaler = fitTarget('standardized', [0, 1000]);
// Few different prices, so that ties, constant samples and exact predictions are drawn as well.
const price = fc.oneof(fc.constantFrom(0, 499, 999), fc.integer({ min: 0, max: 6000 }));
const sample = fc
  .array(fc.record({ truth: price, predicted: price, times: fc.nat(3) }), { minLength: 1, maxLength: 25 })
  .filter((rows) => rows.some(({ times }) => times > 0));

describe('resampledMetrics', () => {
  it('says of a resample what evaluate says of the sample written out', () => {
    fc.assert(
      fc.property(sample, (rows) => {
        const written = rows.flatMap((row) => Array<typeof row>(row.times).fill(row));
        const expected = evaluate(
          written.map(({ truth }) => cents(truth)),
          written.map(({ predicted }) => cents(predicted)),
          scaler,
        );
        const found = resampledMetrics(
          rows.map(({ truth }) => truth),
          rows.map(({ predicted }) => predicted),
        )(Int32Array.from(rows, ({ times }) => times));
        // R² subtracts a ratio from 1 that may be large where the truth hardly varies, so the tolerance is relative to that ratio.
        for (const name of headlineMetrics) {
          const limit = 1e-9 * (1 + Math.abs(expected[name]));
          expect(Math.abs(found[name] - expected[name]), name).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not carry anything over from one resample to the next', () => {
    const metrics = resampledMetrics([100, 200, 300, 400], [110, 190, 350, 300]);
    const first = metrics(Int32Array.of(1, 1, 1, 1));
    metrics(Int32Array.of(0, 4, 0, 0));
    expect(metrics(Int32Array.of(1, 1, 1, 1))).toEqual(first);
  });

  it('is exact where the numbers are round', () => {
    const found = resampledMetrics([100, 200, 400], [100, 100, 600])(Int32Array.of(1, 2, 1));
    expectClose(
      [found.mseCents, found.maeCents, found.medianAeCents, found.within25, found.within50],
      [(2 * 100 ** 2 + 200 ** 2) / 4, 100, 100, 0.25, 1],
    );
  });

  it('refuses what the metrics refuse', () => {
    expect(() => resampledMetrics([1], [1, 2])).toThrow(withCode('BAD_INPUT'));
    expect(() => resampledMetrics([], [])).toThrow(withCode('BAD_INPUT'));
    expect(() => resampledMetrics([1, 2], [1, -2])).toThrow(withCode('BAD_INPUT'));
  });
});
