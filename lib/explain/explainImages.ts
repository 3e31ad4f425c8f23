import type { LayersModel, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { preprocess } from '../networks/mobilenet';
import { tensorflow } from '../tensorflow/backend';
import { type BatchOptions, explainBatches } from './batches';
import { gradCamMethod } from './gradCam';
import { type Explanation, type ExplanationMethod, explainActivations, tidied } from './method';
import { headScore, predictedValue, type ScoreTarget } from './scoreTarget';
import { splitAt } from './splitModel';

/** Pictures that are read a batch at a time, such as those of a store. */
export interface PictureSource {
  count: number;
  /** Bytes of these pictures, `[images.length, h, w, 3]`. */
  read(images: readonly number[]): Uint8Array;
}

export interface ExplainInput extends BatchOptions {
  /** From images `[batch, h, w, 3]` in [−1, 1] to features, frozen; or the whole model, to its output, where there is no `head`. */
  base: LayersModel;
  /** From the features to the output. */
  head?: LayersModel;
  /** A layer of the base, or of a model inside it; see `splitAt`. */
  layer: string;
  /** `count · h · w · 3` values as the base takes them, or pictures to be read. */
  images: Float32Array | PictureSource;
  /** Default: the predicted value. */
  target?: ScoreTarget;
  /** Default: Grad-CAM. */
  method?: ExplanationMethod;
}

/**
 * Maps of whole images at any layer; see `ExplanationMethod` for what they are. Where the features of the base's last layer are at hand,
 * `explainActivations` with `headScore(head)` gives the same without running the base. Memory holds one batch beside the results. Throws
 * `BAD_INPUT` when images or layer do not fit, `INTERRUPTED` between batches.
 */
export async function explainImages(input: ExplainInput): Promise<Explanation> {
  const { base, head, layer, images, target = predictedValue, method = gradCamMethod } = input;
  const size = base.inputs[0]!.shape.slice(1).map(Number) as unknown as PictureShape; // [batch, h, w, 3]
  const source = images instanceof Float32Array ? valuesSource(images, size) : bytesSource(images, size);
  const split = splitAt(base, layer);
  const score = (output: Tensor): Tensor1D =>
    head ? headScore(head, target)(output as Tensor4D) : target(output as Tensor2D); // what base and whole models give
  const explain = (rows: readonly number[]): Explanation =>
    tidied(() => {
      const { activations, passing } = split.first(source.batch(rows));
      return explainActivations(method, {
        activations: activations.dataSync<'float32'>() as Float32Array, // of layers, which compute in it
        shape: [rows.length, ...split.shape],
        score: (x) => score(split.rest(x, passing)),
      });
    });
  return explainBatches(source.count, explain, input);
}

type PictureShape = readonly [height: number, width: number, channels: number];

/** Batches of consecutive images as the base takes them; for use inside `tidy`. */
interface BatchSource {
  count: number;
  batch(rows: readonly number[]): Tensor4D;
}

function valuesSource(values: Float32Array, size: PictureShape): BatchSource {
  const each = size[0] * size[1] * size[2];
  const count = values.length / each;
  if (!Number.isInteger(count)) {
    throw new ReportError(
      'BAD_INPUT',
      `${values.length} values are not a whole number of images of ${size.join('×')}: prepare them for this base.`,
    );
  }
  return {
    count,
    batch: (rows) =>
      tensorflow().tf.tensor4d(
        values.subarray(rows[0]! * each, (rows[0]! + rows.length) * each), // a batch has rows, one after the other
        [rows.length, ...size],
      ),
  };
}

function bytesSource({ count, read }: PictureSource, size: PictureShape): BatchSource {
  return {
    count,
    batch(rows) {
      const bytes = read(rows);
      if (bytes.length !== rows.length * size[0] * size[1] * size[2]) {
        throw new ReportError(
          'BAD_INPUT',
          `${bytes.length} bytes are not ${rows.length} images of ${size.join('×')}: prepare them for this base.`,
        );
      }
      return preprocess(tensorflow().tf.tensor4d(bytes, [rows.length, ...size], 'int32'));
    },
  };
}
