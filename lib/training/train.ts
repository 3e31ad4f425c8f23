import { isReportError } from '../core/errors';
import { sha256, stableJson } from '../core/files';
import { allLayers } from '../networks/dropout';
import { openCheckpoint } from './checkpoint';
import { weightValues } from './modelState';
import { hashOf } from './sources';
import { openTraining, type TrainingHistory, type TrainingOptions, type TrainingState } from './trainingLoop';

export type { TrainingHistory, TrainingOptions };

/** Trains a model, which then has the weights of its best epoch; reproducible, and resumed by a checkpoint. Throws `BAD_INPUT`, `BROKEN_STAGE`, `INTERRUPTED`. */
export async function train(options: TrainingOptions): Promise<TrainingHistory> {
  const checkpoint =
    options.checkpoint && openCheckpoint<TrainingState>(options.checkpoint, trainingKey(options));
  const training = openTraining(options, (await checkpoint?.read()) ?? undefined);
  try {
    await training.run(options.settings.epochs, () => checkpoint?.offer(training.state));
    await checkpoint?.remove();
    return training.finish();
  } catch (error) {
    if (isReportError(error, 'INTERRUPTED')) await checkpoint?.write(training.state());
    throw error;
  } finally {
    training.dispose();
  }
}

/** Equal for trainings with the same settings, task, data, layers and first weights, which have the same course. */
function trainingKey({ model, task, training, validation, settings }: TrainingOptions): string {
  const { name, monitor } = task;
  const layers = allLayers(model).map((layer) => [layer.getClassName(), layer.getConfig()]);
  const sources = [training, validation].map(({ count, shape, key }) => ({ count, shape, key }));
  const weights = hashOf(weightValues(model));
  return sha256(
    stableJson({ settings, task: { name, monitor, settings: task.settings }, sources, layers, weights }),
  );
}
