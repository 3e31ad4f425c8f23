import { setImmediate } from 'node:timers/promises';
import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { random } from '../core/random';
import { restartDropout } from '../networks/dropout';
import { tensorflow } from '../tensorflow/backend';
import { graphStep } from './graphStep';
import { type ModelState, modelState, restoreModel, weightValues, writeWeights } from './modelState';
import { type Figures, figureSums, objectiveOf } from './objective';
import type { OptimizerState } from './optimizer';
import { batches, batchTarget, checkSource, evaluateHead } from './prediction';
import { rateAfterEpoch, rateAt, startRate } from './schedule';
import type { EpochRecord, TrainingHistory, TrainingOptions } from './trainingOptions';
import { checkSettings, constantRate, type TrainingSettings } from './trainingSettings';
import { eagerStep, type StepResult, type TrainingStep } from './trainingStep';

/** Everything that a training goes on from: a plain record. What is not in it follows from the settings and the data. */
export interface TrainingState {
  /** Those that are whole. */
  epochs: EpochRecord[];
  /** Of the steps done in the epoch after them, in their order. */
  results: StepResult[];
  /** Of the best epoch; none before the first has ended. */
  bestWeights: Float32Array[];
  model: ModelState;
  optimizer: OptimizerState;
  /** Of all runs so far, and when the epoch under way began. */
  seconds: number;
  epochBegan: number;
}

/** A training that can be stopped after any step and gone on with. */
export interface Training {
  /**
   * Trains until so many epochs are whole or patience has run out; `afterStep` is awaited after each step. What interrupts or fails is
   * thrown, and leaves the training at its last whole step.
   */
  run(epochs: number, afterStep?: () => void | Promise<void>): Promise<void>;
  /** A copy of where it is; the model then has the weights of the last step. */
  state(): TrainingState;
  /** Puts the weights of the best epoch into the model. At least one epoch must be whole. */
  finish(): TrainingHistory;
  /** Frees what it holds; the model stays the caller's. */
  dispose(): void;
}

/** What the functions below share. */
interface Course extends Omit<TrainingState, 'model' | 'optimizer' | 'seconds'> {
  options: TrainingOptions;
  step: TrainingStep;
  seconds: () => number;
}

/**
 * Begins a training, or goes on `from` where one with equal options was. Throws `BAD_INPUT` when features, targets or settings do not fit. The
 * caller calls `dispose`.
 */
export function openTraining(options: TrainingOptions, from?: TrainingState): Training {
  const { model, features, validation, settings } = options;
  checkSettings(settings);
  checkSource(model, features, 'trained on');
  checkSource(model, validation, 'validated on');
  if (from) restoreModel(model, from.model);
  else restartDropout(model, settings.seed);
  const step = createStep(model, settings, features.count);
  if (from) step.restore(from.optimizer);
  const start = performance.now();
  const { epochs = [], results = [], bestWeights = [], epochBegan = 0 } = from ?? {};
  const seconds = (): number => (from?.seconds ?? 0) + (performance.now() - start) / 1000;
  const course: Course = {
    options,
    step,
    epochs: [...epochs],
    results: [...results],
    bestWeights,
    epochBegan,
    seconds,
  };
  return {
    run: async (count, afterStep) => {
      while (course.epochs.length < count && !outOfPatience(course)) await trainEpoch(course, afterStep);
    },
    state: () => {
      step.sync();
      return {
        epochs: [...course.epochs],
        results: [...course.results],
        bestWeights: course.bestWeights,
        model: modelState(model),
        optimizer: step.state(),
        seconds: seconds(),
        epochBegan: course.epochBegan,
      };
    },
    finish: () => {
      writeWeights(model, course.bestWeights);
      return {
        epochs: course.epochs,
        bestEpoch: bestEpoch(course.epochs),
        stoppedEarly: course.epochs.length < settings.epochs,
        seconds: seconds(),
        settings,
      };
    },
    dispose: step.dispose,
  };
}

/** The first epoch with the smallest validation error, counted from 1; 0 when there is none. */
function bestEpoch(epochs: readonly EpochRecord[]): number {
  const errors = epochs.map(({ valMse }) => valMse);
  return errors.indexOf(Math.min(...errors)) + 1;
}

const outOfPatience = ({ epochs, options }: Course): boolean =>
  epochs.length - bestEpoch(epochs) >= options.settings.patience;

