import { random } from '../core/random';
import { byId } from './split';

/** Numbers of training items for a learning curve: `steps` of them from `least` to all `count`, each about as many times the one before. */
export function learningCurveSizes(count: number, steps = 5, least = 16): number[] {
  if (count <= least || steps === 1) return [count];
  const factor = (count / least) ** (1 / (steps - 1));
  const sizes = Array.from({ length: steps }, (_, i) => Math.round(least * factor ** i));
  return [...new Set([...sizes.slice(0, -1), count])];
}

/** Random subsets of these sizes, the smaller contained in the larger, each in ascending order; they depend on the seed, not on the order of `ids`. */
export function nestedSubsets(ids: readonly string[], sizes: readonly number[], seed: number): string[][] {
  const shuffled = random(seed, 'learning curve').shuffle([...ids].sort(byId));
  return sizes.map((size) => shuffled.slice(0, size).sort(byId));
}
