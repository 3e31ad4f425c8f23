import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { findCollapse } from '../../lib/metrics/collapse';
import { spreadRatio } from '../../lib/metrics/regression';
import { withCode } from '../data/close';
import { oracleJson } from '../oracle';

const euros = (cents: number) => `€${(cents / 100).toFixed(2)}`;
const points = [0, 99, 199, 299, 499, 499, 799, 999, 1499, 1999, 2999, 5999];
const { next, normal, pick } = random(7, 'collapse test');
const truth = Array.from({ length: 400 }, () => pick(points));

/** Predictions whose log price follows the true one with this correlation or so. */
const following = (r: number) =>
  truth.map((price) =>
    Math.expm1(6 + r * r * (Math.log1p(price) - 6) + 1.5 * r * Math.sqrt(1 - r * r) * normal()),
  );

describe('findCollapse', () => {
  it("finds the original's: half of the predictions at 977 cents, with a tail that keeps the spread up", () => {
    const predicted = truth.map(() => (next() < 0.55 ? 977.1527 : 977.1527 + 300 * Math.exp(1.5 * normal())));
    expect(spreadRatio(truth, predicted)).toBeGreaterThan(0.3); // so a look at the spread alone would not show it
    expect(findCollapse(truth, predicted, euros)).toMatch(
      /^The predictions have collapsed to one value: 5\d% .*€9\.77/,
    );
  });

  it('finds one price for every game, the mean or any other, from three games on', () => {
    expect(findCollapse([0, 499, 1999], [977, 977, 977])).toContain('100% of them are 977,');
    expect(findCollapse(truth, Array(400).fill(0), euros)).toContain('€0.00');
  });

  it('finds predictions that spread much less than the prices', () => {
    const predicted = truth.map((price) => 977 * Math.exp(0.07 * (Math.log1p(price) - 6)));
    expect(findCollapse(truth, predicted)).toMatch(/on the log scale they spread .*% as widely/);
  });

  it('finds predictions that spread as widely but have nothing to do with the prices', () => {
    const order = random(5, 'unrelated').shuffle(truth);
    expect(findCollapse(truth, order)).toMatch(/rank correlation with them is -?0\.0\d/);
  });

  it('finds predictions that fall where prices rise', () => {
    expect(
      findCollapse(
        truth,
        truth.map((price) => 6000 - price),
      ),
    ).toContain('rank correlation');
  });

  it.each([0.3, 0.5, 0.8])('leaves alone a model whose log prices correlate by %d', (r) => {
    expect(findCollapse(truth, following(r))).toBeNull();
  });

  it('leaves alone perfect predictions, also where most games have one price', () => {
    expect(findCollapse(truth, truth)).toBeNull();
    const mostlyFree = [...Array(30).fill(0), ...points];
    expect(findCollapse(mostlyFree, mostlyFree)).toBeNull();
  });

  it("leaves alone the metrics' example", () => {
    const { y, p } = oracleJson<{ metrics: { y: number[]; p: number[] } }>('stats').metrics;
    expect(findCollapse(y, p)).toBeNull();
  });

  it('says nothing where nothing can be said: two prices, or all the same', () => {
    expect(findCollapse([0, 999], [500, 500])).toBeNull();
    expect(findCollapse(Array(50).fill(499), Array(50).fill(977))).toBeNull();
  });

  it('does not judge ranks of fewer than ten prices', () => {
    expect(findCollapse([99, 499, 999, 1999], [1999, 99, 999, 499])).toBeNull();
  });

  it('refuses what the metrics refuse', () => {
    expect(() => findCollapse([], [])).toThrow(withCode('BAD_INPUT'));
    expect(() => findCollapse([1], [1, 2])).toThrow(withCode('BAD_INPUT'));
    expect(() => findCollapse([1, 2, 3], [1, 2, -3])).toThrow(withCode('BAD_INPUT'));
  });
});
