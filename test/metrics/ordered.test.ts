import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateOrdered, quadraticKappa } from '../../lib/metrics/ordered';
import { expectClose, withCode } from '../data/close';
import { oracleJson } from '../oracle';

interface Case {
  kind: string;
  y_true: number[];
  y_pred: number[];
  classes: string[];
  confusion: number[][];
  kappa_quadratic: number | null;
}
const { cases } = oracleJson<{ cases: Case[] }>('classes/metrics');
const options = { seed: 1, resamples: 100 };
const said = (truth: readonly number[], predicted: readonly number[], names: readonly string[]) =>
  truth.map((own, i) => ({ label: names[own] ?? '', predicted: { label: names[predicted[i]!]! } }));

describe('quadratic kappa', () => {
  it.each(cases.map((one) => [one.kind, one] as const))('is that of scikit-learn: %s', (_kind, one) => {
    const found = evaluateOrdered(said(one.y_true, one.y_pred, one.classes), one.classes, options);
    expectClose([found.kappa.estimate], [one.kappa_quadratic!], 1e-10); // as the oracle's README has it
    expectClose([quadraticKappa(one.confusion)], [one.kappa_quadratic!], 1e-10);
  });

  it('is 1 for no error, and the same when the order is turned round', () => {
    const matrix = fc.array(fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(matrix, (found) => {
        const turned = [...found].reverse().map((row) => [...row].reverse());
        const sum = found.flat().reduce((a, b) => a + b, 0);
        if (sum > 0) expect(quadraticKappa(turned)).toBeCloseTo(quadraticKappa(found), 12);
      }),
    );
    expect(
      quadraticKappa([
        [3, 0],
        [0, 2],
      ]),
    ).toBe(1);
    expect(
      quadraticKappa([
        [3, 0],
        [0, 0],
      ]),
    ).toBe(0);
  });
});

describe('evaluateOrdered', () => {
  it('counts errors of two classes or more, and has the kappa within its interval', () => {
    const truth = [0, 0, 0, 1, 1, 2, 2, 2, 1, 0];
    const predicted = [0, 2, 1, 1, 2, 0, 2, 2, 1, 0];
    const names = ['a', 'b', 'c'];
    const { jumps, kappa, accuracy } = evaluateOrdered(said(truth, predicted, names), names, options);
    expect([jumps.successes, jumps.count, accuracy.successes]).toEqual([2, 10, 6]);
    expect(kappa.low <= kappa.estimate && kappa.estimate <= kappa.high).toBe(true);
  });

  it('refuses what is no class', () => {
    const names = ['a', 'b', 'c'];
    const wrong = said([0, 3], [0, 1], names);
    expect(() => evaluateOrdered(wrong, names, options)).toThrow(withCode('BAD_INPUT'));
  });
});
