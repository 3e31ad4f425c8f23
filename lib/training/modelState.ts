import type { LayersModel } from '@tensorflow/tfjs';
import { type RandomState, resumeRandom } from '../core/random';
import { dropoutLayers } from '../networks/dropout';
import { tensorflow } from '../tensorflow/backend';

/** What training changes in a model: its weights, statistics included, and the streams of its dropout masks. */
export interface ModelState {
  weights: Float32Array[];
  streams: RandomState[];
}

export const modelState = (model: LayersModel): ModelState => ({
  weights: weightValues(model),
  streams: dropoutLayers(model).map((layer) => layer.stream.state()),
});

/** Puts a state of this model, or of one built alike, into it. */
export function restoreModel(model: LayersModel, { weights, streams }: ModelState): void {
  writeWeights(model, weights);
  dropoutLayers(model).forEach((layer, i) => {
    layer.stream = resumeRandom(streams[i]!); // one for each
  });
}

/** Copies of all weights, in the model's order. */
export const weightValues = (model: LayersModel): Float32Array[] =>
  model.weights.map((weight) => Float32Array.from(weight.read().dataSync()));

export function writeWeights(model: LayersModel, values: readonly Float32Array[]): void {
  const { tf } = tensorflow();
  tf.tidy(() => {
    model.weights.forEach((weight, i) => {
      weight.write(tf.tensor(values[i]!, weight.shape as number[])); // one for each; weights have no open dimension
    });
  });
}
