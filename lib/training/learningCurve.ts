import { random } from '../core/random';
import type { Run } from '../core/run';
import { byId } from '../data/split';
import type { Interval } from '../metrics/intervals';
import { judgeEach } from './judgeEach';

/** An error by a number of items or pictures, with an interval if known. */
export interface ErrorPoint {
  count: number;
  error: number;
  low?: number;
  high?: number;
}

export interface LearningCurveOptions {
  items: readonly string[];
  /** How many of them are learnt from, point by point; default: four numbers from 16 to all. */
  sizes?: readonly number[];
  /** What decides about the errors beside items, sizes and seed; plain JSON. */
  inputs: Record<string, unknown>;
  /** The error of a model that has learnt from these items alone, on items that are the same for every point. */
  error: (items: ReadonlySet<string>) => Promise<Pick<Interval, 'estimate' | 'low' | 'high'>>;
}

/** The error by the number of training items, each point learnt from a random subset that contains the smaller ones; or what an earlier run found. */
export async function learningCurve(
  run: Run,
  { items, sizes = learningCurveSizes(items.length, 4), inputs, error }: LearningCurveOptions,
): Promise<ErrorPoint[]> {
  const { seed } = run.config;
  const stage = { name: 'learning-curve', version: 4, inputs: { ...inputs, items, sizes, seed } };
  const choices = nestedSubsets(items, sizes, seed);
  return judgeEach(run, 'Learning curve', stage, choices, async (subset) => {
    const { estimate, low, high } = await error(new Set(subset));
    return { count: subset.length, error: estimate, low, high };
  });
}

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