async function trainEpoch(course: Course, afterStep?: () => void | Promise<void>): Promise<void> {
  const { options, step, epochs, seconds } = course;
  const { model, features, validation, settings, onEpoch } = options;
  const epoch = epochs.length + 1;
  const rows = epochBatches(features.count, settings, epoch);
  const learningRate = await trainSteps(course, rows, afterStep);
  step.sync();
  const { loss, mse, mae, accuracy } = trainingFigures(course, rows);
  const val = evaluateHead(model, validation, settings.batchSize);
  checkFinite(val.loss, epoch, learningRate);
  const record: EpochRecord = {
    epoch,
    loss,
    mse,
    mae,
    accuracy,
    valLoss: val.loss,
    valMse: val.mse,
    valMae: val.mae,
    valAccuracy: val.accuracy,
    seconds: seconds() - course.epochBegan,
    learningRate,
  };
  epochs.push(record);
  course.results = [];
  if (bestEpoch(epochs) === epoch) course.bestWeights = weightValues(model);
  await onEpoch?.(record);
  course.epochBegan = seconds(); // what the caller does between epochs is none of theirs
}

/** The rows of each step of an epoch, counted from 1: shuffled anew in each, unless `shuffle` is false. */
export function epochBatches(
  count: number,
  { batchSize, seed, shuffle = true }: Pick<TrainingSettings, 'batchSize' | 'seed' | 'shuffle'>,
  epoch: number,
): number[][] {
  const inOrder = Array.from({ length: count }, (_, i) => i);
  return [...batches(count, batchSize, shuffle ? random(seed, 'epoch', epoch).shuffle(inOrder) : inOrder)];
}

/** Does the steps of the epoch under way that are not done yet, and gives the learning rate of its last one. */
async function trainSteps(
  { options, step, epochs, results }: Course,
  rows: readonly number[][],
  afterStep?: () => void | Promise<void>,
): Promise<number> {
  const { model, features, settings, onBatch, signal } = options;
  const { learningRate: highest, schedule = constantRate } = settings;
  const objective = objectiveOf(model);
  const state = epochs.reduce(
    (rate, { valMse }) => rateAfterEpoch(schedule, rate, valMse),
    startRate(highest),
  );
  const [epoch, stepsPerEpoch] = [epochs.length + 1, rows.length];
  const before = epochs.length * stepsPerEpoch;
  const rateOf = (number: number): number =>
    rateAt(schedule, highest, state, { done: before + number, epochs: settings.epochs, stepsPerEpoch });
  for (let i = results.length; i < rows.length; i++) {
    if (signal?.aborted) {
      step.sync();
      throw new ReportError(
        'INTERRUPTED',
        `Training was interrupted in epoch ${epoch}: start it again to train on.`,
      );
    }
    const own = rows[i]!; // below their number
    const target = batchTarget(features, own, objective);
    const result = step.run({ rows: own.length, features: features.read(own), target }, rateOf(i));
    checkFinite(result.loss, epoch, rateOf(i));
    results.push(result);
    onBatch?.(before + i + 1, stepsPerEpoch * settings.epochs);
    await afterStep?.();
    await setImmediate(); // lets signals, progress and the kernel's messages through
  }
  return rateOf(rows.length - 1);
}

/** The figures of the epoch's steps. */
function trainingFigures({ options, results }: Course, rows: readonly number[][]): Figures {
  const { model, features } = options;
  const objective = objectiveOf(model);
  const sums = figureSums(objective);
  results.forEach(({ prediction, loss }, i) => {
    sums.add(prediction, batchTarget(features, rows[i]!, objective), loss); // a result for each step
  });
  return sums.mean();
}

/**
 * Steps as single graphs on native TensorFlow, as TensorFlow.js does them elsewhere, for batches of that many images cut from `images` of them.
 */
export function createStep(
  model: LayersModel,
  { optimizer = 'adam', batchSize }: Pick<TrainingSettings, 'optimizer' | 'batchSize'>,
  images: number,
): TrainingStep {
  if (tensorflow().name !== 'tensorflow') return eagerStep(model, optimizer);
  const sizes = [Math.min(batchSize, images), images % batchSize].filter((size) => size > 0);
  return graphStep(model, optimizer, sizes);
}

function checkFinite(loss: number, epoch: number, learningRate: number): void {
  if (Number.isFinite(loss)) return;
  throw new ReportError(
    'BAD_INPUT',
    `The loss became ${loss} in epoch ${epoch}: lower the learning rate (now ${learningRate}), and see that no feature is infinite or NaN.`,
  );
}
