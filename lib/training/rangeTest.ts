import { setImmediate } from 'node:timers/promises';
import type { Source } from '../core/concepts';
import { smallest } from '../core/extremes';
import { throwIfAborted } from '../core/pool';
import { createStep } from './graphStep';
import { modelState, restoreModel } from './modelState';
import type { OptimizerKind } from './optimizer';
import { checkInputs, checkTask, epochBatches } from './sources';
import type { TrainingOptions } from './train';

export interface RangeTestSettings {
  /** The learning rates of the first and the last step; between them each step's is the same multiple of the one before. */
  low: number;
  high: number;
  /** At most; at least 2. */
  steps: number;
  batchSize: number;
  seed: number;
  optimizer?: OptimizerKind;
}

export interface RangeTest {
  /** A step's loss before it, and `smoothed` the mean of that and all earlier losses, each step back counting 0.9 times as much. */
  points: { learningRate: number; loss: number; smoothed: number }[];
  /** A rate for training, see `safeRate`, or null where the loss never falls. */
  suggestion: number | null;
  /** True when the test ended before its last step, because the loss had grown too large. */
  diverged: boolean;
}

/** So many times its smallest value the smoothed loss may be. */
const LIMIT = 4;

const SMOOTHING = 0.9;

/** Steps until the smoothed loss has half of all its weight: before, it follows single losses and falls or rises by chance. */
const UNSETTLED = 7;

/** A learning-rate range test (Smith 2017, section 3.3); the model is afterwards as it was. Throws `BAD_INPUT` when something does not fit, `INTERRUPTED`. */
export async function rangeTest({
  model,
  task,
  training,
  settings,
  signal,
}: Pick<TrainingOptions, 'model' | 'task' | 'training' | 'signal'> & {
  settings: RangeTestSettings;
}): Promise<RangeTest> {
  const { low, high, steps, batchSize, seed, optimizer } = settings;
  checkTask(model, task);
  checkInputs(model, training, 'trained on');
  const before = modelState(model);
  const step = createStep(model, task, { optimizer, batchSize }, training.count);
  const batches = batchesForever(training, batchSize, seed);
  const points: RangeTest['points'] = [];
  let [sum, weight] = [0, 0];
  let smallest = Number.POSITIVE_INFINITY;
  let diverged = false;
  try {
    while (points.length < steps && !diverged) {
      throwIfAborted(signal);
      const learningRate = low * (high / low) ** (points.length / (steps - 1));
      const { rows, epoch } = batches.next().value;
      const { loss } = step.run(await training.read(rows, epoch), learningRate);
      [sum, weight] = [SMOOTHING * sum + loss, SMOOTHING * weight + 1];
      const smoothed = sum / weight;
      diverged = !Number.isFinite(smoothed) || smoothed > LIMIT * smallest;
      smallest = Math.min(smallest, smoothed);
      if (Number.isFinite(smoothed)) points.push({ learningRate, loss, smoothed });
      await setImmediate(); // lets signals through
    }
    return { points, suggestion: safeRate(points.slice(UNSETTLED)), diverged };
  } finally {
    step.dispose();
    restoreModel(model, before);
  }
}

function* batchesForever(
  source: Source,
  batchSize: number,
  seed: number,
): Generator<{ rows: number[]; epoch: number }, never, undefined> {
  for (let epoch = 1; ; epoch++) {
    for (const rows of epochBatches(source, { batchSize, seed }, epoch)) yield { rows, epoch };
  }
}

/** A tenth of the rate at which the smoothed loss is smallest, a usual choice for a whole training; null when that is the first rate. */
export function safeRate(points: readonly Omit<RangeTest['points'][number], 'loss'>[]): number | null {
  const losses = points.map(({ smoothed }) => smoothed);
  const lowest = losses.indexOf(smallest(losses));
  return lowest > 0 ? points[lowest]!.learningRate / 10 : null; // found above
}
