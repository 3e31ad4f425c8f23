import type { LayersModel } from '@tensorflow/tfjs';
import type { Shape } from '../core/concepts';
import { tensorflow } from '../tensorflow/backend';
import { seededDropout } from './dropout';
import { drawKernels } from './initialWeights';
import { layered } from './layered';

/** The last layers of a classifier on the features of a backbone: the mean over all places, dropout, and one number for each output. */
export const linearHeadWith = (rate: number) =>
  layered('linear head', (shape, outputs, seed) => [
    { kind: 'input', name: 'features', shape },
    { kind: 'globalAveragePool', name: 'gap' },
    { kind: 'dropout', name: 'dropout', rate, seed },
    { kind: 'dense', name: 'out', units: outputs },
  ]);

/** A linear head with the usual dropout. */
export const linearHead = linearHeadWith(0.2);

/** Logistic regression on features of any size, each brought to mean 0 and variance 1 before, with dropout. */
export const normalizedHead = layered('normalized linear head', (shape, outputs, seed) => [
  { kind: 'input', name: 'features', shape },
  { kind: 'flatten', name: 'flatten' },
  { kind: 'batchNorm', name: 'bn', momentum: 0.9 },
  { kind: 'dropout', name: 'dropout', rate: 0.2, seed },
  { kind: 'dense', name: 'out', units: outputs },
]);

export interface HeadSettings {
  /** Weight of the squared kernels of both hidden dense layers in the loss. */
  l2: number;
  /** Share of the first dense layer's outputs that is dropped in training, from 0 to below 1. */
  dropout1: number;
  dropout2: number;
  seed: number;
  /** Numbers for each row, linear; default 1. */
  outputs?: number;
  /** Filters of the convolution; default 64. */
  filters?: number;
  /** Units of the first and second dense layer; default 128 and 64. */
  units?: readonly [number, number];
}

/** The head of the original: convolution, batch normalization, average, two dense layers with dropout, output. The caller disposes it. */
export function buildHead(features: Shape, settings: HeadSettings): LayersModel {
  const { tf } = tensorflow();
  const { l2, dropout1, dropout2, seed, outputs = 1, filters = 64, units = [128, 64] } = settings;
  const start = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const; // drawn below
  const kernelRegularizer = l2 > 0 ? tf.regularizers.l2({ l2 }) : undefined;
  const dense = (name: string, width: number) =>
    tf.layers.dense({ name, units: width, activation: 'relu', kernelRegularizer, ...start });
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
      tf.layers.dense({ name: 'out', units: outputs, ...start }),
    ],
  });
  drawKernels(model, seed);
  return model;
}
