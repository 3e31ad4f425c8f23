import type { Config } from '../core/settings';
import type { OptimizerKind } from './optimizer';
import type { LayerRate } from './rates';
import { type Schedule, schedules } from './schedule';

/** How long and how fast to train; the settings of a study have the defaults. */
export interface TrainingSettings {
  /** Passes over the training rows, at most. */
  epochs: number;
  /** Epochs without a better monitored figure after which training stops. */
  patience: number;
  batchSize: number;
  learningRate: number;
  /** How the learning rate changes, from or up to `learningRate`. Default constant. */
  schedule?: Schedule;
  /** Determines the order of the rows in each epoch and the dropout masks. */
  seed: number;
  optimizer?: OptimizerKind;
  /** Other learning rates for parts of the network, in its order; the layers before the first have the learning rate itself. Default: one for all. */
  rates?: readonly LayerRate[];
  /** By how much of itself, times the learning rate, each trained weight becomes smaller in each step (AdamW: Loshchilov and Hutter 2019). Default 0. */
  weightDecay?: number;
  /** False: the rows in their own order in every epoch. Default true. */
  shuffle?: boolean;
}

/** How a run's settings ask to train. */
export function trainingSettings(config: Config): TrainingSettings {
  const { epochs, patience, batchSize, learningRate, seed } = config;
  const schedule = schedules[config.schedule];
  return { epochs, patience, batchSize, learningRate, seed, ...(schedule ? { schedule } : {}) };
}
