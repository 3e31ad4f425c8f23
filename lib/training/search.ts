import type { LayersModel } from '@tensorflow/tfjs';
import type { EpochRecord, Source, Task } from '../core/concepts';
import { isReportError, ReportError } from '../core/errors';
import { sha256, stableJson } from '../core/files';
import { type CheckpointSettings, openCheckpoint } from './checkpoint';
import type { TrainingSettings } from './settings';
import { openTraining, type TrainingState } from './trainingLoop';

/** One choice and what came of it; plain JSON. */
export interface Trial<C> {
  number: number;
  choice: C;
  /** Its error at each rung that it reached: that of its best epoch until then. */
  errors: number[];
  epochs: EpochRecord[];
  seconds: number;
  /** Why it could not be trained, as when the loss was no number, else null. */
  failure: string | null;
}

/** A model for a choice and how it is trained; the search disposes the model. */
export interface TrialPlan {
  model: LayersModel;
  task: Task;
  training: Source;
  validation: Source;
  settings: Omit<TrainingSettings, 'epochs' | 'patience'>;
  /** The error of the trained model, in one unit for all choices; the smaller the better. */
  error(model: LayersModel): Promise<number>;
}

export interface SearchOptions<C> {
  choices: readonly C[];
  plan(choice: C): TrialPlan;
  /** Epochs in all after which trials are compared, rising. */
  rungs: readonly number[];
  /** Of so many trials one goes on after each rung, at least one; 3 in the paper. */
  reduction: number;
  /** A trial that has come to a rung, or failed on its way there; `done` and `total` count these. */
  onTrial?: (trial: Trial<C>, rung: number, done: number, total: number) => void;
  signal?: AbortSignal;
  /** Default: none. `data` stands for what trials are trained on and how. */
  checkpoint?: CheckpointSettings & { data: string };
}

/** A plain record; what is not in it follows from the options. */
interface SearchState<C> {
  trials: Trial<C>[];
  /** Where the training of each trial is; null where it does not go on. */
  states: (TrainingState | null)[];
}

/** Successive halving (Jamieson & Talwalkar 2016): the trials, best first; resumed from a checkpoint. Throws `BROKEN_STAGE`, `INTERRUPTED`. */
export async function search<C>(options: SearchOptions<C>): Promise<Trial<C>[]> {
  const { choices, rungs, reduction, onTrial, checkpoint } = options;
  const sizes = rungs.map((_, rung) => Math.max(1, Math.floor(choices.length / reduction ** rung)));
  const total = sizes.reduce((a, b) => a + b, 0);
  const key = sha256(stableJson({ choices, rungs, reduction, data: checkpoint?.data ?? null }));
  const file = checkpoint && openCheckpoint<SearchState<C>>(checkpoint, key);
  const state = (await file?.read()) ?? startOf(choices);
  const { trials, states } = state;
  let done = 0;
  try {
    for (const [rung, size] of sizes.entries()) {
      for (const trial of rung === 0 ? [...trials] : bestAt(trials, rung - 1).slice(0, size)) {
        done += 1;
        if (trial.errors.length > rung || trial.failure !== null) continue; // an earlier run has come this far
        await trainToRung(options, state, trial, rung);
        const onward = bestAt(trials, rung).slice(0, sizes[rung + 1] ?? 0);
        for (const { number } of trials.filter(
          (other) => other.errors.length > rung && !onward.includes(other),
        )) {
          states[number - 1] = null; // memory holds the weights of those that may go on
        }
        onTrial?.(trial, rung, done, total);
        await file?.offer(() => state);
      }
    }
  } catch (error) {
    if (isReportError(error, 'INTERRUPTED')) await file?.write(state);
    throw error;
  }
  await file?.remove();
  return [...trials].sort((a, b) => b.errors.length - a.errors.length || lastError(a) - lastError(b));
}

const startOf = <C>(choices: readonly C[]): SearchState<C> => ({
  trials: choices.map((choice, i) => ({
    ...{ number: i + 1, choice, errors: [], epochs: [], seconds: 0, failure: null },
  })),
  states: choices.map(() => null),
});

const bestAt = <C>(trials: readonly Trial<C>[], rung: number): Trial<C>[] =>
  trials.filter(({ errors }) => errors.length > rung).sort((a, b) => a.errors[rung]! - b.errors[rung]!); // each has one there

const lastError = <C>({ errors }: Trial<C>): number => errors.at(-1) ?? Number.POSITIVE_INFINITY;

/** Trains a trial from where it is up to a rung. A loss or an error that is no number makes it a failure. */
async function trainToRung<C>(
  { plan, rungs, signal }: SearchOptions<C>,
  { states }: SearchState<C>,
  trial: Trial<C>,
  rung: number,
): Promise<void> {
  const start = performance.now();
  const { error, ...planned } = plan(trial.choice);
  const { model } = planned;
  const most = rungs.at(-1)!; // at least one
  try {
    const settings = { ...planned.settings, epochs: most, patience: most };
    const training = openTraining({ ...planned, settings, signal }, states[trial.number - 1] ?? undefined);
    try {
      await training.run(rungs[rung]!); // one of them
      const state = training.state();
      training.finish();
      const found = await error(model);
      if (!Number.isFinite(found)) throw new ReportError('BAD_INPUT', `The validation error is ${found}.`);
      trial.errors.push(found);
      trial.epochs = state.epochs;
      states[trial.number - 1] = state;
    } catch (failure) {
      if (!isReportError(failure, 'BAD_INPUT')) throw failure;
      trial.failure = failure.message;
      states[trial.number - 1] = null;
    } finally {
      training.dispose();
    }
  } finally {
    model.dispose();
  }
  trial.seconds += (performance.now() - start) / 1000;
}
