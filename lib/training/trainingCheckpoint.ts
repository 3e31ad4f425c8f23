import { sha256, stableJson } from '../core/files';
import { type KeptRecord, keptRecord } from './keptRecord';
import { hashOf, weightValues } from './modelState';
import type { FeatureSource } from './prediction';
import type { TrainingState } from './trainingLoop';
import type { CheckpointSettings, TrainingOptions } from './trainingOptions';

/** The checkpoint of one training that has not begun yet: what it belongs to depends on the model's weights now. */
export const trainingCheckpoint = (
  options: TrainingOptions,
  { file, data, everySeconds }: CheckpointSettings,
): KeptRecord<TrainingState> => keptRecord(file, trainingKey(options, data), everySeconds);

/** Equal for trainings with the same settings, data, layers and first weights, which have the same course. */
function trainingKey({ model, features, validation, settings }: TrainingOptions, data: string): string {
  const layers = model.layers.map((layer) => [layer.getClassName(), layer.getConfig()]);
  const sources = [features, validation].map(sourceKey);
  return sha256(stableJson({ settings, data, sources, layers, weights: hashOf(weightValues(model)) }));
}

/** Stands for what of a source is not in the key of its features. */
export const sourceKey = ({ count, shape, targets }: FeatureSource) => ({
  count,
  shape,
  targets: hashOf([targets]),
});
