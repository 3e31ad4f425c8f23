import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { Shape } from '../core/concepts';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import { seededDropout } from './dropout';
import type { NamedArray } from './hdf5';
import { drawKernels } from './initialWeights';

/** Shape of one image's feature map. */
export type FeatureShape = Shape;

/** Everything about the head that can be chosen; `lib/config` has the defaults of the first three and the seed. */
export interface HeadSettings {
  /** Weight of the squared kernels of both hidden dense layers in the loss. */
  l2: number;
  /** Share of the first dense layer's outputs that is dropped in training, from 0 to below 1. */
  dropout1: number;
  /** The same for the second. */
  dropout2: number;
  /** Determines the initial weights and the dropout masks. */
  seed: number;
  /** Numbers for each row, linear; default 1. */
  outputs?: number;
  /** Filters of the convolution; default 64. */
  filters?: number;
  /** Units of the first and second dense layer; default 128 and 64. */
  units?: readonly [number, number];
}

/**
 * The head of the original, for features `[batch, height, width, channels]`: Conv2D (64, 3×3, same, ReLU) → BatchNormalization
 * (momentum 0.99, epsilon 1e-3) → GlobalAveragePooling → Dense 128 ReLU, L2 → Dropout → Dense 64 ReLU, L2 → Dropout → Dense, linear.
 * Layers are named `conv`, `bn`, `gap`, `dense1`, `dropout1`, `dense2`, `dropout2` and `out`. Initial weights are Keras' (Glorot
 * uniform kernels, zero biases) and depend on nothing but the settings and the shape. The caller disposes the model. Throws `BAD_INPUT` when a setting does not fit.
 */
export function buildHead(features: FeatureShape, settings: HeadSettings): LayersModel {
  checkSettings(features, settings);
  const { tf } = tensorflow();
  const { l2, dropout1, dropout2, seed, outputs = 1, filters = 64, units = [128, 64] } = settings;
  const start = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const; // drawn below
  const dense = (name: string, width: number) =>
    tf.layers.dense({
      name,
      units: width,
      activation: 'relu',
      kernelRegularizer: l2 > 0 ? tf.regularizers.l2({ l2 }) : undefined,
      ...start,
    });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        name: 'conv',
        inputShape: [...features],
        filters,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        ...start,
      }),
      tf.layers.batchNormalization({ name: 'bn', momentum: 0.99, epsilon: 1e-3 }),
      tf.layers.globalAveragePooling2d({ name: 'gap', dataFormat: 'channelsLast' }),
      dense('dense1', units[0]),
      seededDropout({ name: 'dropout1', rate: dropout1, seed }),
      dense('dense2', units[1]),
      seededDropout({ name: 'dropout2', rate: dropout2, seed }),
      tf.layers.dense({
        name: 'out',
        units: outputs,
        ...start,
      }),
    ],
  });
  drawKernels(model, seed);
  return model;
}

/**
 * The weights of every layer in the model's order, named `layer/weight` as Keras does (`conv/kernel`, `bn/moving_mean`, …), kernels
 * in Keras' layout (`[height, width, in, out]`, `[in, out]`). The arrays are copies.
 */
export function headWeights(model: LayersModel): NamedArray[] {
  return model.layers.flatMap((layer) =>
    layer.weights.map((weight) => {
      const value = weight.read();
      return {
        name: `${layer.name}/${weight.originalName.split('/').pop()}`,
        shape: [...value.shape],
        data: Float32Array.from(value.dataSync()),
      };
    }),
  );
}

/** Puts arrays in the order of `headWeights` into the model. Throws `BAD_WEIGHTS` when names, number or shapes do not fit; then nothing changed. */
export function assignHeadWeights(model: LayersModel, arrays: readonly NamedArray[]): void {
  const { tf } = tensorflow();
  const spell = (items: readonly { name: string; shape: readonly number[] }[]): string[] =>
    items.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  const expected = spell(headShapes(model));
  const found = spell(arrays);
  const wrong = expected.findIndex((text, i) => text !== found[i]);
  const uneven = arrays.find(({ shape, data }) => data.length !== shape.reduce((a, b) => a * b, 1));
  if (wrong >= 0 || found.length !== expected.length || uneven) {
    const where = wrong >= 0 ? wrong : expected.length;
    throw new ReportError(
      'BAD_WEIGHTS',
      uneven
        ? `The weights ${uneven.name} have ${uneven.data.length} values, which does not fit their shape: train the head again.`
        : `The weights are not those of this head: at position ${where} it has ${expected[where] ?? 'nothing more'}, given was ` +
            `${found[where] ?? 'nothing more'}. Use the head they were made with, or train again.`,
    );
  }
  let next = 0;
  tf.tidy(() => {
    for (const layer of model.layers) {
      const tensors: Tensor[] = layer.weights.map(() => {
        const { data, shape } = arrays[next++]!; // as many as were counted above
        return tf.tensor(data, shape);
      });
      if (tensors.length > 0) layer.setWeights(tensors);
    }
  });
}

const headShapes = (model: LayersModel): { name: string; shape: number[] }[] =>
  model.layers.flatMap((layer) =>
    layer.weights.map((weight) => ({
      name: `${layer.name}/${weight.originalName.split('/').pop()}`,
      shape: weight.shape.map(Number), // the shape of a weight has no open dimension
    })),
  );

function checkSettings(features: FeatureShape, { l2, dropout1, dropout2, outputs = 1 }: HeadSettings): void {
  const whole = [...features, outputs].every((n) => Number.isInteger(n) && n > 0);
  const rates = [dropout1, dropout2].every((rate) => rate >= 0 && rate < 1);
  if (whole && rates && l2 >= 0) return;
  throw new ReportError(
    'BAD_INPUT',
    `No head with ${outputs} outputs can be built on features [${features.join(', ')}] with l2 ${l2}, dropouts ${dropout1} and ` +
      `${dropout2}: sizes must be positive whole numbers, dropouts from 0 to below 1, l2 not negative.`,
  );
}
