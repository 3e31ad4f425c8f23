import { byId } from '../../data/split';
import { compareModels, type ModelPredictions, type PredictedRow } from '../../metrics/headline';
import type { ItemFeatures } from '../../metrics/itemFeatures';
import { modelNames } from './modelNames';
import { originalModel, originalPredictions } from './originalModel';
import { gameFeatures, ridgePredictions } from './pictureBaselines';
import { type PreparedData, trainingPrices } from './preparedData';
import { readLabels } from './sample/pictures';
import type { Run } from './settings';
import type { AppId } from './units';

/** The report's predictions for test games beside those without pictures, ridge regressions, the original's model and, where known, a perfect reader. */
export async function compareOnTest(run: Run, data: PreparedData, games: readonly PredictedRow[]) {
  const ids = games.map(({ id }) => id);
  const base = gameFeatures(data, 'base');
  const ridge = (name: string, features: ItemFeatures): ModelPredictions =>
    ridgePredictions(name, features, data, ids);
  const known = await productionValues(data);
  const theirs = await originalModel(run, data);
  const others = [
    ridge(modelNames.colours, gameFeatures(data, 'colours')),
    ridge(modelNames.base, base),
    ...(known ? [ridge(modelNames.perfect, known)] : []),
    { name: modelNames.original, predicted: originalPredictions(theirs, 'scaler') },
    { name: modelNames.refitted, predicted: originalPredictions(theirs, 'refitted') },
    { name: modelNames.ours, predicted: new Map(games.map(({ id, predicted }) => [id, predicted])) },
  ];
  const truths = new Map(games.map(({ id, truth }) => [id, truth]));
  const models = compareModels(truths, others, trainingPrices(data.selection), modelNames, {
    seed: run.config.seed,
  });
  return { models, outliers: theirs.outliers };
}

/** The value from which generated pictures of each game were drawn, with its square and cube: all that a perfect reader sees. Null for other pictures. */
export async function productionValues({
  selection,
}: Pick<PreparedData, 'selection'>): Promise<ItemFeatures | null> {
  if (!selection.generated) return null;
  const values = new Map<AppId, number>();
  const kept = new Set(selection.kept.map(({ id }) => id));
  for (const { appid: id, quality } of (await readLabels(selection.folder)).values()) {
    if (kept.has(id)) values.set(id, quality); // the same for all pictures of a game
  }
  const ids = [...values.keys()].sort(byId);
  const powers = (value: number): number[] => [value, value ** 2, value ** 3];
  return {
    ids,
    dims: 3,
    values: Float64Array.from(ids.flatMap((id) => powers(values.get(id)!))), // its keys
  };
}
