import type { LayersModel } from '@tensorflow/tfjs';
import type { Box } from '../images/letterbox';
import { pixelsOf } from '../images/prepare';
import { type Backbone, type PixelScaling, withBackbone } from '../networks/backbone';
import { batchSize, createExtractor, type Extractor } from '../networks/features';
import { numbersOf, tensorflow } from '../tensorflow/backend';
import type { PlacedPicture } from './controls';
import { type ExplainInput, explainImages, type PictureSource } from './explainImages';
import type { Scores } from './faithfulness';
import { difference, type HeatMap, lowers, raises } from './heatMap';
import { explanationMethods, type MethodName } from './methods';
import { occlusion } from './occlusion';
import { headScore, negated, type ScoreTarget } from './scoreTarget';

/** A model that is a frozen base and a head on its features. */
export interface BaseAndHead {
  weights: Backbone;
  imageSize: number;
  head: LayersModel;
}

export interface OpenBaseAndHead {
  base: LayersModel;
  input: PixelScaling;
  head: LayersModel;
  imageSize: number;
  /** The base as a fast graph, made when it is first asked for. */
  extractor(): Promise<Extractor>;
}

/** Opens a model for some work and frees what was opened afterwards; the head stays the caller's. */
export async function withModel<T>(
  { weights, imageSize, head }: BaseAndHead,
  work: (model: OpenBaseAndHead) => Promise<T>,
): Promise<T> {
  let extractor: Promise<Extractor> | undefined;
  const opened = (): Promise<Extractor> => {
    extractor ??= createExtractor(weights, imageSize);
    return extractor;
  };
  try {
    return await withBackbone(weights, imageSize, (base) =>
      work({ base, input: weights.input, head, imageSize, extractor: opened }),
    );
  } finally {
    if (extractor) (await extractor).dispose();
  }
}

/** The methods by gradients, and the slow reference that has none. */
export type AnyMethodName = MethodName | 'occlusion';
export const anyMethodNames: readonly AnyMethodName[] = [
  ...(Object.keys(explanationMethods) as MethodName[]), // its own keys
  'occlusion',
];

export interface ExplainedBy {
  target: ScoreTarget;
  /** A layer of the base; not looked at by occlusion. */
  layer: string;
  method: AnyMethodName;
}

export interface ModelPictures extends PictureSource {
  /** Where each lies in its square; occlusion hides parts under the mean colour within. */
  boxes?: readonly Box[];
}

/** A map with both its sides apart, values ≥ 0; the map is what raises the score minus what lowers it. */
export interface SidedMap {
  map: HeatMap;
  raises: HeatMap;
  lowers: HeatMap;
}

/** Both sides of a map that has a sign. */
export const sidesOf = (map: HeatMap): SidedMap => ({ map, raises: raises(map), lowers: lowers(map) });

type Watch = Pick<ExplainInput, 'onProgress' | 'signal'>;

/** Explains pictures; what lowers the score is a signed map's negative side, else the map of the score with its sign turned. Throws `BAD_INPUT` for a layer that there is not, `INTERRUPTED`. */
export async function explainModel(
  model: OpenBaseAndHead,
  pictures: ModelPictures,
  { target, layer, method: name }: ExplainedBy,
  watch: Watch = {},
): Promise<SidedMap[]> {
  if (name === 'occlusion') return (await byOcclusion(model, pictures, target, watch)).map(sidesOf);
  const { base, head, input: scaling } = model;
  const method = explanationMethods[name];
  const input = { base, scaling, head, images: pictures, layer, method, signal: watch.signal };
  const half =
    (second: number): Watch['onProgress'] =>
    (done, total) =>
      watch.onProgress?.(method.signed ? done : (done + second * total) / 2, total);
  const { maps } = await explainImages({ ...input, target, onProgress: half(0) });
  if (method.signed) return maps.map(sidesOf);
  const turned = await explainImages({ ...input, target: negated(target), onProgress: half(1) });
  return maps.map((map, i) => {
    const against = turned.maps[i]!; // one for each
    return { map: difference(map, against), raises: raises(map), lowers: raises(against) };
  });
}

/** Side of the squares that occlusion hides, in pixels; they lie half of it apart. */
export const occlusionPatch = (imageSize: number): number => Math.round(imageSize / 6);

async function byOcclusion(
  model: OpenBaseAndHead,
  { count, read, boxes }: ModelPictures,
  target: ScoreTarget,
  { onProgress, signal }: Watch,
): Promise<HeatMap[]> {
  const { imageSize } = model;
  const patch = occlusionPatch(imageSize);
  const score = await modelScores(model, target);
  const found: HeatMap[] = [];
  for (let picture = 0; picture < count; picture++) {
    const { map } = await occlusion({
      pixels: read([picture]),
      width: imageSize,
      height: imageSize,
      score,
      patch,
      stride: Math.round(patch / 2),
      box: boxes?.[picture],
      batchSize: batchSize(imageSize, tensorflow().gpu),
      onProgress: (done, total) => onProgress?.(picture + done / total, count),
      signal,
    });
    found.push(map);
  }
  return found;
}

/** The scores of pictures as bytes, while the model is open. */
export async function modelScores(model: OpenBaseAndHead, target: ScoreTarget): Promise<Scores> {
  const { tf } = tensorflow();
  const extractor = await model.extractor();
  return (pixels, count) => {
    const features = extractor.extract(pixels, count);
    return numbersOf(() => headScore(model.head, target)(tf.tensor4d(features, [count, ...extractor.shape])));
  };
}

/** Makes one raw map of the whole square for each picture, all of one size. */
export type MapMethod = (
  model: OpenBaseAndHead,
  pictures: readonly PlacedPicture[],
) => HeatMap[] | Promise<HeatMap[]>;

/** `explainModel` as a `MapMethod`. */
export const mapMethod =
  (by: ExplainedBy): MapMethod =>
  async (model, pictures) => {
    const read = (rows: readonly number[]) => pixelsOf(pictures, rows);
    const boxes = pictures.map(({ box }) => box);
    const found = await explainModel(model, { count: pictures.length, read, boxes }, by);
    return found.map(({ map }) => map);
  };
