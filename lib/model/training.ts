import { setImmediate } from 'node:timers/promises';
import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../errors';
import { random } from '../random';
import { tensorflow } from '../tensorflow/backend';
import { restartDropout } from './dropout';
import { graphStep } from './graphStep';
import { figureSums, outputCount } from './objective';
import { type OptimizerKind, optimizers } from './optimizer';
import { batches, batchTarget, checkSource, evaluateHead, type FeatureSource } from './prediction';
import { checkSchedule, type RateState, rateAfterEpoch, rateAt, type Schedule, startRate } from './schedule';
import { eagerStep, type TrainingStep } from './trainingStep';

/** How long and how fast to train; `lib/config` has the defaults. */
export interface TrainingSettings {
  /** Passes over the training images, at most. */
  epochs: number;
  /** Epochs without a better validation error after which training stops. */
  patience: number;
  /** Images a step. */
  batchSize: number;
  learningRate: number;
  /** How the learning rate changes, from or up to `learningRate`. Default constant. */
  schedule?: Schedule;
  /** Determines the order of the images in each epoch and the dropout masks. */
  seed: number;
  /** Default `adam`. */
  optimizer?: OptimizerKind;
  /** False: the images in their own order in every epoch. Default true. */
  shuffle?: boolean;
}

/** One epoch. Training figures are means over its steps, with dropout and before each step's update; see `Figures` for classes. */
export interface EpochRecord {
  /** Counted from 1. */
  epoch: number;
  loss: number;
  mse: number;
  mae: number;
  accuracy: number | null;
  valLoss: number;
  valMse: number;
  valMae: number;
  valAccuracy: number | null;
  /** Of the whole epoch, validation included. */
  seconds: number;
  /** At the last step of the epoch. */
  learningRate: number;
}

/** The course of a training; plain JSON. */
export interface TrainingHistory {
  epochs: EpochRecord[];
  /** The epoch whose weights the model has now: the first with the smallest `valMse`. Counted from 1. */
  bestEpoch: number;
  /** True when patience ran out before the epochs did. */
  stoppedEarly: boolean;
  seconds: number;
  settings: TrainingSettings;
}

