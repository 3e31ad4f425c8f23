import { setImmediate } from 'node:timers/promises';
import type { LayersModel } from '@tensorflow/tfjs';
import type { EpochRecord, Source, Task } from '../core/concepts';
import { ReportError } from '../core/errors';
import { smallest } from '../core/extremes';
import { restartDropout } from '../networks/dropout';
import type { CheckpointSettings } from './checkpoint';
import { createStep } from './graphStep';
import { type ModelState, modelState, restoreModel, weightValues, writeWeights } from './modelState';
import type { OptimizerState } from './optimizer';
import { addFigures, evaluate, type FigureSums, meanFigures, monitored, noFigures } from './predict';
import { rateFactors } from './rates';
import { rateAfterEpoch, rateAt, startRate } from './schedule';
import type { TrainingSettings } from './settings';
import { checkInputs, checkTask, epochBatches, readBatches } from './sources';
import type { TrainingStep } from './step';

/** The course of a training; plain JSON. */
export interface TrainingHistory {
  epochs: EpochRecord[];
  /** The epoch whose weights the model has now: the first with the best monitored figure. Counted from 1. */
  bestEpoch: number;
  monitor: Task['monitor'];
  /** True when patience ran out before the epochs did. */
  stoppedEarly: boolean;
  seconds: number;
  settings: TrainingSettings;
}

export interface TrainingOptions {
  model: LayersModel;
  task: Task;
  training: Source;
  /** Rows of other items, whose figures decide when to stop; never augmented. */
  validation: Source;
  settings: TrainingSettings;
  onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Steps done and steps in all epochs. */
  onBatch?: (done: number, total: number) => void;
  signal?: AbortSignal;
  checkpoint?: CheckpointSettings;
}

/** Everything that a training is resumed from: a plain record. What is not in it follows from the settings and the data. */
export interface TrainingState {
  epochs: EpochRecord[];
  /** Steps done in the epoch after them, and their figures. */
  steps: number;
  figures: FigureSums;
  /** Of the best epoch; none before the first has ended. */
  bestWeights: Float32Array[];
  model: ModelState;
  optimizer: OptimizerState;
  /** Of all runs so far, and when the epoch under way began. */
  seconds: number;
  epochBegan: number;
}

interface Course extends Omit<TrainingState, 'model' | 'optimizer' | 'seconds'> {
  options: TrainingOptions;
  step: TrainingStep;
  seconds: () => number;
}

/** Begins a training, or resumes one `from` its state; the caller disposes it. Throws `BAD_INPUT` when model, task or sources do not fit. */
export function openTraining(options: TrainingOptions, from?: TrainingState) {
  const { model, task, training, validation, settings } = options;
  checkTask(model, task);
  checkInputs(model, training, 'trained on');
  checkInputs(model, validation, 'validated on');
  if (from) restoreModel(model, from.model);
  else restartDropout(model, settings.seed);
  const step = createStep(model, task, settings, training.count);
  if (from) step.restore(from.optimizer);
  const start = performance.now();
  const seconds = (): number => (from?.seconds ?? 0) + (performance.now() - start) / 1000;
  const course: Course = {
    options,
    step,
    seconds,
    epochs: [...(from?.epochs ?? [])],
    steps: from?.steps ?? 0,
    figures: structuredClone(from?.figures ?? noFigures()),
    bestWeights: from?.bestWeights ?? [],
    epochBegan: from?.epochBegan ?? 0,
  };
  return {
    /** Trains until so many epochs are whole or patience has run out, awaiting `afterStep`; what fails or interrupts it leaves the last whole step. */
    run: async (count: number, afterStep?: () => void | Promise<void>): Promise<void> => {
      while (course.epochs.length < count && !outOfPatience(course)) await trainEpoch(course, afterStep);
    },
    /** A copy of its state; the model then has the weights of the last step. */
    state: (): TrainingState => {
      step.sync();
      return {
        epochs: [...course.epochs],
        steps: course.steps,
        figures: structuredClone(course.figures),
        bestWeights: course.bestWeights,
        model: modelState(model),
        optimizer: step.state(),
        seconds: seconds(),
        epochBegan: course.epochBegan,
      };
    },
    /** Puts the weights of the best epoch into the model. At least one epoch must be whole. */
    finish: (): TrainingHistory => {
      writeWeights(model, course.bestWeights);
      return {
        epochs: course.epochs,
        bestEpoch: bestEpoch(course.epochs, task.monitor),
        monitor: task.monitor,
        stoppedEarly: course.epochs.length < settings.epochs,
        seconds: seconds(),
        settings,
      };
    },
    dispose: step.dispose,
  };
}

