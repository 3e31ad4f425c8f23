import type { LayersModel } from '@tensorflow/tfjs';
import type { Figures } from '../core/concepts';
import { ReportError } from '../core/errors';
import type { Backbone } from '../networks/backbone';
import type { NamedArray } from '../networks/hdf5';
import { baseArrays, copyHeadWeights, wholeModel } from '../networks/wholeModel';
import { tensorflow } from '../tensorflow/backend';
import { evaluate, monitored } from './predict';
import { type TrainingHistory, type TrainingOptions, train } from './train';

export interface FineTuningOptions extends Omit<TrainingOptions, 'model'> {
  base: Backbone;
  imageSize: number;
  /** The last layer of the base that stays as it is, see `layerBefore`; the sources hold what comes out of it. */
  from: string;
  /** A trained head for the features of the whole base; its weights are changed if that makes validation better. */
  head: LayersModel;
}

export interface FineTuning {
  /** The arrays of the base that now belongs to the head. */
  arrays: NamedArray[];
  history: TrainingHistory;
  /** On the validation rows, before and after. */
  before: Figures;
  after: Figures;
  /** False when no epoch had a better monitored figure than before: then base and head are what they were. */
  improved: boolean;
}

/** Trains the last blocks of the base with the head, batch normalization at rest. Throws what `train` throws, `NO_BACKEND`, `WRONG_ARCHITECTURE`. */
export async function fineTune(options: FineTuningOptions): Promise<FineTuning> {
  if (tensorflow().name !== 'tensorflow') {
    throw new ReportError('NO_BACKEND', 'Fine-tuning needs native TensorFlow: run npm run setup.');
  }
  const { base, imageSize, from, head, task, validation, settings } = options;
  const model = wholeModel(base, imageSize, head, { from, trainBase: true, stillNormalization: true });
  try {
    const before = await evaluate(model, task, validation, settings.batchSize);
    const history = await train({ ...options, model });
    const after = await evaluate(model, task, validation, settings.batchSize);
    if (!(monitored(after, task.monitor) < monitored(before, task.monitor))) {
      return { arrays: [...base.arrays], history, before, after: before, improved: false };
    }
    copyHeadWeights(model, head);
    return { arrays: baseArrays(model, base, from), history, before, after, improved: true };
  } finally {
    model.dispose();
  }
}
