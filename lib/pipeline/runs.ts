import { sha256, stableJson } from '../files';
import { type RunAccount, runRecord, writeRunRecord } from '../model/runRecord';
import { type Lessons, truePrices } from './model';
import { type Run, stageFolder } from './run';

/** Where trainings leave their records. */
export const runsFolder = ({ config }: Pick<Run, 'config'>): string => stageFolder(config, 'models', 'runs');

/** Hashes of what heads learn from. Equal ones: the same pictures for the same use, with the same features and prices. */
export const lessonHashes = ({ features, rows, selection, weights }: Lessons): Record<string, string> => ({
  features: features.key,
  parts: sha256(stableJson(rows.map(({ part }) => part))), // features are the same whatever a row is for
  prices: sha256(stableJson([...truePrices(selection)])),
  base: weights.sha256,
});

/** Leaves the record of a training on these lessons, and gives its file. */
export const recordRun = (
  run: Run,
  lessons: Lessons,
  account: Omit<RunAccount, 'configuration' | 'data' | 'seed'>,
): Promise<string> =>
  writeRunRecord(
    runsFolder(run),
    runRecord({
      ...account,
      seed: run.config.seed,
      configuration: { ...run.config },
      data: lessonHashes(lessons),
    }),
  );
