import { dataName, stageFolder, withProgress } from '../../core/run';
import { jsonStage, type Staged, type StageResult } from '../../core/stage';
import {
  type AnyMethodName,
  explainModel,
  occlusionPatch,
  type SidedMap,
  sidesOf,
  withModel,
} from '../../explain/baseAndHead';
import type { HeatMap } from '../../explain/heatMap';
import { explanationMethods } from '../../explain/methods';
import { outputColumn, predictedValue, type ScoreTarget } from '../../explain/scoreTarget';
import { letterbox } from '../../images/letterbox';
import type { Backbone } from '../../networks/backbone';
import type { Example } from './examples';
import type { PreparedData } from './preparedData';
import type { PriceModel } from './priceModel';
import type { Run } from './settings';
import type { PricePrediction, TargetKind } from './target';

export type SidedPicture = Example & SidedMap;
export type SidedPrediction = Omit<SidedPicture, 'kind'>;

/** The score that a heat map explains (of a hurdle the price if the game costs something), its name, and the unit of its maps. */
export function explainedScore(kind: TargetKind): { score: ScoreTarget; name: string; unit: string } {
  const unit = `standard deviations of the ${kind === 'standardized' ? '' : 'log '}price`; // see `fitTarget`
  return kind === 'hurdle'
    ? { score: outputColumn(1), name: 'the predicted log price, if the game costs something', unit }
    : { score: predictedValue, name: `the predicted ${kind} price`, unit };
}

/** How pictures are explained, where it is not by Grad-CAM at the layer of the settings. */
export interface ExplainOptions {
  layer?: string;
  method?: AnyMethodName;
}

/** The maps of some pictures by a method at a layer, and how fine they are before they are up-sampled. */
export type ComparedMaps = Awaited<ReturnType<typeof explainEach>>[number];

/** The feature map that the settings name, or the finest of those that the backbone offers. */
export const explainedLayer = ({ config }: Run, { mapLayers }: Pick<Backbone, 'mapLayers'>): string =>
  config.gradCamLayer ?? mapLayers[2];

/** Maps of the predictions for pictures of the store by each of the options, the base opened once. Throws what `explainModel` throws. */
export async function explainEach(
  run: Run,
  label: string,
  { images, weights }: Pick<PreparedData, 'images' | 'weights'>,
  { layers: head, scaler }: PriceModel,
  predictions: readonly PricePrediction[],
  options: readonly ExplainOptions[],
) {
  const { imageSize } = run.config;
  const usual = explainedLayer(run, weights);
  const { width, height } = images.index.columns;
  const places = predictions.map(({ image }) => image);
  const pictures = {
    count: predictions.length,
    read: (rows: readonly number[]) => images.read(rows.map((row) => places[row]!)), // one for each
    boxes: places.map((place) => letterbox(width[place]!, height[place]!, imageSize)), // a row of the store
  };
  const target = explainedScore(scaler.kind).score;
  return withProgress(run, label, (onProgress) =>
    withModel({ weights, imageSize, head }, async (model) => {
      const results: { layer: string; method: string; resolution: string; explained: SidedPrediction[] }[] =
        [];
      for (const [k, { layer = usual, method = 'grad-cam' }] of options.entries()) {
        const watch = {
          onProgress: (done: number, total: number) =>
            onProgress((k + done / total) * total, options.length * total),
          signal: run.signal,
        };
        const found = await explainModel(model, pictures, { target, layer, method }, watch);
        results.push({
          layer,
          method: method === 'occlusion' ? 'Occlusion' : explanationMethods[method].title,
          resolution: resolutionOf(method, found[0]?.map, imageSize),
          explained: predictions.map((prediction, i) => ({ prediction, ...found[i]! })), // one of each
        });
      }
      return results;
    }),
  );
}

/** Of maps of the model's pictures of `size` pixels; those of occlusion have a value per pixel, but do not know as much. */
function resolutionOf(method: AnyMethodName, map: HeatMap | undefined, size: number): string {
  const patch = occlusionPatch(size);
  if (method === 'occlusion') return `squares of ${patch} × ${patch} pixels`;
  const { width, height } = map ?? { width: 1, height: 1 };
  return `${width} × ${height} places of ${Math.round(size / width)} × ${Math.round(size / height)} pixels`;
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
      const [found] = await explainEach(run, 'Pictures explained', prepared, model, predictions, [{}]);
      return found!.explained.map(({ map: { width, height, values } }) => ({
        width,
        height,
        values: [...values],
      }));
    },
  });
  const value = predictions.map((prediction, i) => {
    const { width, height, values } = maps[i]!; // one of each
    return { prediction, ...sidesOf({ width, height, values: Float32Array.from(values) }) };
  });
  return { ...made, value };
}
