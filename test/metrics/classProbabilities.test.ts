import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, softmax } from '../../lib/data/numbers';
import { calibration } from '../../lib/metrics/binary';
import {
  type ClassProbabilities,
  evaluateProbabilities,
  fitTemperature,
  ranked,
  tempered,
} from '../../lib/metrics/classProbabilities';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Case {
  kind: string;
  logits: number[][];
  y_true: number[];
  log_loss: number;
  top_k: Record<string, number>;
  calibration: Record<string, { bins: number; ece: number }>;
  temperature?: { logits_multiplied_by: number; T: number; nll_before: number; nll_after: number };
}
const { cases } = oracleJson<{ cases: Case[] }>('classes/metrics');
const options = { seed: 1, resamples: 200 };
const rowsOf = ({ logits, y_true }: Pick<Case, 'logits' | 'y_true'>, factor = 1): ClassProbabilities[] =>
  logits.map((row, i) => ({
    truth: y_true[i]!, // one for each row
    probabilities: softmax(row.map((logit) => factor * logit)),
  }));

describe('evaluateProbabilities', () => {
  it.each(cases.map((one) => [one.kind, one] as const))(
    'has the figures of scikit-learn: %s',
    (_kind, one) => {
      const found = evaluateProbabilities(rowsOf(one), options);
      expectClose([found.top2.estimate], [one.top_k['2']!], 1e-12);
      expectClose([found.logLoss.estimate], [one.log_loss], 1e-10);
      for (const { bins, ece } of Object.values(one.calibration)) {
        const binned = evaluateProbabilities(rowsOf(one), { ...options, bins });
        expectClose([binned.ece.estimate, binned.calibration.ece], [ece, ece], 1e-10);
      }
    },
  );

  it('has the error of its bins also where a probability lies on an edge', () => {
    const some = fc.array(fc.record({ sure: fc.integer({ min: 5, max: 10 }), truth: fc.nat(1) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(some, (list) => {
        const rows = list.map(({ sure, truth }) => ({ truth, probabilities: [sure / 10, 1 - sure / 10] }));
        const guesses = rows.map(({ truth, probabilities }) => ({
          score: probabilities[0]!,
          positive: truth === 0,
        }));
        const { ece } = evaluateProbabilities(rows, { seed: 1, resamples: 5 });
        expect(ece.estimate).toBeCloseTo(calibration(guesses).ece, 10);
      }),
    );
  });

  it('refuses no rows', () => {
    expect(() => evaluateProbabilities([], options)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('the temperature', () => {
  const [one] = cases as [Case];
  const { logits_multiplied_by: factor, T, nll_before, nll_after } = one.temperature!;
  const rows = rowsOf(one, factor);
  const loss = (some: readonly ClassProbabilities[]) =>
    mean(some.map(({ truth, probabilities }) => -Math.log(probabilities[truth]!)));

  it('is that of the smallest loss, as scipy finds it', () => {
    const found = fitTemperature(rows);
    expectClose([found], [T], 1e-5);
    const after = rows.map((row) => ({ ...row, probabilities: tempered(row.probabilities, found) }));
    expectClose([loss(rows), loss(after)], [nll_before, nll_after], 1e-6);
  });

  it('changes no ranking, and nothing at all at 1', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 6 }), (weights) => {
        const sum = weights.reduce((a, b) => a + b);
        const given = weights.map((weight) => weight / sum);
        expectClose(tempered(given, 1), given, 1e-12);
        expect(ranked(tempered(given, 3))[0]).toBe(ranked(given)[0]);
      }),
    );
    expect(tempered([1, 0], 2)).toEqual([1, expect.closeTo(0, 100)]);
  });

  it('is refused without rows', () => {
    expect(() => fitTemperature([])).toThrow(withCode('BAD_INPUT'));
  });
});

describe('ranked', () => {
  it('puts the lower of equal ones first', () => {
    expect(ranked([0.2, 0.4, 0.4, 0])).toEqual([1, 2, 0, 3]);
  });
});
