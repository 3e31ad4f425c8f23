import { ReportError } from '../core/errors';
import { random } from '../core/random';
import { byId } from './split';

/**
 * Numbers of training items for a learning curve: `steps` of them, ending at all `count`, each about as many times the one before, from
 * `least` on. Ascending whole numbers without repeats; only `count` itself when there are no more than `least`. Throws `BAD_INPUT` for
 * numbers that are not whole or not positive.
 */
export function learningCurveSizes(count: number, steps = 5, least = 16): number[] {
  for (const [name, value] of Object.entries({ count, steps, least })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ReportError('BAD_INPUT', `${name} is ${value}: give a whole number from 1.`);
    }
  }
  if (count <= least || steps === 1) return [count];
  const factor = (count / least) ** (1 / (steps - 1));
  const sizes = Array.from({ length: steps }, (_, i) => Math.round(least * factor ** i));
  return [...new Set([...sizes.slice(0, -1), count])];
}

/**
 * Random subsets of items, one of each size, the smaller contained in the larger: neighbouring points of a learning curve then differ by
 * the items added and not by luck. Each in ascending order; deterministic by seed and independent of the order of `ids`. Throws
 * `BAD_INPUT` for a size that is not a whole number from 1 to the number of items.
 */
export function nestedSubsets(ids: readonly string[], sizes: readonly number[], seed: number): string[][] {
  const shuffled = random(seed, 'learning curve').shuffle([...ids].sort(byId));
  return sizes.map((size) => {
    if (!Number.isInteger(size) || size < 1 || size > ids.length) {
      throw new ReportError(
        'BAD_INPUT',
        `${size} of ${ids.length} items cannot be taken: give a size from 1.`,
      );
    }
    return shuffled.slice(0, size).sort(byId);
  });
}
