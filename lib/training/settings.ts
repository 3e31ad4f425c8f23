import { ReportError } from '../core/errors';
import type { Config } from '../core/settings';
import { type OptimizerKind, optimizers } from './optimizer';
import { type Schedule, schedules } from './schedule';

/** How long and how fast to train; the settings of a study have the defaults. */
export interface TrainingSettings {
  /** Passes over the training rows, at most. */
  epochs: number;
  /** Epochs without a better monitored figure after which training stops. */
  patience: number;
  /** Rows a step. */
  batchSize: number;
  learningRate: number;
  /** How the learning rate changes, from or up to `learningRate`. Default constant. */
  schedule?: Schedule;
  /** Determines the order of the rows in each epoch and the dropout masks. */
  seed: number;
  /** Default `adam`. */
  optimizer?: OptimizerKind;
  /** False: the rows in their own order in every epoch. Default true. */
  shuffle?: boolean;
}

/** How a run's settings ask to train. */
export function trainingSettings(config: Config): TrainingSettings {
  const { epochs, patience, batchSize, learningRate, seed } = config;
  const schedule = schedules[config.schedule];
  return { epochs, patience, batchSize, learningRate, seed, ...(schedule ? { schedule } : {}) };
}

/** Throws `BAD_INPUT` with the first setting that does not fit. */
export function checkSettings(settings: TrainingSettings): void {
  const { epochs, patience, batchSize, learningRate, optimizer = 'adam' } = settings;
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
}
