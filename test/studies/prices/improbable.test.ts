import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { evaluate } from '../../../lib/metrics/regression';
import { findImprobableSuccess } from '../../../lib/studies/prices/judgement';

const { normal } = random(5, 'improbable test');
const truth = Array.from({ length: 300 }, () => Math.round(Math.exp(6.5 + normal())));
/** Predictions that leave about 1 − r2 of the variance of log prices unexplained. */
const withR2 = (r2: number) => truth.map((price) => price * Math.exp(Math.sqrt(1 - r2) * normal()));

const found = (truth: readonly number[], predicted: readonly number[]) =>
  findImprobableSuccess(evaluate(truth, predicted));

describe('findImprobableSuccess', () => {
  it('finds predictions that know the price', () => {
    const known = truth.map((price) => price * 1.05);
    expect(found(truth, known)).toMatch(
      /^The predictions are too good to be true: .* 100% .* 300 test games.*Check for leaks/,
    );
  });

  it.each([
    [0.7, true],
    [0.5, false],
    [0.3, false],
  ])('with an R² near %d says so: %s', (r2, told) => {
    const predicted = withR2(r2);
    // Two variances of 300 numbers, each with a relative error of √(2/300): three standard errors of their ratio.
    expect(Math.abs(evaluate(truth, predicted).r2Log - r2)).toBeLessThan(3 * (1 - r2) * Math.sqrt(4 / 300));
    expect(found(truth, predicted) !== null).toBe(told);
  });

  it('says nothing of fewer than ten games', () => {
    expect(found(truth.slice(0, 9), truth.slice(0, 9))).toBeNull();
    expect(found(truth.slice(0, 10), truth.slice(0, 10))).not.toBeNull();
  });
});
