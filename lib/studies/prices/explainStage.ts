import { ReportError } from '../../core/errors';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { jsonStage, type StageResult } from '../../core/stage';
import {
  type AnyMethodName,
  anyMethodNames,
  type ExplainedBy,
  explainModel,
  mapLayers,
  occlusionPatch,
  type SidedMap,
  withModel,
} from '../../explain/baseAndHead';
import { lowers, raises } from '../../explain/heatMap';
import { explanationMethods, isMethodName } from '../../explain/methods';
import { outputColumn, predictedValue, type ScoreTarget } from '../../explain/scoreTarget';
import { letterbox } from '../../images/letterbox';
import type { Example, Explainable } from './examples';
import type { ImagePrediction } from './predictions';
import type { PreparedData } from './preparedData';
import type { PriceModel, SavedModel } from './priceModel';
import type { Run } from './settings';
import type { TargetKind } from './target';

export type SidedPrediction = Explainable & SidedMap;
export type SidedPicture = Example & SidedMap;

/** What a heat map explains: the price (of a hurdle the price if the game costs something), or whether a game costs anything. */
export type ExplainedOutput = 'price' | 'paid';

/** The score that stands for it, its name, and the unit of its maps. Throws `BAD_INPUT` for `paid` where the model has no such output. */
export function explainedScore(
  kind: TargetKind,
  output: ExplainedOutput = 'price',
): { score: ScoreTarget; name: string; unit: string } {
  const unit = `standard deviations of the ${kind === 'standardized' ? '' : 'log '}price`; // see `fitTarget`
  if (kind === 'hurdle') {
    return output === 'price'
      ? { score: outputColumn(1), name: 'the predicted log price, if the game costs something', unit }
      : {
          score: outputColumn(0),
          name: 'the logit of the probability that the game costs something',
          unit: 'logits',
        };
  }
  if (output === 'price') return { score: predictedValue, name: `the predicted ${kind} price`, unit };
  throw new ReportError(
    'BAD_INPUT',
    `A model of ${kind} prices does not say whether a game costs anything: set REPORT_TARGET=hurdle.`,
  );
}

/** How pictures are explained, where it is not Grad-CAM of the price at the layer of the settings. */
export interface ExplainOptions {
  output?: ExplainedOutput;
  layer?: string;
  method?: AnyMethodName;
}

/** Maps of what the model predicts for pictures of the store. Throws what `explainedScore` and `explainModel` throw. */
export async function explainPictures<E extends Explainable>(
  run: Run,
  prepared: Pick<PreparedData, 'images' | 'weights'>,
  trained: PriceModel,
  examples: readonly E[],
  options: ExplainOptions = {},
): Promise<(E & SidedMap)[]> {
  const [found] = await explainEach(run, 'Pictures explained', prepared, trained, examples, [options]);
  return found!; // one for the one asked for
}

/** As `explainPictures`, for each of the options, with one progress display and the base opened once. */
async function explainEach<E extends Explainable>(
  run: Run,
  label: string,
  { images, weights }: Pick<PreparedData, 'images' | 'weights'>,
  { layers: head, scaler }: PriceModel,
  examples: readonly E[],
  each: readonly ExplainOptions[],
): Promise<(E & SidedMap)[][]> {
  const { imageSize, gradCamLayer } = run.config;
  const { width, height } = images.index.columns;
  const places = examples.map(({ prediction }) => prediction.image);
  const pictures = {
    count: examples.length,
    read: (rows: readonly number[]) => images.read(rows.map((row) => places[row]!)), // one for each example
    boxes: places.map((place) => letterbox(width[place]!, height[place]!, imageSize)), // a row of the store
  };
  const asked = each.map(
    ({ output, layer = gradCamLayer, method = 'grad-cam' }): ExplainedBy => ({
      target: explainedScore(scaler.kind, output).score,
      layer,
      method,
    }),
  );
  return withProgress(run, label, (onProgress) =>
    withModel({ weights, imageSize, head }, async (model) => {
      const results: (E & SidedMap)[][] = [];
      for (const [k, by] of asked.entries()) {
        const found = await explainModel(model, pictures, by, {
          onProgress: (done, total) => onProgress((k + done / total) * total, asked.length * total),
          signal: run.signal,
        });
        results.push(examples.map((example, i) => ({ ...example, ...sidesOf(found[i]!) }))); // one of each
      }
      return results;
    }),
  );
}

