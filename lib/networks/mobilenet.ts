import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import { shapeOf } from './mobilenetV2';
import type { SummaryRow } from './summary';
import { type Base, weightedBase } from './weightArrays';
import { buildWeighted } from './weighted';

const nameOf = (alpha: number, imageSize: number): string => `mobilenetv2_${alpha.toFixed(2)}_${imageSize}`;

/** The base as a model, batch normalization and all: pictures in [−1, 1] → `[batch, size/32, size/32, channels]` in [0, 6]. The caller disposes it. */
export const baseModel = (base: Base, imageSize: number): LayersModel =>
  buildWeighted(weightedBase(base, imageSize), nameOf(base.alpha, imageSize));

/** Does `work` with the `baseModel` and disposes it afterwards. */
export async function withMobilenet<T>(
  base: Base,
  imageSize: number,
  work: (model: LayersModel) => Promise<T>,
): Promise<T> {
  const model = baseModel(base, imageSize);
  try {
    return await work(model);
  } finally {
    model.dispose();
  }
}

/** Grey levels 0…255 → what MobileNetV2 was trained on: x / 127.5 − 1, in [−1, 1], float32, of the same shape. */
export function preprocess<T extends Tensor>(pixels: T): T {
  const { tf } = tensorflow();
  return tf.tidy(() => pixels.toFloat().div(127.5).sub(1) as T);
}

/** The whole base as one row of a model's summary: its output for one image, and its weights, none of which is trained. */
export const baseSummary = ({ arrays, alpha }: Base, imageSize: number): SummaryRow => ({
  name: nameOf(alpha, imageSize),
  kind: 'MobileNetV2 (frozen)',
  outputShape: shapeOf(alpha, imageSize),
  parameters: arrays.reduce((sum, { data }) => sum + data.length, 0),
  trainable: 0,
});
