import { ReportError } from '../errors';
import { buildHead, type FeatureShape, type HeadOutput } from './head';
import { hashOf } from './modelState';
import { type FeatureSource, predictHead } from './prediction';
import { checkSpace, drawChoice, type HeadChoice, type SearchSpace, searchSpace } from './searchSpace';
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

export interface SearchSettings {
  /** Heads that are begun. */
  trials: number;
  /** Determines the choices, the first weights, the order of the images and the dropout masks. */
  seed: number;
  /** Epochs in all after which heads are compared, rising. */
  rungs: readonly number[];
  /** Of so many heads one goes on after each rung, at least one; 3 in the paper. */
  reduction: number;
  batchSize: number;
  /** Default `searchSpace`. */
  space?: SearchSpace;
  /** Choices that are tried before any are drawn, such as the settings now in use. */
  given?: readonly HeadChoice[];
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

export interface SearchOptions {
  shape: FeatureShape;
  targets: readonly SearchTarget[];
  settings: SearchSettings;
  /** A trial that has come to a rung, or failed on its way there; `done` and `total` count these. */
  onTrial?: (trial: Trial, rung: number, done: number, total: number) => void;
  signal?: AbortSignal;
}

/** A trial and where its training is; null when it does not go on. */
interface Runner {
  trial: Trial;
  state: TrainingState | null;
}

/**
 * Looks for a good head by random search (Bergstra & Bengio 2012) with successive halving (Jamieson & Talwalkar 2016; the inner loop of
 * Hyperband, Li et al. 2018): all trials are trained for a few epochs, the best of them some more, and so on; each goes on from its own
 * weights and optimizer's state. Gives the trials, best first: those that came further before the others, then by their last error.
 *
 * The winner's error is the smallest of many, so it flatters: what it is worth is seen on test games only. Throws `BAD_INPUT` when sources or
 * settings do not fit, and `INTERRUPTED`.
 */
export async function searchHeads(options: SearchOptions): Promise<Trial[]> {
  const { settings, targets, onTrial } = options;
  checkSearch(settings, targets);
  const sizes = rungSizes(settings);
  const total = sizes.reduce((a, b) => a + b, 0);
  let runners = choicesOf(settings, targets).map((choice, i): Runner => {
    const trial = { number: i + 1, choice, errors: [], epochs: [], weights: null, seconds: 0, failure: null };
    return { trial, state: null };
  });
  let done = 0;
  let ranked: Trial[] = [];
  for (const rung of sizes.keys()) {
    const places = sizes[rung + 1] ?? 0;
    const risen: Runner[] = [];
    for (const runner of runners) {
      const climbed = await climb(options, runner, rung);
      runner.state = null;
      onTrial?.(climbed.trial, rung, ++done, total);
      risen.push(climbed);
      risen.sort((a, b) => errorAt(a, rung) - errorAt(b, rung)); // equal ones stay in their order
      for (const fallen of risen.slice(places)) fallen.state = null; // memory holds the weights of those that may go on
    }
    const onward = risen.slice(0, places).filter(({ trial }) => trial.failure === null);
    ranked = [...risen.slice(onward.length).map(({ trial }) => trial), ...ranked];
    runners = onward;
  }
  return ranked;
}

/** How many heads are trained towards each rung: the trials, and from each rung on the share that is kept. */
export function rungSizes({
  trials,
  rungs,
  reduction,
}: Pick<SearchSettings, 'trials' | 'rungs' | 'reduction'>): number[] {
  return rungs.map((_, rung) => Math.max(1, Math.floor(trials / reduction ** rung)));
}

function choicesOf(settings: SearchSettings, targets: readonly SearchTarget[]): HeadChoice[] {
  const { trials, seed, space = searchSpace, given = [] } = settings;
  const names = targets.map(({ name }) => name);
  return Array.from({ length: trials }, (_, i) => given[i] ?? drawChoice(space, names, seed, i + 1));
}

const errorAt = ({ trial }: Runner, rung: number): number => trial.errors[rung] ?? Number.POSITIVE_INFINITY;

/** Trains a head from where it is up to a rung, and measures it there. */
async function climb(options: SearchOptions, { trial, state }: Runner, rung: number): Promise<Runner> {
  const { shape, targets, settings, signal } = options;
  const { rungs, batchSize, seed } = settings;
  const { target: name, learningRate, ...head } = trial.choice;
  const target = targets.find((one) => one.name === name)!; // checkSearch saw to it
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

function checkSearch(settings: SearchSettings, targets: readonly SearchTarget[]): void {
  const { trials, rungs, reduction, space = searchSpace, given = [] } = settings;
  const names = new Set(targets.map(({ name }) => name));
  const unknown = given.find(({ target }) => !names.has(target));
  const rising = rungs.every((epochs, i) => Number.isInteger(epochs) && epochs > (rungs[i - 1] ?? 0));
  const wrong =
    (targets.length === 0 && 'nothing to learn') ||
    (names.size < targets.length && 'two targets of one name') ||
    (unknown && `the unknown target "${unknown.target}"`) ||
    (!(Number.isInteger(trials) && trials >= 1) && `${trials} trials`) ||
    (!(rising && rungs.length > 0) && `rungs after ${rungs.join(', ') || 'no'} epochs, which must rise`) ||
    (!(Number.isInteger(reduction) && reduction >= 2) && `a reduction by ${reduction}, expected 2 or more`);
  if (wrong)
    throw new ReportError('BAD_INPUT', `A search was asked for with ${wrong}: correct its settings.`);
  checkSpace(space);
}
