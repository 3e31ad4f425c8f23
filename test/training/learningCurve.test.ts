import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietRun } from '../../lib/core/run';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { learningCurve, learningCurveSizes, nestedSubsets } from '../../lib/training/learningCurve';
import { temporaryFolder } from '../temporary';

const ids = Array.from({ length: 100 }, (_, i) => String(10 * (i + 1)));

describe('learningCurveSizes', () => {
  it('grows by about the same factor up to all games', () => {
    expect(learningCurveSizes(256)).toEqual([16, 32, 64, 128, 256]);
    expect(learningCurveSizes(10_000, 5, 100)).toEqual([100, 316, 1000, 3162, 10_000]);
  });

  it('is only the number of all games when there are few', () => {
    expect(learningCurveSizes(16)).toEqual([16]);
    expect(learningCurveSizes(7)).toEqual([7]);
    expect(learningCurveSizes(500, 1)).toEqual([500]);
  });

  it('ascends without repeats and ends at all games', () => {
    const number = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(number(2000), number(20), number(100), (games, steps, least) => {
        const sizes = learningCurveSizes(games, steps, least);
        expect(sizes.at(-1)).toBe(games);
        sizes.forEach((size, i) => {
          if (i > 0) expect(size).toBeGreaterThan(sizes[i - 1]!);
        });
      }),
    );
  });
});

describe('nestedSubsets', () => {
  it('has the sizes asked for, each subset in the next, in ascending order', () => {
    const subsets = nestedSubsets(ids, [5, 20, 100], 42);
    expect(subsets.map(({ length }) => length)).toEqual([5, 20, 100]);
    expect(subsets[1]).toEqual(expect.arrayContaining(subsets[0]!));
    expect(subsets[2]).toEqual(ids);
    for (const subset of subsets) expect(subset).toEqual([...subset].sort((a, b) => Number(a) - Number(b)));
  });

  it('is the same for a seed whatever the order of the games, and another for another seed', () => {
    const subsets = nestedSubsets(ids, [10, 50], 42);
    expect(nestedSubsets(ids.toReversed(), [10, 50], 42)).toEqual(subsets);
    expect(nestedSubsets(ids, [10, 50], 43)).not.toEqual(subsets);
  });

  it('takes each game about as often as its share says', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 500; seed++) {
      for (const id of nestedSubsets(ids, [20], seed)[0]!) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    // 500 draws with probability 0.2: mean 100, deviation 8.9; none of 100 games lies 5 deviations off.
    for (const id of ids) expect(Math.abs((counts.get(id) ?? 0) - 100)).toBeLessThan(45);
  });
});

describe('learningCurve', () => {
  const interval = (estimate: number) => ({ estimate, low: 0, high: 9, confidence: 0.95, resamples: 10 });

  it('asks for the error of ever larger subsets once, and again when something else decides about it', async () => {
    const run = quietRun(readSettings('demo', coreSettings, {}, temporaryFolder()));
    const seen: ReadonlySet<string>[] = [];
    const error = async (items: ReadonlySet<string>) => {
      seen.push(items);
      return interval(1 / items.size);
    };
    const points = await learningCurve(run, { items: ids, inputs: { key: 'a' }, error });
    expect(points.map(({ count }) => count)).toEqual(learningCurveSizes(100, 4));
    expect(points[0]).toEqual({ count: 16, error: 1 / 16, low: 0, high: 9 });
    expect(seen.map(({ size }) => size)).toEqual(points.map(({ count }) => count));
    for (const id of seen[0]!) expect(seen[1]).toContain(id);
    expect(await learningCurve(run, { items: ids, inputs: { key: 'a' }, error })).toEqual(points);
    expect(seen).toHaveLength(4);
    await learningCurve(run, { items: ids, sizes: [3], inputs: { key: 'a' }, error });
    await learningCurve(run, { items: ids, sizes: [3], inputs: { key: 'b' }, error });
    expect(seen.map(({ size }) => size).slice(4)).toEqual([3, 3]);
  });
});
