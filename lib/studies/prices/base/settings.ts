import { defaults } from '../settings';
import type { BaseTrainingSettings } from './learner';
import type { BasePicturesRequest } from './pictures';

/** The games of the committed base, and how many of them, the last ones, are kept to see what it learnt. */
export const baseDrawing: Pick<BasePicturesRequest, 'games' | 'seed' | 'size' | 'background'> & {
  heldOut: number;
} = {
  games: 10_250,
  heldOut: 250,
  seed: 42,
  size: 96, // as the report's default, so is the background
  background: defaults('').background,
};

/**
 * How the committed base is trained. Most epochs see a window at the pictures' own scale, as high as what lies between the bars of a 16:9 picture: it takes
 * a fraction of the time of whole pictures and loses nothing of how finely they are made.
 */
export const baseTraining: BaseTrainingSettings = {
  alpha: 0.35,
  seed: 42,
  epochs: 38,
  windowEpochs: 36,
  window: { height: 64, width: 64, scale: [0.9, 1.1], brightness: 0.1, hue: 180 },
  whole: { height: 96, width: 96, scale: [0.9, 1], brightness: 0.1, hue: 180 },
  gamesPerBatch: 32,
  pairs: { weight: 4, temperature: 0.15, dims: 128 },
  learningRate: 0.006,
  warmUp: 200,
  momentum: 0.97,
  calibrationBatches: 60,
};
