import type { LayersModel } from '@tensorflow/tfjs';
import { type BatchOptions, explainBatches } from '../explain/batches';
import { explainImages, type PictureSource } from '../explain/explainImages';
import { type Explanation, explainActivations } from '../explain/method';
import { explanationMethod, explanationMethods, type MethodName } from '../explain/methods';
import { occlusion } from '../explain/occlusion';
import type { PixelBox } from '../explain/overlay';
import { headScore, type ScoreTarget } from '../explain/scoreTarget';
import { batchSize, createExtractor } from '../model/features';
import { assignWeights, buildMobilenet } from '../model/mobilenet';
import type { BaseWeights } from '../model/weights';
import { tensorflow } from '../tensorflow/backend';

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

type Maps = Pick<Explanation, 'maps' | 'scores'>;
type Watch = Pick<BatchOptions, 'onProgress' | 'signal'>;

/**
 * Raw maps and scores of pictures under a model of base and head, in the unit of the target; memory holds one batch beside the results. At the base's
 * last layer the folded base computes the features, at another one its layers. Occlusion hides squares of a sixth of the side, half of that apart.
 * Throws `BAD_INPUT` for a layer or method that there is not, `INTERRUPTED`.
 */
export async function explainModel(
  weights: BaseWeights,
  imageSize: number,
  head: LayersModel,
  pictures: ModelPictures,
  { target, layer, method }: ExplainedBy,
  watch: Watch = {},
): Promise<Maps> {
  if (method !== 'occlusion' && layer !== LAST_LAYER) {
    const base = buildMobilenet(weights.alpha, imageSize);
    try {
      assignWeights(base, weights.arrays);
      const how = { layer, target, method: explanationMethod(method), ...watch };
      return await explainImages({ base, head, images: pictures, ...how });
    } finally {
      base.dispose();
    }
  }
  const batch = Math.min(batchSize(imageSize, tensorflow().gpu), Math.max(pictures.count, 1));
  const extractor = await createExtractor(weights, imageSize, method === 'occlusion' ? undefined : batch);
  try {
    if (method === 'occlusion') {
      const score = (pixels: Uint8Array, count: number, picture: number): Float32Array =>
        scores(head, target, extractor.extract(pixels, count), extractor.shape, count, picture);
      return await occlude(pictures, imageSize, score, watch);
    }
    const explain = (rows: readonly number[]): Explanation =>
      explainActivations(explanationMethod(method), {
        activations: extractor.extract(pictures.read(rows), rows.length),
        shape: [rows.length, ...extractor.shape],
        score: headScore(head, target, rows),
      });
    return await explainBatches(pictures.count, explain, { batchSize: batch, ...watch });
  } finally {
    extractor.dispose();
  }
}

/** The scores of features that are all of changes of one picture. */
function scores(
  head: LayersModel,
  target: ScoreTarget,
  features: Float32Array,
  shape: readonly [number, number, number],
  count: number,
  picture: number,
): Float32Array {
  const { tf } = tensorflow();
  const rows = Array.from({ length: count }, () => picture);
  return tf.tidy(() =>
    Float32Array.from(headScore(head, target, rows)(tf.tensor4d(features, [count, ...shape])).dataSync()),
  );
}

async function occlude(
  { count, read, boxes }: ModelPictures,
  imageSize: number,
  score: (pixels: Uint8Array, count: number, picture: number) => Float32Array,
  { onProgress, signal }: Watch,
): Promise<Maps> {
  const patch = Math.max(1, Math.round(imageSize / 6));
  const maps: Maps['maps'] = [];
  const all = new Float32Array(count);
  for (let picture = 0; picture < count; picture++) {
    const found = await occlusion({
      pixels: read([picture]),
      width: imageSize,
      height: imageSize,
      score: (pixels, changes) => score(pixels, changes, picture),
      patch,
      stride: Math.max(1, Math.round(patch / 2)),
      boxes: boxes && [boxes[picture]!], // one for each
      batchSize: batchSize(imageSize, tensorflow().gpu),
      onProgress: (done, total) => onProgress?.(picture * total + done, count * total),
      signal,
    });
    maps.push(...found.maps);
    all.set(found.scores, picture);
  }
  return { maps, scores: all };
}
