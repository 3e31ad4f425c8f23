import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { r2Log } from '../../../lib/metrics/regression';
import { findImprobableSuccess } from '../../../lib/studies/prices/improbable';
import { withCode } from '../../data/close';

const { normal } = random(5, 'improbable test');
const truth = Array.from({ length: 300 }, () => Math.round(Math.exp(6.5 + normal())));
/** Predictions that leave about 1 − r2 of the variance of log prices unexplained. */
const withR2 = (r2: number) => truth.map((price) => price * Math.exp(Math.sqrt(1 - r2) * normal()));

describe('findImprobableSuccess', () => {
  it('finds predictions that know the price', () => {
    const known = truth.map((price) => price * 1.05);
    expect(findImprobableSuccess(truth, known)).toMatch(
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
    expect(Math.abs(r2Log(truth, predicted) - r2)).toBeLessThan(3 * (1 - r2) * Math.sqrt(4 / 300));
    expect(findImprobableSuccess(truth, predicted) !== null).toBe(told);
  });

  it('says nothing of fewer than ten games', () => {
    expect(findImprobableSuccess(truth.slice(0, 9), truth.slice(0, 9))).toBeNull();
    expect(findImprobableSuccess(truth.slice(0, 10), truth.slice(0, 10))).not.toBeNull();
  });

  it('refuses what the metrics refuse', () => {
    expect(() => findImprobableSuccess([], [])).toThrow(withCode('BAD_INPUT'));
    expect(() => findImprobableSuccess([1], [1, 2])).toThrow(withCode('BAD_INPUT'));
    expect(() => findImprobableSuccess([1], [-1])).toThrow(withCode('BAD_INPUT'));
  });
});
