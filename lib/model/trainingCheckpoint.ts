import { removeAbandoned, removeWhole, sha256, stableJson } from '../files';
import { readCheckpoint, writeCheckpoint } from './checkpointFile';
import { hashOf, weightValues } from './modelState';
import type { FeatureSource } from './prediction';
import type { Training, TrainingState } from './trainingLoop';
import type { CheckpointSettings, TrainingOptions } from './trainingOptions';

/** The checkpoint of one training. */
export interface TrainingCheckpoint {
  /** Where an earlier run of the same training stopped, or null. Throws `BROKEN_STAGE` when its file is damaged. */
  read(): Promise<TrainingState | null>;
  write(training: Training): Promise<void>;
  /** As `write`, if it is time. */
  offer(training: Training): Promise<void>;
  remove(): Promise<void>;
}

/** For a training that has not begun yet: what it belongs to depends on the model's weights now. */
export function trainingCheckpoint(
  options: TrainingOptions,
  { file, data, everySeconds = 30 }: CheckpointSettings,
): TrainingCheckpoint {
  const key = trainingKey(options, data);
  let last = performance.now();
  const write = async (training: Training): Promise<void> => {
    await writeCheckpoint(file, key, training.state());
    last = performance.now();
  };
  return {
    read: async () => {
      await removeAbandoned(file); // of a process killed while it wrote
      return readCheckpoint<TrainingState>(file, key);
    },
    write,
    offer: async (training) => {
      if (performance.now() - last >= 1000 * everySeconds) await write(training);
    },
    remove: () => removeWhole(file),
  };
}

/** Equal for trainings with the same settings, data, layers and first weights, which have the same course. */
function trainingKey({ model, features, validation, settings }: TrainingOptions, data: string): string {
  const layers = model.layers.map((layer) => [layer.getClassName(), layer.getConfig()]);
  const sources = [features, validation].map(({ count, shape, targets }: FeatureSource) => ({
    count,
    shape,
    targets: hashOf([targets]),
  }));
  return sha256(stableJson({ settings, data, sources, layers, weights: hashOf(weightValues(model)) }));
}
