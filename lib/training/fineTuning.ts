import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import type { NamedArray } from '../networks/hdf5';
import { baseArrays, copyHeadWeights, wholeModel } from '../networks/wholeModel';
import { tensorflow } from '../tensorflow/backend';
import type { Figures } from './objective';
import { evaluateHead } from './prediction';
import { type TrainingHistory, type TrainingOptions, trainHead } from './training';

export interface FineTuningOptions extends Omit<TrainingOptions, 'model'> {
  base: { arrays: readonly NamedArray[]; alpha: number };
  /** Side of the pictures in pixels. */
  imageSize: number;
  /** The last layer of the base that stays as it is, see `layerBefore`; the sources hold what comes out of it. */
  from: string;
  /** A trained head for the features of the whole base; its weights are changed if that makes validation better. */
  head: LayersModel;
}

/** What came of it. */
export interface FineTuning {
  /** The 260 arrays of the base that now belongs to the head. */
  arrays: NamedArray[];
  history: TrainingHistory;
  /** On the validation images, before and after. */
  before: Figures;
  after: Figures;
  /** False when no epoch had a smaller mean squared error than before: then base and head are what they were. */
  improved: boolean;
}

/**
 * Second phase of a training: the last blocks of the base learn too, together with the head and from its weights on. Batch normalization, in the base
 * and in the head, uses its moving statistics and leaves them as they are (Keras' guide to fine-tuning does the same): those of a few pictures
 * would undo what the base has learnt. A learning rate of a hundredth of the head's is usual.
 *
 * Throws what `trainHead` throws, `NO_BACKEND` without native TensorFlow, which alone has every gradient, and `WRONG_ARCHITECTURE` when the arrays
 * do not fit; base and head are then what they were.
 */
export async function fineTune(options: FineTuningOptions): Promise<FineTuning> {
  if (tensorflow().name !== 'tensorflow') {
    throw new ReportError('NO_BACKEND', 'Fine-tuning needs native TensorFlow: run npm run setup.');
  }
  const { base, imageSize, from, head, validation, settings } = options;
  const model = wholeModel(base, imageSize, head, { from, trainBase: true, stillNormalization: true });
  try {
    const before = evaluateHead(model, validation, settings.batchSize);
    const history = await trainHead({ ...options, model });
    const after = evaluateHead(model, validation, settings.batchSize);
    if (!(after.mse < before.mse)) {
      return { arrays: [...base.arrays], history, before, after: before, improved: false };
    }
    copyHeadWeights(model, head);
    return { arrays: baseArrays(model, base, from), history, before, after, improved: true };
  } finally {
    model.dispose();
  }
}
