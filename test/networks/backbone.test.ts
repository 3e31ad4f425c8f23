import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { backboneModel, preprocess } from '../../lib/networks/backbone';
import type { NamedArray } from '../../lib/networks/hdf5';
import { mobilenet, randomWeights } from '../../lib/networks/weightArrays';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { oracleArrays, oracleJson } from '../oracle';
import { sharedFolder } from '../temporary';
import { largestDifference, oracleWeights, thrown } from './weightFiles';

interface LayerOracle {
  name: string;
  out: number[];
  mean: number;
  std: number;
  min: number;
  max: number;
  first8: number[];
}
/** Keras pads in a layer of its own where the list says it of the convolution behind. */
const layers = oracleJson<{ layers: LayerOracle[] }>('mobilenet').layers.filter(
  ({ name }) => !name.endsWith('_pad'),
);
const { input_u8: input, features_f64: features } = oracleArrays('mobilenet');

const folder = sharedFolder();
let tf: TensorFlow;
let arrays: NamedArray[];
let tensorsBefore: number;
let model: LayersModel;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  arrays = await oracleWeights(folder);
  tensorsBefore = tf.memory().numTensors;
  model = backboneModel(mobilenet(arrays, 0.35), 96);
});

const picture = (): Tensor => preprocess(tf.tensor4d(input!.data as Uint8Array, [1, 96, 96, 3], 'int32'));

describe('the layers model', () => {
  it("has Keras' layers in Keras' order, but for the padding", () => {
    expect(model.layers.slice(1).map(({ name }) => name)).toEqual(layers.map(({ name }) => name));
    expect(model.layers.slice(1).map(({ outputShape }) => outputShape.slice(1))).toEqual(
      layers.map(({ out }) => out),
    );
  });

  it("gives Keras' numbers in every layer, and names the first one that does not", () => {
    const probe = tf.model({
      inputs: model.inputs,
      outputs: model.layers.slice(1).map((l) => l.output as never),
    });
    const outputs = tf.tidy(() => (probe.predict(picture()) as Tensor[]).map((t) => t.dataSync<'float32'>()));
    const wrong = layers.filter(({ mean, std, min, max, first8 }, i) => {
      const values = outputs[i]!; // one output a layer
      const average = values.reduce((a, b) => a + b, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - average) ** 2, 0) / values.length);
      const found = [average, deviation, Math.min(...values), Math.max(...values), ...values.slice(0, 8)];
      // Two float32 implementations; Keras itself is up to 8e-5 away from float64 at the end.
      return largestDifference(found, [mean, std, min, max, ...first8]) > 5e-4;
    });
    expect(wrong.map(({ name }) => name)[0]).toBeUndefined();
  });

  it("gives Keras' features in double precision within 5e-4", () => {
    const found = tf.tidy(() => (model.predict(picture()) as Tensor).dataSync());
    expect(largestDifference(found, features!.data)).toBeLessThan(5e-4);
  });

  it('leaves no tensor behind but its weights, and those only until it is disposed of', () => {
    expect(tf.memory().numTensors - tensorsBefore).toBe(260);
    const other = backboneModel(mobilenet(arrays, 0.35), 32);
    other.dispose();
    expect(tf.memory().numTensors - tensorsBefore).toBe(260);
  });

  it('refuses weights of another width or of another network, and leaves nothing behind', () => {
    const reversed = [...arrays].reverse();
    for (const wrong of [randomWeights(0.5, 1), randomWeights(1, 1), reversed, arrays.slice(1), []]) {
      expect(thrown(() => backboneModel(mobilenet(wrong, 0.35), 96))).toMatchObject({
        code: 'WRONG_ARCHITECTURE',
      });
    }
    expect(tf.memory().numTensors - tensorsBefore).toBe(260);
  });

  it('refuses an image size that five strides leave nothing of', () => {
    for (const size of [31, 0, 96.5, Number.NaN]) {
      expect(thrown(() => backboneModel(mobilenet(arrays, 0.35), size))).toMatchObject({ code: 'BAD_INPUT' });
    }
  });
});

describe('preprocess', () => {
  it('maps grey levels 0…255 onto [−1, 1]', () => {
    const found = tf.tidy(() => preprocess(tf.tensor1d([0, 51, 127.5, 255])).arraySync());
    expect(largestDifference(found, [-1, -0.6, 0, 1])).toBeLessThan(1e-6); // float32
  });
});
