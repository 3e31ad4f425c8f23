import { ReportError } from '../core/errors';
import { random } from '../core/random';

/** What one trial of a search tries. */
export interface HeadChoice {
  /** Name of what the head learns: one of the targets the search was given. */
  target: string;
  /** Filters of the convolution. */
  filters: number;
  /** Units of the two hidden dense layers. */
  units: readonly [number, number];
  dropout1: number;
  dropout2: number;
  l2: number;
  /** Of Adam. */
  learningRate: number;
}

/** From which values a search draws. Widths are drawn from lists, dropouts evenly from a range, L2 and rate evenly in their logarithm. */
export interface SearchSpace {
  filters: readonly number[];
  units: readonly (readonly [number, number])[];
  dropout1: readonly [low: number, high: number];
  dropout2: readonly [low: number, high: number];
  l2: readonly [low: number, high: number];
  learningRate: readonly [low: number, high: number];
}

/** Around the original's head (64 filters, 128 and 64 units, dropouts 0.6 and 0.7, L2 0.01, rate 0.001), by factors of 4 to 30 to either side. */
export const searchSpace: SearchSpace = {
  filters: [16, 32, 64, 96],
  units: [
    [32, 16],
    [64, 32],
    [128, 64],
    [256, 128],
  ],
  dropout1: [0, 0.7],
  dropout2: [0, 0.7],
  l2: [1e-4, 1e-1],
  learningRate: [1e-4, 1e-2],
};

/** The choice of one trial: it depends on the seed and the trial's number only, so a longer search begins with the trials of a shorter one. */
export function drawChoice(
  space: SearchSpace,
  targets: readonly string[],
  seed: number,
  trial: number,
): HeadChoice {
  const draw = random(seed, 'trial', trial);
  const logUniform = ([low, high]: readonly [number, number]): number =>
    Math.exp(draw.uniform(Math.log(low), Math.log(high)));
  return {
    filters: draw.pick(space.filters),
    units: draw.pick(space.units),
    dropout1: draw.uniform(...space.dropout1),
    dropout2: draw.uniform(...space.dropout2),
    l2: logUniform(space.l2),
    learningRate: logUniform(space.learningRate),
    target: draw.pick(targets),
  };
}

/** Throws `BAD_INPUT` for an empty list or a range without numbers in it. */
export function checkSpace(space: SearchSpace): void {
  const { filters, units, dropout1, dropout2, l2, learningRate } = space;
  const within = ([low, high]: readonly [number, number], least: number, most: number): boolean =>
    low >= least && high >= low && high <= most;
  const wrong = [
    ...Object.entries({ filters, units }).filter(([, list]) => list.length === 0),
    ...Object.entries({ dropout1, dropout2 }).filter(([, range]) => !within(range, 0, 0.99)),
    ...Object.entries({ l2, learningRate }).filter(([, range]) => !within(range, 1e-12, 100)),
  ][0];
  if (!wrong) return;
  throw new ReportError(
    'BAD_INPUT',
    `The search cannot draw ${wrong[0]} from ${JSON.stringify(wrong[1])}: give a list with entries, dropouts from 0 to 0.99, or [low, high] above 0.`,
  );
}
