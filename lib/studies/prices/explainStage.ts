import { dataName, stageFolder, withProgress } from '../../core/run';
import { jsonStage, type Staged, type StageResult } from '../../core/stage';
import {
  type AnyMethodName,
  explainModel,
  type SidedMap,
  sidesOf,
  withModel,
} from '../../explain/baseAndHead';
import { outputColumn, predictedValue, type ScoreTarget } from '../../explain/scoreTarget';
import { letterbox } from '../../images/letterbox';
import type { Backbone } from '../../networks/backbone';
import type { Example, pickExampleGames } from './examples';
import type { PreparedData } from './preparedData';
import type { PriceModel } from './priceModel';
import type { Run } from './settings';
import type { PricePrediction, TargetKind } from './target';

export type SidedPicture = Example & SidedMap;
export type SidedPrediction = Omit<SidedPicture, 'kind'>;
export type ExampleGame = ReturnType<typeof pickExampleGames<SidedPrediction>>[number];

/** The score that a heat map explains (of a hurdle the price if the game costs something), its name, and the unit of its maps. */
export function explainedScore(kind: TargetKind): { score: ScoreTarget; name: string; unit: string } {
  const unit = `standard deviations of the ${kind === 'standardized' ? '' : 'log '}price`; // see `fitTarget`
  return kind === 'hurdle'
    ? { score: outputColumn(1), name: 'the predicted log price, if the game costs something', unit }
    : { score: predictedValue, name: `the predicted ${kind} price`, unit };
}

/** The feature map that the settings name, or the finest of those that the backbone offers. */
export const explainedLayer = ({ config }: Run, { mapLayers }: Pick<Backbone, 'mapLayers'>): string =>
  config.gradCamLayer ?? mapLayers[2];

/** Maps of the predictions for pictures of the store, at the layer of the settings. Throws what `explainModel` throws. */
export async function explainPictures(
  run: Run,
  { images, weights }: Pick<PreparedData, 'images' | 'weights'>,
  { layers: head, scaler }: PriceModel,
  predictions: readonly PricePrediction[],
  method: AnyMethodName = 'grad-cam',
): Promise<SidedPrediction[]> {
  const { imageSize } = run.config;
  const { width, height } = images.index.columns;
  const places = predictions.map(({ image }) => image);
  const pictures = {
    count: predictions.length,
    read: (rows: readonly number[]) => images.read(rows.map((row) => places[row]!)), // one for each
    boxes: places.map((place) => letterbox(width[place]!, height[place]!, imageSize)), // a row of the store
  };
  const by = { target: explainedScore(scaler.kind).score, layer: explainedLayer(run, weights), method };
  const found = await withProgress(run, 'Pictures explained', (onProgress) =>
    withModel({ weights, imageSize, head }, (model) =>
      explainModel(model, pictures, by, { onProgress, signal: run.signal }),
    ),
  );
  return predictions.map((prediction, i) => ({ prediction, ...found[i]! })); // one of each
}

/** Grad-CAM of these predictions of the report's model, or what an earlier run found for the same model and layer. */
export async function explainPredictions(
  run: Run,
  prepared: PreparedData,
  model: Staged<PriceModel>,
  predictions: readonly PricePrediction[],
): Promise<StageResult<SidedPrediction[]>> {
  const layer = explainedLayer(run, prepared.weights);
  const { value: maps, ...made } = await jsonStage({
    name: 'maps',
    version: 1,
    folder: stageFolder(run.config, 'predictions', `${dataName(run.config)}-maps`),
    inputs: {
      model: model.key,
      features: prepared.stages.features.key,
      layer,
      files: predictions.map(({ file }) => file),
    },
    file: 'maps.json',
    make: async () => {
      const found = await explainPictures(run, prepared, model, predictions);
      return found.map(({ map: { width, height, values } }) => ({ width, height, values: [...values] }));
    },
  });
  const value = predictions.map((prediction, i) => {
    const { width, height, values } = maps[i]!; // one of each
    return { prediction, ...sidesOf({ width, height, values: Float32Array.from(values) }) };
  });
  return { ...made, value };
}
