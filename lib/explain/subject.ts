import type { LayersModel } from '@tensorflow/tfjs';
import type { NamedArray } from '../networks/hdf5';
import type { Scores } from './faithfulness';
import type { HeatMap } from './heatMap';
import type { ActivationInput } from './method';
import type { ScoreTarget } from './scoreTarget';

/** What a method may look at to explain some pictures: the pictures, what the base makes of them, and the model. */
export interface Subject extends ActivationInput {
  /** `[batch, size, size, 3]` bytes, as prepared. */
  pixels: Uint8Array;
  size: number;
  /** The frozen base. */
  base: { arrays: readonly NamedArray[]; alpha: number };
  /** From the base's features to the output. Belongs to the caller, who may change its weights afterwards. */
  head: LayersModel;
  /** What of the output is explained. */
  target: ScoreTarget;
  /** What the model says of any pictures, for methods that change these. */
  scores: Scores;
}

/** A method: one raw map of the whole square for each picture, all of one size, positive where the score is raised. Disposes its own tensors. */
export type MapMethod = (subject: Subject) => HeatMap[] | Promise<HeatMap[]>;
