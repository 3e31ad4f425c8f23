import { compareModels, type ModelPredictions, type PredictedRow } from '../../metrics/headline';
import type { ItemFeatures } from '../../metrics/itemFeatures';
import { modelNames } from './modelNames';
import { originalModel, originalPredictions } from './originalModel';
import { gameFeatures, ridgePredictions } from './pictureBaselines';
import { type PreparedData, trainingPrices } from './preparedData';
import { productionValues } from './productionValue';
import type { Run } from './settings';

/**
 * The report's predictions for test games beside those of models that look at no picture, of ridge regressions on colours and on the features of
 * the base, of the original's model (`outliers`: a sentence on its limit for prices), and, for generated pictures, of a regression on what they were
 * drawn from.
 */
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
