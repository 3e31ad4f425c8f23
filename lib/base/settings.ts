import { defaults } from '../config';
import type { BasePicturesRequest } from './pictures';
import type { BaseTrainingSettings } from './training';

/** The project's own base, made by `npm run train-base`; its model card lies beside it. */
export const ownBase = {
  /** Relative to the project's folder. */
  file: 'assets/base/mobilenet_v2_0.35_96_generated.h5',
  card: 'assets/base/README.md',
  alpha: 0.35,
} as const;

/** The pictures of the committed base, and how many of them, the last ones, are kept to see what it learnt. */
export const baseDrawing: Pick<BasePicturesRequest, 'count' | 'seed' | 'size' | 'background'> & {
  heldOut: number;
} = {
  count: 12_000,
  heldOut: 1_000,
  seed: 42,
  size: 96, // as the report's default, so is the background
  background: defaults('').background,
};

/** How the committed base is trained. Half-size cuts take a third of the time of whole pictures, so most epochs see those. */
export const baseTraining: BaseTrainingSettings = {
  alpha: 0.35,
  seed: 42,
  epochs: 11,
  coarseEpochs: 8,
  coarse: { size: 64, zoom: [0.65, 1], brightness: 0.1 },
  fine: { size: 96, zoom: [0.75, 1.05], brightness: 0.1 },
  batchSize: 32,
  learningRate: 0.002,
  warmUp: 200,
  momentum: 0.97,
  calibrationBatches: 100,
};