const sidesOf = ({ map, raises, lowers }: SidedMap): SidedMap => ({ map, raises, lowers });

/** The maps of some pictures by one of several layers or methods. */
export interface ComparedMaps<E extends Explainable = Explainable> {
  /** The layer's or the method's name, as a reader knows it. */
  name: string;
  /** How fine the maps are before they are up-sampled: `3 × 3 places of 32 × 32 pixels`. */
  resolution: string;
  explained: (E & SidedMap)[];
}

/** Grad-CAM of the same pictures at several layers of the base, in their order. Throws what `explainPictures` throws. */
export async function explainAtLayers<E extends Explainable>(
  run: Run,
  prepared: Pick<PreparedData, 'images' | 'weights'>,
  trained: PriceModel,
  examples: readonly E[],
  layers: readonly string[] = mapLayers,
): Promise<ComparedMaps<E>[]> {
  const options = layers.map((layer) => ({ layer }));
  const found = await explainEach(run, 'Layers', prepared, trained, examples, options);
  return layers.map((name, i) => {
    const explained = found[i]!; // one for each, here and below
    return { name, resolution: resolutionOf(explained, run.config.imageSize), explained };
  });
}

/** The same pictures by several methods at the layer of the settings, in their order; by default all there are. Throws what `explainPictures` throws. */
export async function explainByMethods<E extends Explainable>(
  run: Run,
  prepared: Pick<PreparedData, 'images' | 'weights'>,
  trained: PriceModel,
  examples: readonly E[],
  methods: readonly AnyMethodName[] = anyMethodNames,
): Promise<ComparedMaps<E>[]> {
  const { imageSize } = run.config;
  const options = methods.map((method) => ({ method }));
  const found = await explainEach(run, 'Methods', prepared, trained, examples, options);
  return methods.map((method, i) => {
    const explained = found[i]!;
    if (isMethodName(method)) {
      const name = explanationMethods[method].title;
      return { name, resolution: resolutionOf(explained, imageSize), explained };
    }
    const patch = occlusionPatch(imageSize); // its maps have a value per pixel, but do not know as much
    return { name: 'Occlusion', resolution: `squares of ${patch} × ${patch} pixels`, explained };
  });
}

/** Of the model's pictures of `size` pixels; the maps are all of one size. */
function resolutionOf(explained: readonly SidedMap[], size: number): string {
  const { width, height } = explained[0]?.map ?? { width: 0, height: 0 };
  const side = (places: number): number => Math.round(size / Math.max(places, 1));
  return `${width} × ${height} places of ${side(width)} × ${side(height)} pixels`;
}

/**
 * Grad-CAM of the given predictions of the report's model, or what an earlier run found for the same model and layer. Every figure of the report that
 * needs their maps takes them from here.
 */
export async function explainPredictions(
  run: Run,
  prepared: PreparedData,
  model: SavedModel,
  predictions: readonly ImagePrediction[],
): Promise<StageResult<SidedPrediction[]>> {
  const { gradCamLayer: layer } = run.config;
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
      const asked = predictions.map((prediction) => ({ prediction }));
      const found = await explainPictures(run, prepared, model, asked);
      return found.map(({ map: { width, height, values } }) => ({ width, height, values: [...values] }));
    },
  });
  const value = predictions.map((prediction, i) => {
    const { width, height, values } = maps[i]!; // one of each
    const map = { width, height, values: Float32Array.from(values) };
    return { prediction, map, raises: raises(map), lowers: lowers(map) };
  });
  return { ...made, value };
}