/** The first epoch with the best monitored figure, counted from 1; 0 when there is none. */
function bestEpoch(epochs: readonly EpochRecord[], monitor: Task['monitor']): number {
  const figures = epochs.map(({ validation }) => monitored(validation, monitor));
  return figures.indexOf(smallest(figures)) + 1;
}

const outOfPatience = ({ epochs, options: { settings, task } }: Course): boolean =>
  epochs.length - bestEpoch(epochs, task.monitor) >= settings.patience;

async function trainEpoch(course: Course, afterStep?: () => void | Promise<void>): Promise<void> {
  const { options, step, epochs, seconds } = course;
  const { model, task, validation, settings, onEpoch } = options;
  const epoch = epochs.length + 1;
  const learningRate = await trainSteps(course, epoch, afterStep);
  step.sync();
  const figures = await evaluate(model, task, validation, settings.batchSize);
  checkFinite(figures.loss, epoch, learningRate);
  checkFinite(monitored(figures, task.monitor), epoch, learningRate);
  const record: EpochRecord = {
    epoch,
    training: meanFigures(course.figures),
    validation: figures,
    seconds: seconds() - course.epochBegan,
    learningRate,
  };
  epochs.push(record);
  course.steps = 0;
  course.figures = noFigures();
  if (bestEpoch(epochs, task.monitor) === epoch) course.bestWeights = weightValues(model);
  await onEpoch?.(record);
  course.epochBegan = seconds(); // what the caller does between epochs is none of theirs
}

/** Does the steps of an epoch that are not done yet, and gives the learning rate of its last one. */
async function trainSteps(
  course: Course,
  epoch: number,
  afterStep?: () => void | Promise<void>,
): Promise<number> {
  const { options, step, epochs } = course;
  const { task, training, settings, onBatch, signal } = options;
  const { learningRate: highest, schedule = { kind: 'constant' } } = settings;
  const state = epochs.reduce(
    (rate, { validation }) => rateAfterEpoch(schedule, rate, monitored(validation, task.monitor)),
    startRate(highest),
  );
  const rows = epochBatches(training, settings, epoch);
  const stepsPerEpoch = rows.length;
  const factors = rateFactors(epoch, settings.rates);
  const before = epochs.length * stepsPerEpoch;
  const rateOf = (number: number): number =>
    rateAt(schedule, highest, state, { done: before + number, epochs: settings.epochs, stepsPerEpoch });
  for await (const { batch } of readBatches(training.read, rows.slice(course.steps), epoch)) {
    if (signal?.aborted) {
      step.sync();
      throw new ReportError(
        'INTERRUPTED',
        `Training was interrupted in epoch ${epoch}: start it again, ${options.checkpoint ? 'it goes on from there' : 'from its first epoch'}.`,
      );
    }
    const learningRate = rateOf(course.steps);
    const { loss, output } = step.run(batch, learningRate, factors);
    checkFinite(loss, epoch, learningRate);
    addFigures(course.figures, task, { output, target: batch.y, loss });
    course.steps += 1;
    onBatch?.(before + course.steps, stepsPerEpoch * settings.epochs);
    await afterStep?.();
    await setImmediate(); // lets signals, progress and the kernel's messages through
  }
  return rateOf(stepsPerEpoch - 1);
}

function checkFinite(loss: number | undefined, epoch: number, learningRate: number): void {
  if (loss !== undefined && Number.isFinite(loss)) return;
  throw new ReportError(
    'BAD_INPUT',
    `The loss or the monitored figure became ${loss} in epoch ${epoch}: lower the learning rate (now ${learningRate}), and see that no input is infinite or NaN.`,
  );
}
