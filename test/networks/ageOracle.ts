import type { LayersModel } from '@tensorflow/tfjs';
import type { Layer } from '../../lib/networks/layers';
import { layerSummary } from '../../lib/networks/summary';
import { tensorflow } from '../../lib/tensorflow/backend';
import { oracleArrays, oracleJson } from '../oracle';
import { kerasUniform } from '../training/kerasWeights';

interface KerasModel {
  total_params: number;
  trainable: number;
  losses_before_each_step: number[];
  loss_after_inference: number;
  binary_crossentropy_on_predict: number;
  binary_accuracy_on_predict: number;
  accuracy_on_predict: number;
  layers: { type: string; shape: number[]; params: number }[];
}
type Name = 'cnn' | 'autoencoder';
const oracle = oracleJson<{
  mulberry32_check: { seed: number };
  labels: number[];
  models: Record<Name, Record<'float32' | 'float64', KerasModel>>;
}>('classes/age');
const arrays = oracleArrays('classes/age');

/** Sixteen pictures of 32 × 32 pixels from 0 to 1, and their classes. */
export const pictures = Float32Array.from(arrays.x_u8!.data, (byte) => byte / 255);
export const { labels } = oracle;

/** What Keras says of one of the two networks; its figures are those of double precision. */
export const kerasModel = (name: Name) => ({
  ...oracle.models[name].float64,
  prediction: arrays[`${name}_float64_predict`]!.data,
  predictionAfter: arrays[`${name}_float64_predict_after_6_steps`]!.data,
});

/** Gives a model the weights of the oracle, which follow from a rule. */
export function assignOracleWeights(model: LayersModel): void {
  const { tf } = tensorflow();
  const weights = model.layers.flatMap((layer) => layer.weights);
  const first = weights[0]!.originalName.includes('gamma') ? 4 : 0; // arrays of a batch normalization of the pictures
  weights.forEach((weight, k) => {
    const shape = weight.shape as number[]; // weights have no open dimension
    const window = shape.slice(0, -2).reduce((a, b) => a * b, 1);
    const limit = Math.sqrt(6 / (window * (shape.at(-2)! + shape.at(-1)!)));
    const centre = k < first ? 0.4 : 0.3;
    const ranges: Record<string, [number, number]> = {
      kernel: [-limit, limit],
      bias: [-0.05, 0.05],
      gamma: [0.8, 1.2],
      beta: [-0.1, 0.1],
      moving_mean: [centre - 0.1, centre + 0.1],
      moving_variance: k < first ? [0.08, 0.13] : [0.5, 1.5],
    };
    const count = shape.reduce((a, b) => a * b, 1);
    const values = kerasUniform(
      oracle.mulberry32_check.seed + k,
      count,
      ...ranges[weight.originalName.split('/').at(-1)!]!,
    );
    tf.tidy(() => {
      weight.write(tf.tensor(values, shape));
    });
  });
}

/** Parameters and output shapes of a list of layers, but for activations, which are part of a layer in Keras. */
export const layersOf = (layers: readonly Layer[]) =>
  layerSummary(layers)
    .filter(({ kind }) => !/relu/i.test(kind) && kind !== 'input')
    .map(({ outputShape, parameters }) => ({ shape: outputShape, params: parameters }));

/** The same of Keras. */
export const kerasLayers = (name: Name) =>
  kerasModel(name)
    .layers.filter(({ type }) => type !== 'InputLayer')
    .map(({ shape, params }) => ({ shape, params }));
