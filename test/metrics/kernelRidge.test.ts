import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argMax } from '../../lib/core/extremes';
import { random } from '../../lib/core/random';
import { fitKernel } from '../../lib/metrics/kernelRidge';
import { withCode } from '../data/close';

/** Points in rings about one centre, class by class: no straight line parts them. */
function rings(count: number, seed: number): { features: Float32Array; labels: number[] } {
  const { uniform, normal } = random(seed, 'rings');
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  const features = Float32Array.from(
    labels.flatMap((label) => {
      const angle = uniform(0, 2 * Math.PI);
      const radius = 1 + 2 * label + 0.2 * normal();
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    }),
  );
  return { features, labels };
}

describe('kernel ridge regression', () => {
  it('tells classes apart that no line parts, on rows that it has not seen', () => {
    const [known, asked] = [rings(150, 1), rings(90, 2)];
    const said = fitKernel(known.features, known.labels, 3, { lambda: 0.01 })(asked.features);
    const right = said.filter((one, i) => argMax(one) === asked.labels[i]).length;
    expect(right).toBeGreaterThan(85);
    for (const one of said) expect(one.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  });

  it('solves its equations: for two rows as by hand', () => {
    // Standardised ±1, squared distance 4, which is its own median: K = [[1, 1/e], [1/e, 1]]. Both classes weigh √2, their mean is 0.
    const classify = fitKernel(Float32Array.of(0, 2), [0, 1], 2, { lambda: 0.5 });
    const factor = 1 / (1 - Math.exp(-1) + 0.5 / Math.SQRT2);
    const score = factor * (1 - Math.exp(-1)); // of the first row for its own class, and −score for the other
    const [first] = classify(Float32Array.of(0));
    expect(Math.log(first![0]! / first![1]!)).toBeCloseTo(2 * score, 6); // features are float32
  });

  it('does not change when features are shifted, scaled or dealt to equal parts', () => {
    const { features, labels } = rings(30, 3);
    const expected = fitKernel(features, labels, 3)(features);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -20, max: 20 }), (scale, shift) => {
        const other = features.map((value) => value * scale + shift);
        const said = fitKernel(other, labels, 3, { parts: [1, 1] })(other);
        said.forEach((one, row) => {
          for (const [k, value] of one.entries()) expect(value).toBeCloseTo(expected[row]![k]!, 3); // float32 of shifted features
        });
      }),
      { numRuns: 5 },
    );
  });

  it.each<[string, Float32Array, number[], number, number[] | undefined]>([
    ['features that fit no rows', new Float32Array(3), [0, 1], 2, undefined],
    ['a class without rows', new Float32Array(4), [0, 0], 2, undefined],
    ['parts that are not all dimensions', new Float32Array(4), [0, 1], 2, [1]],
  ])('refuses %s', (_, features, labels, classes, parts) => {
    expect(() => fitKernel(features, labels, classes, parts ? { parts } : {})).toThrow(withCode('BAD_INPUT'));
  });
});
