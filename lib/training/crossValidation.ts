import type { Network } from '../core/concepts';
import type { Run } from '../core/run';
import type { StageResult } from '../core/stage';
import type { ClassData } from '../data/classData';
import { type ClassModel, type ClassModelOptions, trainClasses } from './classModel';

/** A network that was trained for each of some folds. */
export interface CrossValidated {
  /** One for each fold. */
  models: readonly (ClassModel & Omit<StageResult<ClassModel>, 'value'>)[];
  /** For the pictures of the test parts of all folds: none of them by a model that has learnt from it. */
  tested: ClassModel['predictions'];
}

/** Trains a network once for each fold, a data set whose test part it is; what an earlier run has trained is taken. Throws what `trainClasses` throws. */
export async function crossValidate(
  run: Run,
  folds: readonly ClassData[],
  network: Network,
  options: ClassModelOptions = {},
): Promise<CrossValidated> {
  const models: Awaited<ReturnType<typeof trainClasses>>[] = [];
  for (const [k, data] of folds.entries()) {
    models.push(
      await trainClasses(run, data, { ...network, name: `${network.name} fold ${k + 1}` }, options),
    );
  }
  const tested = models.flatMap(({ predictions }) => predictions.filter(({ part }) => part === 'test'));
  return { models, tested };
}
