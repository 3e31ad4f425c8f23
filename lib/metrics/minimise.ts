import { dot } from './vectors';

/** The value of a smooth function at a point, and its slope along each axis. */
export interface Evaluated {
  value: number;
  gradient: Float64Array;
}

/** How many steps are remembered, and how many are made at most. */
const [MEMORY, STEPS] = [10, 500];

/** Where a smooth convex function is smallest, by L-BFGS (Liu and Nocedal, 1989) from `start` until no slope is above `flat`. */
export function minimise(
  cost: (point: Float64Array) => Evaluated,
  start: Float64Array,
  flat: number,
): Float64Array {
  let [point, here] = [start, cost(start)];
  const steps: { moved: Float64Array; turned: Float64Array; share: number }[] = [];
  for (let i = 0; i < STEPS && here.gradient.some((slope) => Math.abs(slope) > flat); i++) {
    const direction = here.gradient.map((slope) => -slope);
    const weights = [...steps].reverse().map(({ moved, turned, share }) => {
      const weight = share * product(moved, direction);
      add(direction, turned, -weight);
      return weight;
    });
    const last = steps.at(-1);
    const scale = last ? 1 / (last.share * product(last.turned, last.turned)) : 1;
    for (let k = 0; k < direction.length; k++) direction[k]! *= scale; // in range
    for (const { moved, turned, share } of steps) {
      const weight = weights.pop()!; // one for each step, the oldest last
      add(direction, moved, weight - share * product(turned, direction));
    }
    const slope = product(here.gradient, direction);
    let [size, next, there] = [1, point, here];
    do {
      next = point.map((value, k) => value + size * direction[k]!); // as long
      there = cost(next);
      size /= 2;
    } while (!(there.value <= here.value + 2e-4 * size * slope) && size > 1e-6);
    if (!(there.value < here.value)) break; // what is left is rounding
    const moved = next.map((value, k) => value - point[k]!); // as long, here and below
    const turned = there.gradient.map((value, k) => value - here.gradient[k]!);
    const bend = product(moved, turned);
    if (bend > 0) steps.push({ moved, turned, share: 1 / bend });
    if (steps.length > MEMORY) steps.shift();
    [point, here] = [next, there];
  }
  return point;
}

const product = (a: Float64Array, b: Float64Array): number => dot(a, 0, b, 0, a.length);

/** Adds `factor` times `other` to `values`. */
function add(values: Float64Array, other: Float64Array, factor: number): void {
  for (let k = 0; k < values.length; k++) values[k]! += factor * other[k]!; // as long
}
