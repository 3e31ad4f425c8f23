import { dataName, stageFolder } from '../../core/run';
import { jsonStage, type Staged } from '../../core/stage';
import { bootstrapMean, type Interval } from '../../metrics/intervals';
import type { FeatureRow } from '../../networks/featureStage';
import { predictEach } from '../../training/predict';
import { perGame } from './perGame';
import { featureSource, type PreparedData, truePrices } from './preparedData';
import { type PriceModel, priceTask } from './priceTask';
import type { Run } from './settings';
import type { PricePrediction } from './target';

/** What a model says of the pictures of some rows, one by one. */
export async function predictRows(
  run: Run,
  prepared: PreparedData,
  { layers, scaler }: Pick<PriceModel, 'layers' | 'scaler'>,
  wanted: (row: FeatureRow) => boolean,
): Promise<PricePrediction[]> {
  const source = featureSource(prepared, scaler, wanted);
  const predicted = await predictEach({ layers, task: priceTask(scaler) }, source, run.config.batchSize);
  const { item, file } = prepared.images.index.columns;
  const prices = truePrices(prepared.selection);
  return prepared.rows.filter(wanted).map(({ image, part }, i) => {
    const id = item[image]!; // a row of the store
    return { id, file: file[image]!, image, part, label: prices.get(id)!, predicted: predicted[i]! }; // a kept game
  });
}

/** What the model says of every validation and test picture, computed or taken from an earlier run. */
export async function predictPictures(
  run: Run,
  prepared: PreparedData,
  model: Staged<PriceModel>,
): Promise<PricePrediction[]> {
  const { value } = await jsonStage({
    name: 'predictions',
    version: 5,
    folder: stageFolder(run.config, 'predictions', dataName(run.config)),
    inputs: { model: model.key },
    file: 'predictions.json',
    make: () => predictRows(run, prepared, model, ({ part }) => part !== 'training'),
  });
  return value;
}

/** What a model predicts for each validation game from all its pictures. */
export const validationGames = async (
  run: Run,
  prepared: PreparedData,
  model: Pick<PriceModel, 'layers' | 'scaler'>,
) =>
  perGame(
    await predictRows(run, prepared, model, ({ part }) => part === 'validation'),
    truePrices(prepared.selection),
    model.scaler,
  );

/** The mean absolute error of a model per validation game (EUR cents), with a 95% interval by bootstrap over the games. */
export async function validationError(
  run: Run,
  prepared: PreparedData,
  model: Pick<PriceModel, 'layers' | 'scaler'>,
): Promise<Interval> {
  const games = await validationGames(run, prepared, model);
  return bootstrapMean(
    games.map(({ predicted, truth }) => Math.abs(predicted - truth)),
    { seed: run.config.seed },
  );
}
