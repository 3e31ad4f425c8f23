import { ReportError } from '../core/errors';
import { buildHead, type FeatureShape, type HeadOutput } from '../networks/head';
import { hashOf } from './modelState';
import { type FeatureSource, predictHead } from './prediction';
import type { HeadChoice } from './searchSpace';
import type { EpochRecord } from './training';
import { openTraining, type TrainingState } from './trainingLoop';

/** Something that a head can be taught: the same images with targets of one kind. */
export interface SearchTarget {
  name: string;
  training: FeatureSource;
  validation: FeatureSource;
  /** Default: a price. */
  output?: HeadOutput;
  /**
   * The error of what a head says of the validation images (see `predictHead`), in a unit that is the same for all targets of a search; the
   * smaller the better.
   */
  error(predicted: Float32Array): number;
}

/** One head; plain JSON. */
export interface Trial {
  /** Counted from 1. */
  number: number;
  choice: HeadChoice;
  /** Its validation error at each rung that it reached: that of its best epoch until then. */
  errors: number[];
  epochs: EpochRecord[];
  /** SHA-256 of the weights of its best epoch; null before its first rung. */
  weights: string | null;
  seconds: number;
  /** Why it could not be trained, as when the loss was no number, else null. */
  failure: string | null;
}

/** A trial and where its training is; null when it does not go on. */
export interface Runner {
  trial: Trial;
  state: TrainingState | null;
}

/** How all trials of a search are trained. */
export interface TrialSettings {
  /** Determines the first weights, the order of the images and the dropout masks. */
  seed: number;
  /** Epochs in all after which heads are compared, rising. */
  rungs: readonly number[];
  batchSize: number;
}

/** Trains a head from where it is up to a rung, and measures it there. A loss or prediction that is no number makes the trial a failure. Throws `INTERRUPTED`. */
export async function climb(
  { trial, state }: Runner,
  rung: number,
  shape: FeatureShape,
  target: SearchTarget,
  { rungs, batchSize, seed }: TrialSettings,
  signal?: AbortSignal,
): Promise<Runner> {
  const { target: _, learningRate, ...head } = trial.choice;
  const start = performance.now();
  const model = buildHead(shape, { ...head, seed, output: target.output });
  try {
    const most = rungs.at(-1)!; // at least one
    const training = openTraining(
      {
        model,
        features: target.training,
        validation: target.validation,
        settings: { epochs: most, patience: most, batchSize, learningRate, seed },
        signal,
      },
      state ?? undefined,
    );
    try {
      await training.run(rungs[rung]!); // one of them
      const next = training.state();
      training.finish();
      const error = target.error(predictHead(model, target.validation, batchSize));
      return { trial: risenTrial(trial, error, next, start), state: next };
    } catch (error) {
      if (!(error instanceof ReportError) || error.code !== 'BAD_INPUT') throw error;
      return { trial: { ...trial, failure: error.message }, state: null }; // the loss or a prediction is no number
    } finally {
      training.dispose();
    }
  } finally {
    model.dispose();
  }
}

function risenTrial(
  trial: Trial,
  error: number,
  { epochs, bestWeights }: TrainingState,
  start: number,
): Trial {
  if (!Number.isFinite(error)) throw new ReportError('BAD_INPUT', `The validation error is ${error}.`);
  const seconds = trial.seconds + (performance.now() - start) / 1000;
  return { ...trial, errors: [...trial.errors, error], epochs, weights: hashOf(bestWeights), seconds };
}
