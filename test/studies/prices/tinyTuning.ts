import type { Config } from '../../../lib/studies/prices/settings';

/** Settings under which a second phase on a tiny sample is sure to gain: its head was held back. */
export const tinyTuning: Partial<Config> = {
  epochs: 2,
  fineTuneBlocks: 2,
  learningRate: 0.03,
  dropout1: 0.6,
  dropout2: 0.7,
  batchSize: 64,
};
