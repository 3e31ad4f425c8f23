import { sha256, stableJson } from '../../core/files';
import type { FeatureRow } from '../../networks/featureStage';
import type { BaseWeights } from '../../networks/weights';
import type { Selection } from './games';

/** The part of the prepared data that decides what a head learns. */
interface LearntFrom {
  stages: { features: { key: string } };
  rows: readonly FeatureRow[];
  selection: Selection;
  weights: BaseWeights;
}

/** Hashes of what heads learn from. Equal ones: the same pictures for the same use, with the same features and prices. */
export const dataHashes = ({ stages, rows, selection, weights }: LearntFrom): Record<string, string> => ({
  features: stages.features.key,
  parts: sha256(stableJson(rows.map(({ part }) => part))), // features are the same whatever a row is for
  prices: sha256(stableJson(selection.kept.map(({ id, price }) => [id, price]))),
  base: weights.sha256,
});
