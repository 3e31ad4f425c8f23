import type { Prediction } from '../../core/concepts';
import { dataName, stageFolder } from '../../core/run';
import { jsonStage } from '../../core/stage';
import { bootstrapMean, type Interval } from '../../metrics/intervals';
import type { FeatureRow } from '../../networks/featureStage';
import { predict } from '../../training/predict';
import { type GamePrediction, perGame } from './perGame';
import { featureSource, type PreparedData, truePrices } from './preparedData';
import type { PriceModel, SavedModel } from './priceModel';
import type { Run } from './settings';
import { type Predicted, predictedOf, toPrice } from './target';
import type { AppId, Cents } from './units';

/** What a model says of one picture, whose label is the true price of its game. */
export interface ImagePrediction extends Prediction<Cents, Predicted> {
  id: AppId;
  /** Row of the image store. */
  image: number;
  /** The prediction as a price. */
  price: Cents;
}

/** What a model says of the pictures of some rows, one by one. */
export async function predictRows(
  run: Run,
  prepared: PreparedData,
  { layers, scaler }: Pick<PriceModel, 'layers' | 'scaler'>,
  wanted: (row: FeatureRow) => boolean,
): Promise<ImagePrediction[]> {
  const outputs = await predict(layers, featureSource(prepared, scaler, wanted), run.config.batchSize);
  const predicted = predictedOf(scaler, outputs);
  const { columns } = prepared.images.index;
  const prices = truePrices(prepared.selection);
  return prepared.rows.filter(wanted).map(({ image, part }, i): ImagePrediction => {
    const id = columns.item[image]!; // a row of the store
    const own = predicted[i]!; // one for each row
    return {
      id,
      image,
      file: columns.file[image]!,
      part,
      predicted: own,
      price: toPrice(scaler, own),
      label: prices.get(id)!, // a kept game
    };
  });
}

/** What the model says of every validation and test picture, computed or taken from an earlier run. */
export async function predictPictures(
  run: Run,
  prepared: PreparedData,
  model: SavedModel,
): Promise<ImagePrediction[]> {
  const { value } = await jsonStage({
    name: 'predictions',
    version: 4,
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
): Promise<GamePrediction[]> =>
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
