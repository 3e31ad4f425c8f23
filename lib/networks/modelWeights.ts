import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import type { NamedArray } from './hdf5';

/** The weights of every layer, in the model's order, under Keras' names. */
const weightsOf = (model: LayersModel) =>
  model.layers.flatMap((layer) =>
    layer.weights.map((weight) => ({
      name: `${layer.name}/${weight.originalName.split('/').pop()}`,
      shape: weight.shape.map(Number), // the shape of a weight has no open dimension
      weight,
    })),
  );

/** Copies of the weights of every layer in the model's order, named `layer/weight` and laid out as Keras does. */
export const modelWeights = (model: LayersModel): NamedArray[] =>
  weightsOf(model).map(({ name, shape, weight }) => ({
    name,
    shape,
    data: Float32Array.from(weight.read().dataSync()),
  }));

/** Puts arrays in the order of `modelWeights` into the model. Throws `BAD_WEIGHTS` when names, number or shapes do not fit; then nothing changed. */
export function assignWeights(model: LayersModel, arrays: readonly NamedArray[]): void {
  const { tf } = tensorflow();
  const own = weightsOf(model);
  const spell = (item?: { name: string; shape: readonly number[] }): string =>
    item ? `${item.name} [${item.shape.join(', ')}]` : 'nothing more';
  for (let i = 0; i < Math.max(own.length, arrays.length); i++) {
    const [expected, given] = [own[i], arrays[i]];
    const size = given?.shape.reduce((a, b) => a * b, 1);
    if (spell(expected) === spell(given) && given?.data.length === size) continue;
    throw new ReportError(
      'BAD_WEIGHTS',
      `The weights are not those of this model: at position ${i} it has ${spell(expected)}, given was ${spell(given)} with ` +
        `${given?.data.length ?? 0} values. Use the model they were made with, or train again.`,
    );
  }
  tf.tidy(() => {
    own.forEach(({ weight, shape }, i) => {
      weight.write(tf.tensor(arrays[i]!.data, shape)); // as many as were compared above
    });
  });
}
