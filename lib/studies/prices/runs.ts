import { sha256, stableJson } from '../../core/files';
import { stageFolder } from '../../core/run';
import type { FeatureRow } from '../../networks/featureStage';
import type { BaseWeights } from '../../networks/weights';
import { type RunAccount, runRecord, writeRunRecord } from '../../training/runRecord';
import type { Selection } from './games';
import type { Run } from './settings';

/** What heads learn from, as far as it is told of. */
interface LearntFrom {
  stages: { features: { key: string } };
  rows: readonly FeatureRow[];
  selection: Selection;
  weights: BaseWeights;
}

/** Where trainings leave their records. */
export const runsFolder = ({ config }: Pick<Run, 'config'>): string => stageFolder(config, 'models', 'runs');

/** Hashes of what heads learn from. Equal ones: the same pictures for the same use, with the same features and prices. */
export const dataHashes = ({ stages, rows, selection, weights }: LearntFrom): Record<string, string> => ({
  features: stages.features.key,
  parts: sha256(stableJson(rows.map(({ part }) => part))), // features are the same whatever a row is for
  prices: sha256(stableJson(selection.kept.map(({ id, price }) => [id, price]))),
  base: weights.sha256,
});

/** Leaves the record of a training on these prepared, and gives its file. */
export const recordRun = (
  run: Run,
  prepared: LearntFrom,
  account: Omit<RunAccount, 'configuration' | 'data' | 'seed'>,
): Promise<string> =>
  writeRunRecord(
    runsFolder(run),
    runRecord({
      ...account,
      seed: run.config.seed,
      configuration: { ...run.config },
      data: dataHashes(prepared),
    }),
  );