export interface TrainingOptions {
  /** A model of one output, such as `buildHead` makes; its weights are changed. */
  model: LayersModel;
  features: FeatureSource;
  /** Images of other games, whose error decides when to stop; never augmented. */
  validation: FeatureSource;
  settings: TrainingSettings;
  onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Steps done and steps in all epochs. */
  onBatch?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

const constant: Schedule = { kind: 'constant' };

/**
 * Trains the model and leaves it with the weights of its best epoch. The loss is the mean squared error for one output and the
 * cross-entropy for several, plus the model's L2 terms; batch normalization and dropout behave as in Keras. The same model, data and
 * settings give the same numbers to the last bit in the same process setup; another number of threads, another machine, a GPU or
 * another backend may sum in another order and differ in the last bits, which grow over the epochs.
 *
 * Throws `BAD_INPUT` when features, targets or settings do not fit or the loss is no longer a number, and `INTERRUPTED` at the
 * next step after `signal`; the model then has the weights of the last whole step. After a loss that is no number it has those of the last
 * whole epoch. No tensor is left behind either way.
 */
export async function trainHead(options: TrainingOptions): Promise<TrainingHistory> {
  const { model, features, validation, settings, onEpoch } = options;
  checkSettings(settings);
  checkSource(model, features, 'trained on');
  checkSource(model, validation, 'validated on');
  restartDropout(model, settings.seed);
  const step = createStep(model, settings, features.count);
  const best = bestWeights(model);
  const epochs: EpochRecord[] = [];
  const start = performance.now();
  try {
    let waited = 0;
    let rate = startRate(settings.learningRate);
    for (let epoch = 1; epoch <= settings.epochs && waited < settings.patience; epoch++) {
      const record = await trainEpoch(options, epoch, step, rate);
      epochs.push(record);
      rate = rateAfterEpoch(settings.schedule ?? constant, rate, record.valMse);
      waited = best.offer(epoch, record.valMse) ? 0 : waited + 1;
      await onEpoch?.(record);
    }
    best.restore();
    return {
      epochs,
      bestEpoch: best.epoch(),
      stoppedEarly: epochs.length < settings.epochs,
      seconds: (performance.now() - start) / 1000,
      settings,
    };
  } finally {
    step.dispose();
    best.dispose();
  }
}

async function trainEpoch(
  { model, features, validation, settings, onBatch, signal }: TrainingOptions,
  epoch: number,
  step: TrainingStep,
  rate: RateState,
): Promise<EpochRecord> {
  const { batchSize, seed, shuffle = true, schedule = constant } = settings;
  const start = performance.now();
  const outputs = outputCount(model);
  const sums = figureSums(outputs);
  const inOrder = Array.from({ length: features.count }, (_, i) => i);
  const order = shuffle ? random(seed, 'epoch', epoch).shuffle(inOrder) : inOrder;
  const steps = Math.ceil(features.count / batchSize);
  let done = (epoch - 1) * steps;
  let learningRate = settings.learningRate;
  for (const rows of batches(features.count, batchSize, order)) {
    if (signal?.aborted) {
      step.sync();
      throw new ReportError(
        'INTERRUPTED',
        `Training was interrupted in epoch ${epoch}: start it again to train on.`,
      );
    }
    const target = batchTarget(features, rows, outputs);
    const place = { done, epochs: settings.epochs, stepsPerEpoch: steps };
    learningRate = rateAt(schedule, settings.learningRate, rate, place);
    const batch = { rows: rows.length, features: features.read(rows), target };
    const { prediction, loss } = step.run(batch, learningRate);
    checkFinite(loss, epoch, learningRate);
    sums.add(prediction, target, loss);
    done += 1;
    onBatch?.(done, steps * settings.epochs);
    await setImmediate(); // lets signals, progress and the kernel's messages through
  }
  step.sync();
  const { loss, mse, mae, accuracy } = sums.mean();
  const val = evaluateHead(model, validation, batchSize);
  checkFinite(val.loss, epoch, learningRate);
  return {
    epoch,
    loss,
    mse,
    mae,
    accuracy,
    valLoss: val.loss,
    valMse: val.mse,
    valMae: val.mae,
    valAccuracy: val.accuracy,
    seconds: (performance.now() - start) / 1000,
    learningRate,
  };
}

/** Steps as single graphs on native TensorFlow, as TensorFlow.js does them elsewhere. */
function createStep(
  model: LayersModel,
  { optimizer = 'adam', batchSize }: TrainingSettings,
  images: number,
): TrainingStep {
  if (tensorflow().name !== 'tensorflow') return eagerStep(model, optimizer);
  const sizes = [Math.min(batchSize, images), images % batchSize].filter((size) => size > 0);
  return graphStep(model, optimizer, sizes);
}

/** Keeps the weights of the best epoch, running statistics included. The copies share memory with the variables until those change. */
function bestWeights(model: LayersModel) {
  const { tf } = tensorflow();
  let kept: Tensor[] = [];
  let smallest = Number.POSITIVE_INFINITY;
  let best = 0;
  return {
    epoch: () => best,
    /** Takes the model's weights when `error` is strictly smaller than any before. */
    offer(epoch: number, error: number): boolean {
      if (!(error < smallest)) return false;
      [smallest, best] = [error, epoch];
      tf.dispose(kept);
      kept = model.weights.map((weight) => tf.keep(tf.clone(weight.read())));
      return true;
    },
    restore(): void {
      model.weights.forEach((weight, i) => {
        weight.write(kept[i]!); // one per weight
      });
    },
    dispose: () => tf.dispose(kept),
  };
}

function checkFinite(loss: number, epoch: number, learningRate: number): void {
  if (Number.isFinite(loss)) return;
  throw new ReportError(
    'BAD_INPUT',
    `The loss became ${loss} in epoch ${epoch}: lower the learning rate (now ${learningRate}), and see that no feature is infinite or NaN.`,
  );
}

function checkSettings({
  epochs,
  patience,
  batchSize,
  learningRate,
  optimizer = 'adam',
  schedule = constant,
}: TrainingSettings): void {
  const whole = Object.entries({ epochs, patience, batchSize }).find(
    ([, n]) => !(Number.isInteger(n) && n >= 1),
  );
  if (whole)
    throw new ReportError('BAD_INPUT', `${whole[0]} is ${whole[1]}, expected a whole number from 1 on.`);
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new ReportError('BAD_INPUT', `learningRate is ${learningRate}, expected a number above 0.`);
  }
  if (!optimizers.includes(optimizer)) {
    throw new ReportError(
      'BAD_INPUT',
      `optimizer is "${optimizer}", expected one of ${optimizers.join(', ')}.`,
    );
  }
  checkSchedule(schedule, epochs);
}
