import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcnemar, proportion } from '../../lib/metrics/proportion';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Share {
  successes: number;
  count: number;
  confidence: number;
  low: number;
  high: number;
}
const { shares } = oracleJson<{ shares: Share[] }>('evaluation');

describe('proportion', () => {
  it.each(shares)('has the exact interval of scipy for $successes of $count', (oracle) => {
    const { share, low, high } = proportion(oracle.successes, oracle.count, oracle.confidence);
    expect(share).toBe(oracle.successes / oracle.count);
    // scipy's own search ends within 2e-12 of the root.
    expect(Math.abs(low - oracle.low)).toBeLessThan(4e-12);
    expect(Math.abs(high - oracle.high)).toBeLessThan(4e-12);
  });

  it('has the closed form for none, one and all of many', () => {
    // (1 − p)ⁿ = 0.025 for the last share that none of n may have; 1 − (1 − p)ⁿ = 0.025 for the first that one may.
    const count = 25_499;
    const edge = -Math.expm1(Math.log(0.025) / count);
    expectClose([proportion(0, count).high, proportion(count, count).low], [edge, 1 - edge]);
    // Logarithms near 0.025 of a sum of 25,499 terms: 1e-16 in each.
    expectClose([proportion(1, count).low], [-Math.expm1(Math.log1p(-0.025) / count)], 1e-10);
  });

  it('holds the share, mirrors when successes become failures and narrows with the confidence', () => {
    const trials = fc.integer({ min: 1, max: 200 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
    fc.assert(
      fc.property(trials, ([k, n]) => {
        const { share, low, high } = proportion(k, n);
        const other = proportion(n - k, n);
        const narrow = proportion(k, n, 0.5);
        expect(low <= share && share <= high).toBe(true);
        expect(Math.abs(low - (1 - other.high))).toBeLessThan(1e-9);
        expect(narrow.low >= low && narrow.high <= high).toBe(true);
      }),
    );
  });

  it('refuses no trials, counts that do not fit and a confidence out of range', () => {
    const wrong: [number, number, number?][] = [
      [0, 0],
      [3, 2],
      [-1, 2],
      [0.5, 2],
      [1, 2, 1],
      [1, 2, Number.NaN],
    ];
    for (const args of wrong) expect(() => proportion(...args)).toThrow(withCode('BAD_INPUT'));
  });
});

describe("McNemar's test", () => {
  interface Case {
    y_true: number[];
    y_pred: number[];
    mcnemar?: { pred_b: number[]; a_wrong_b_right: number; a_right_b_wrong: number; exact_p: number };
  }

  it('has the exact probability of scipy', () => {
    const [{ y_true, y_pred, mcnemar: expected }] = oracleJson<{ cases: [Case] }>('classes/metrics').cases;
    const right = (predicted: readonly number[]) => predicted.map((one, i) => one === y_true[i]);
    const found = mcnemar(right(y_pred), right(expected!.pred_b));
    expect([found.otherAlone, found.alone]).toEqual([expected!.a_wrong_b_right, expected!.a_right_b_wrong]);
    expectClose([found.p / expected!.exact_p], [1], 1e-10);
  });

  it('is 1 where both are right as often alone, and never above', () => {
    expect(mcnemar([true, false], [true, false])).toEqual({ alone: 0, otherAlone: 0, p: 1 });
    expect(mcnemar([true, false], [false, true]).p).toBe(1);
    expect(mcnemar([true, true, true, false], [false, false, false, true]).p).toBeCloseTo(5 / 8, 12); // 2 (4 + 1) / 16
    expect(() => mcnemar([true], [])).toThrow(withCode('BAD_INPUT'));
  });
});
