import type { LayersModel, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { random } from '../core/random';
import { numbersOf, tensorflow } from '../tensorflow/backend';
import type { HeatMap } from './heatMap';

/** What each value of a picture adds to one output of a model, against each of several reference pictures. */
export interface Attribution {
  /** Number of the output. */
  output: number;
  references: number;
  /** `[references, height · width · channels]` laid flat, in the unit of the output. */
  each: Float32Array;
  /** The mean of `each` over the references: the values that are shown. */
  mean: Float32Array;
  /** The output for the picture, and its mean over the references: the values add up to the difference. */
  whole: number;
  base: number;
}

/** A model with pictures to compare with; both as the model takes them, `[count, height, width, channels]`. */
export interface Attributed {
  model: LayersModel;
  references: Tensor4D;
  /** Explains the probabilities of the classes whose logits the model gives, in place of the logits. */
  softmax?: boolean;
}

/** Says what the values of a picture `[1, height, width, channels]` add to each of some outputs. */
export type Attributor = (picture: Tensor4D, outputs: readonly number[]) => Attribution[];

/** Height, width and channels of the pictures that a model takes. */
export const inputShape = (model: LayersModel): [number, number, number] =>
  model.inputs[0]!.shape.slice(1).map(Number) as [number, number, number]; // [batch, h, w, channels]

/** By how much the values miss the difference that they should add up to. */
export const gapOf = ({ mean, whole, base }: Attribution): number => sumOf(mean) - (whole - base);

/** Values of a square, one for each place, as a map. */
export const squareMap = (values: Float32Array): HeatMap => {
  const side = Math.sqrt(values.length);
  return { width: side, height: side, values };
};

/** The sum of all values. */
export const sumOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!; // in range
  return sum;
};

/** Attributions from tensors `[references, h, w, c]`, one for each of the outputs; `model` gives the outputs that they explain. For use inside `tidy`. */
export function attributions(
  { model, references, softmax }: Attributed,
  picture: Tensor4D,
  outputs: readonly number[],
  found: readonly Tensor[],
): Attribution[] {
  const { tf } = tensorflow();
  const given = (pictures: Tensor4D): Float32Array => {
    const found = model.apply(pictures, { training: false }) as Tensor2D; // one output
    return tf.mean(softmax ? tf.softmax(found) : found, 0).dataSync<'float32'>();
  };
  const [whole, base] = [given(picture), given(references)];
  return outputs.map((output, i) => ({
    ...{ output, references: references.shape[0] },
    each: Float32Array.from(found[i]!.dataSync()), // one for each
    mean: Float32Array.from(tf.mean(found[i]!, 0).dataSync()),
    ...{ whole: whole[output]!, base: base[output]! },
  }));
}

/** The standard error of each value that comes from having these references and no others (bootstrap, Efron 1979): drawn anew within each of the groups, if there are any. */
export function referenceError(
  { each, references }: Pick<Attribution, 'each' | 'references'>,
  { seed, resamples = 200, groups }: { seed: number; resamples?: number; groups?: readonly unknown[] },
): Float32Array {
  const members = new Map<unknown, number[]>();
  for (let i = 0; i < references; i++) {
    const group = groups?.[i];
    members.set(group, [...(members.get(group) ?? []), i]);
  }
  const { pick } = random(seed, 'references');
  const { tf } = tensorflow();
  const shares = new Float32Array(resamples * references);
  for (let draw = 0; draw < resamples; draw++) {
    for (const own of members.values()) {
      for (const _ of own) shares[draw * references + pick(own)]! += 1 / references; // in range
    }
  }
  return numbersOf(() => {
    const values = tf.tensor2d(each, [references, each.length / references]);
    return tf.sqrt(tf.moments(tf.matMul(tf.tensor2d(shares, [resamples, references]), values), 0).variance);
  });
}
