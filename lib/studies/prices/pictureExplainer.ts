import type { LayersModel } from '@tensorflow/tfjs';
import { type BatchOptions, explainBatches } from '../../explain/batches';
import { type ExplainInput, explainImages, type PictureSource } from '../../explain/explainImages';
import { type HeatMap, lowers, raises } from '../../explain/heatMap';
import {
  type ActivationShape,
  type Explanation,
  type ExplanationMethod,
  explainActivations,
  tidied,
} from '../../explain/method';
import { explanationMethod, explanationMethods, type MethodName } from '../../explain/methods';
import { occlusion } from '../../explain/occlusion';
import type { PixelBox } from '../../explain/overlay';
import { headScore, negated, type ScoreTarget } from '../../explain/scoreTarget';
import { batchSize, createExtractor } from '../../networks/features';
import { withMobilenet } from '../../networks/mobilenet';
import type { BaseWeights } from '../../networks/weights';
import { tensorflow } from '../../tensorflow/backend';

/** Side of the squares that occlusion hides, in pixels; they lie half of it apart. */
export const occlusionPatch = (imageSize: number): number => Math.round(imageSize / 6);

/** The base's last layer: its output is what the head takes. */
export const LAST_LAYER = 'out_relu';

/** The methods by gradients, and the slow reference that has none. */
export type AnyMethodName = MethodName | 'occlusion';
export const anyMethodNames: readonly AnyMethodName[] = [
  ...(Object.keys(explanationMethods) as MethodName[]), // its own keys
  'occlusion',
];

/** What is explained, and how. */
export interface ExplainedBy {
  target: ScoreTarget;
  /** Not looked at by occlusion. */
  layer: string;
  method: AnyMethodName;
}

/** Pictures of the model's size. */
export interface ModelPictures extends PictureSource {
  /** Where each lies in its square; occlusion hides parts under the mean colour within. */
  boxes?: readonly PixelBox[];
}

/** A model of base and head, and the pictures that it is asked about. */
export interface ModelQuestion {
  weights: BaseWeights;
  /** Side of the pictures in pixels. */
  imageSize: number;
  head: LayersModel;
  pictures: ModelPictures;
}

type Maps = Pick<Explanation, 'maps' | 'scores'>;
type Watch = Pick<BatchOptions, 'onProgress' | 'signal'>;

/**
 * Raw maps and scores of pictures, in the unit of the target; memory holds one batch beside the results. At the base's last layer the folded base
 * computes the features, at another one its layers. Occlusion hides squares of a sixth of the side, half of that apart. Throws
 * `BAD_INPUT` for a layer or method that there is not, `INTERRUPTED`.
 */
export function explainModel(question: ModelQuestion, by: ExplainedBy, watch: Watch = {}): Promise<Maps> {
  const { target, layer } = by;
  if (by.method === 'occlusion') return byOcclusion(question, target, watch);
  const method = explanationMethod(by.method);
  if (layer === LAST_LAYER) return byFeatures(question, target, method, watch);
  return byLayers(question, { target, layer, method, ...watch });
}

/** Both sides of an explanation, values ≥ 0 in the unit of the target; one map per picture. */
export interface Sides {
  raises: HeatMap[];
  lowers: HeatMap[];
}

/**
 * As `explainModel`, with what raises and what lowers the score apart: the two sides of a raw map or, for a method that only knows what raises a score,
 * an explanation of the score and one of it with its sign turned.
 */
export async function explainSides(
  question: ModelQuestion,
  by: ExplainedBy,
  { onProgress, signal }: Watch = {},
): Promise<Maps & Sides> {
  const signed = by.method === 'occlusion' || explanationMethod(by.method).signed;
  const half = (second: boolean): Watch => ({
    onProgress: (done, total) =>
      signed ? onProgress?.(done, total) : onProgress?.((done + (second ? total : 0)) / 2, total),
    signal,
  });
  const found = await explainModel(question, by, half(false));
  const sides = { ...found, raises: found.maps.map(raises) };
  if (signed) return { ...sides, lowers: found.maps.map(lowers) };
  const turned = await explainModel(question, { ...by, target: negated(by.target) }, half(true));
  return { ...sides, lowers: turned.maps.map(raises) };
}

const byLayers = (
  { weights, imageSize, head, pictures }: ModelQuestion,
  how: Pick<ExplainInput, 'target' | 'layer' | 'method'> & Watch,
): Promise<Maps> =>
  withMobilenet(weights, imageSize, (base) => explainImages({ base, head, images: pictures, ...how }));

async function byFeatures(
  { weights, imageSize, head, pictures }: ModelQuestion,
  target: ScoreTarget,
  method: ExplanationMethod,
  watch: Watch,
): Promise<Maps> {
  const batch = Math.max(1, Math.min(batchSize(imageSize, tensorflow().gpu), pictures.count));
  const extractor = await createExtractor(weights, imageSize, batch);
  const explain = (rows: readonly number[]): Explanation =>
    explainActivations(method, {
      activations: extractor.extract(pictures.read(rows), rows.length),
      shape: [rows.length, ...extractor.shape],
      score: headScore(head, target, rows),
    });
  try {
    return await explainBatches(pictures.count, explain, { batchSize: batch, ...watch });
  } finally {
    extractor.dispose();
  }
}

async function byOcclusion(
  { weights, imageSize, head, pictures }: ModelQuestion,
  target: ScoreTarget,
  { onProgress, signal }: Watch,
): Promise<Maps> {
  const { count, read, boxes } = pictures;
  const batch = batchSize(imageSize, tensorflow().gpu);
  const patch = occlusionPatch(imageSize);
  const extractor = await createExtractor(weights, imageSize, batch);
  const maps: Maps['maps'] = [];
  const scores = new Float32Array(count);
  try {
    for (let picture = 0; picture < count; picture++) {
      const found = await occlusion({
        pixels: read([picture]),
        width: imageSize,
        height: imageSize,
        score: (pixels, changes) => {
          const features = extractor.extract(pixels, changes);
          const rows = Array.from({ length: changes }, () => picture);
          return scoresOf(features, [changes, ...extractor.shape], headScore(head, target, rows));
        },
        patch,
        stride: Math.round(patch / 2),
        boxes: boxes && [boxes[picture]!], // one for each
        batchSize: batch,
        onProgress: (done, total) => onProgress?.(picture + done / total, count),
        signal,
      });
      maps.push(...found.maps);
      scores.set(found.scores, picture);
    }
    return { maps, scores };
  } finally {
    extractor.dispose();
  }
}

const scoresOf = (
  features: Float32Array,
  shape: ActivationShape,
  score: ReturnType<typeof headScore>,
): Float32Array => {
  const { tf } = tensorflow();
  return tidied(() => Float32Array.from(score(tf.tensor4d(features, [...shape])).dataSync<'float32'>()));
};
