import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random, resumeRandom } from '../../lib/core/random';

describe('random', () => {
  it('gives the same stream for the same seed and labels, and another for other labels', () => {
    const draw = (...labels: (string | number)[]) => Array.from({ length: 5 }, random(42, ...labels).next);
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('is uniform: mean 1/2 and variance 1/12 over 100,000 draws, within 5 standard errors', () => {
    const { next } = random(1);
    const values = Array.from({ length: 100_000 }, next);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 100_000));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / 100_000));
  });

  it('shuffles into a permutation and leaves the original alone', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = random(3).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
    expect(items[0]).toBe(0);
  });

  it('draws normal numbers with mean 0 and standard deviation 1', () => {
    const { normal } = random(9, 'normal');
    const values = Array.from({ length: 50_000 }, normal);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(50_000));
    expect(Math.abs(deviation - 1)).toBeLessThan(5 / Math.sqrt(100_000));
  });

  it('masks as its next numbers would, whatever the rate, and goes on behind them', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(500),
        (seed, rate, size) => {
          const [one, other] = [random(seed), random(seed)];
          const each = Float32Array.from({ length: size }, () => (one.next() < rate ? 0 : 1.25));
          expect(other.mask(size, rate, 1.25)).toEqual(each);
          expect(other.state()).toEqual(one.state());
        },
      ),
    );
    // Numbers that share all bits but the last with the rate, which is odd in units of the last.
    const { state, next } = random(5);
    const before = state();
    const at = next();
    for (const off of [-1, 0, 1]) {
      const rate = at + off / 4294967296;
      expect(resumeRandom(before).mask(1, rate, 2)[0]).toBe(at < rate ? 0 : 2);
    }
  });
});
