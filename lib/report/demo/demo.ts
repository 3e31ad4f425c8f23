import type { LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../../core/errors';
import type { HeatMap } from '../../explain/heatMap';
import { lanczos, planLanczos } from '../../images/lanczos';
import { type Box, letterbox, pasteOnSquare, plainSquare, type Rgb } from '../../images/letterbox';
import type { PixelScaling } from '../../networks/backbone';

/** The one TensorFlow.js of the page, or of this process. */
type TensorFlow = typeof import('@tensorflow/tfjs');

/** What the page of a demo is called, and what it says of its pictures, in the words of its study. */
export interface DemoWords {
  title: string;
  question: string;
  /** One of its pictures, and several: `cover`, `covers`. */
  one: string;
  many: string;
  /** What the demo must not be used for. */
  caution: string;
}

/** What a demo needs beside its model and the features of its references; plain JSON, in `demo.json`. */
export interface DemoRecord extends DemoWords {
  /** What the model is called. */
  model: string;
  classes: readonly string[];
  /** Logits are divided by it before the softmax (Guo et al. 2017). */
  temperature: number;
  /** Side in pixels of the square that the model sees, and what fills it up. */
  size: number;
  background: Rgb;
  scaling: PixelScaling;
  /** Training pictures that the nearest ones are chosen from: their names and classes, row by row of `references.bin`. */
  references: readonly { name: string; label: string }[];
  examples: readonly { file: string; label: string }[];
}

/** What a demo says of a picture. */
export interface DemoAnswer {
  /** Calibrated, one for each class. */
  probabilities: number[];
  /** For each class its activation map (Zhou et al. 2016): the mean of its values and the bias of the class are the logit. */
  maps: HeatMap[];
  /** The references with the most similar features: their rows, and the cosine of the angle. */
  nearest: { row: number; similarity: number }[];
}

/** A decoded picture, `[height, width, 3]`, as a model takes it, `[size, size, 3]`, and where it lies there. */
export function squarePicture(
  { pixels, width, height }: { pixels: Uint8Array; width: number; height: number },
  { size, background }: Pick<DemoRecord, 'size' | 'background'>,
): { pixels: Uint8Array; box: Box } {
  const box = letterbox(width, height, size);
  const same = width === box.width && height === box.height;
  const scaled = same ? pixels : lanczos(planLanczos(width, height, box.width, box.height), pixels);
  const square = plainSquare(size, background);
  pasteOnSquare(scaled, box, square, size);
  return { pixels: square, box };
}

/** References that are shown. */
const NEAREST = 3;

/**
 * A model that ends with the mean over all places and one linear layer, as a function of prepared pictures, `[size, size, 3]` bytes. `references`
 * holds a row of features for each reference, in any unit. The same code answers in a browser and natively. Throws `WRONG_ARCHITECTURE`.
 */
export function openDemo(tf: TensorFlow, model: LayersModel, record: DemoRecord, references: Int8Array) {
  const pool = model.layers.find((layer) => layer.getClassName() === 'GlobalAveragePooling2D');
  const last = model.layers.at(-1);
  if (!pool || last?.getClassName() !== 'Dense') {
    const expected = 'the mean over all places and one linear layer';
    throw new ReportError('WRONG_ARCHITECTURE', `A demo needs a model that ends with ${expected}.`);
  }
  const [features, mean] = [pool.input, pool.output] as SymbolicTensor[]; // one of each
  const whole = tf.model({ inputs: model.inputs, outputs: [features!, mean!, ...model.outputs] });
  const { size, scaling, temperature, classes } = record;
  const compute = (
    pixels: Uint8Array,
  ): [probabilities: Tensor, evidence: Tensor, mean: Tensor, side: number] => {
    const bytes = tf.tensor4d(Float32Array.from(pixels), [1, size, size, 3]);
    const [places, means, logits] = whole.predict(
      tf.mul(tf.sub(bytes, scaling.offset), scaling.scale),
    ) as Tensor[];
    const [, side = 0, , channels = 0] = places!.shape; // three outputs
    const kernel = last.getWeights()[0]!; // before the bias
    const evidence = tf.matMul(kernel, tf.reshape(places!, [side * side, channels]), true, true);
    return [tf.softmax(tf.div(logits!, temperature)), evidence, means!, side];
  };
  return {
    record,
    /** What it says of a prepared picture. */
    ask: async (pixels: Uint8Array): Promise<DemoAnswer> => {
      let side = 0;
      const tensors = tf.tidy(() => {
        const found = compute(pixels);
        side = found[3];
        return found.slice(0, 3) as Tensor[];
      });
      const [probabilities, evidence, means] = (await Promise.all(
        tensors.map((tensor) => tensor.data()),
      )) as Float32Array[];
      tf.dispose(tensors);
      const map = (i: number): HeatMap => ({
        ...{ width: side, height: side },
        values: evidence!.slice(i * side * side, (i + 1) * side * side), // three, as above
      });
      return {
        probabilities: [...probabilities!],
        maps: classes.map((_, i) => map(i)),
        nearest: nearestRows(means!, references),
      };
    },
    dispose: (): void => {
      model.dispose();
    },
  };
}

/** A demo that can be asked. */
export type Demo = ReturnType<typeof openDemo>;

/** The rows of `references` nearest to some features, the nearest first. */
export function nearestRows(features: Float32Array, references: Int8Array): DemoAnswer['nearest'] {
  const channels = features.length;
  const own = Math.hypot(...features);
  const all = Array.from({ length: references.length / channels }, (_, row) => {
    let [product, length] = [0, 0];
    for (let i = 0; i < channels; i++) {
      const value = references[row * channels + i]!; // in range
      product += value * features[i]!;
      length += value * value;
    }
    return { row, similarity: product / (Math.sqrt(length) * own || 1) };
  });
  return all.sort((a, b) => b.similarity - a.similarity).slice(0, NEAREST);
}

/** Features as a row of references: in 127ths of the largest of them. */
export function referenceRow(features: Float32Array): Int8Array {
  const most = features.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return Int8Array.from(features, (value) => Math.round((127 * value) / (most || 1)));
}

/** Why a picture is not looked at, in a sentence. */
export const refusals = {
  kind: 'This is no JPEG, PNG, GIF or WebP picture.',
  bytes: 'This file is larger than 20 MB.',
  pixels: 'This picture has more than 40 million pixels.',
  damaged: 'This picture is damaged, or ends too early.',
} as const;

/** The limits that these sentences name. */
export const limits = { bytes: 20e6, pixels: 40e6 } as const;
