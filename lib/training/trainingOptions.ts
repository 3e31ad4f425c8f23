import type { LayersModel } from '@tensorflow/tfjs';
import type { FeatureSource } from './prediction';
import type { TrainingSettings } from './trainingSettings';

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
  /** Default: none. */
  checkpoint?: CheckpointSettings;
}

/** Where a training is kept while it runs, and how often. */
export interface CheckpointSettings {
  file: string;
  /** Stands for the features of both sources, such as the key of their stage: those of other data are not gone on from. */
  data: string;
  /** Time between two of them, default 30; 0: after each step. */
  everySeconds?: number;
}
