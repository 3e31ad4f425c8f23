import type { LayersModel, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { explainImages, type PictureSource } from '../../lib/explain/explainImages';
import { lowers, normalise, raises } from '../../lib/explain/heatMap';
import { activationGradients } from '../../lib/explain/method';
import { resizeMap } from '../../lib/explain/resize';
import { headScore, outputColumn } from '../../lib/explain/scoreTarget';
import { preprocess } from '../../lib/networks/backbone';
import { buildHead } from '../../lib/networks/head';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { largestDifference } from '../networks/weightFiles';
import { oracleArrays, oracleJson } from '../oracle';
import { gradCam } from './explainActivations';
import { oracleModel } from './oracleModel';

interface LayerOracle {
  output: number;
  shape: [number, number, number];
  raw_sum: number[][];
  raw_mean_over_channels: number[][];
  relu: number[][];
  normalised: number[][];
  counterfactual_relu_of_minus: number[][];
}
const oracle = oracleJson<{ layers: Record<string, LayerOracle> }>('gradcam');
const arrays = oracleArrays('gradcam');

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const numbers = (count: number, ...labels: string[]): Float32Array =>
  Float32Array.from({ length: count }, random(1, ...labels).normal);

describe('Grad-CAM against Keras', () => {
  let base: LayersModel;
  let head: LayersModel;
  let images: Float32Array;
  let pixels: Uint8Array;
  let source: PictureSource;

  beforeAll(async () => {
    ({ base, head, pixels, images, source } = await oracleModel());
  });
  afterAll(() => {
    base.dispose();
    head.dispose();
  });

  // The features themselves agree within 5e-4 in float32; the maps are sums of small products of them. 1e-4 of the largest value.
  it.each(Object.keys(oracle.layers))('has the score, weights and maps of %s within 1e-4', async (layer) => {
    const expected = oracle.layers[layer]!;
    const { maps, weights, scores } = await explainImages({ base, head, layer, images: source });
    const [raw] = maps as [(typeof maps)[0]];
    const scale = Math.max(...expected.raw_sum.flat().map(Math.abs));
    expect([raw.height, raw.width]).toEqual(expected.shape.slice(0, 2));
    expect(Math.abs(scores[0]! - expected.output)).toBeLessThan(1e-4);
    const weightScale = Math.max(...Array.from(arrays[`${layer}/weights`]!.data, Math.abs));
    expect(largestDifference(weights!, arrays[`${layer}/weights`]!.data)).toBeLessThan(1e-4 * weightScale);
    expect(largestDifference(raw.values, expected.raw_sum.flat())).toBeLessThan(1e-4 * scale);
    const channels = expected.shape[2];
    const mean = raw.values.map((value) => value / channels);
    expect(largestDifference(mean, expected.raw_mean_over_channels.flat())).toBeLessThan(
      (1e-4 * scale) / channels,
    );
    expect(largestDifference(raises(raw).values, expected.relu.flat())).toBeLessThan(1e-4 * scale);
    expect(largestDifference(lowers(raw).values, expected.counterfactual_relu_of_minus.flat())).toBeLessThan(
      1e-4 * scale,
    );
    expect(largestDifference(normalise(raises(raw)).values, expected.normalised.flat())).toBeLessThan(1e-4);
  });

  it('has the upsampled map of OpenCV within 1e-4', async () => {
    const { maps } = await explainImages({ base, head, layer: 'out_relu', images: source });
    const upsampled = resizeMap(normalise(raises(maps[0]!)), 96, 96);
    expect(largestDifference(upsampled.values, arrays['out_relu/cv2_resize_96x96']!.data)).toBeLessThan(1e-4);
  });

  it('has the gradient of every single activation within 1e-4', () => {
    const expected = arrays['out_relu/grad']!.data;
    const scale = Math.max(...Array.from(expected, Math.abs));
    tf.tidy(() => {
      const features = base.predict(tf.tensor4d(images, [1, 96, 96, 3])) as Tensor4D; // one output
      const { gradients } = activationGradients(features, headScore(head));
      expect(largestDifference(gradients.dataSync(), expected)).toBeLessThan(1e-4 * scale);
    });
  });

  it('gives the same from the features alone, where the layer is the last of the base', async () => {
    const activations = tf.tidy(() =>
      Float32Array.from(
        (base.predict(preprocess(tf.tensor4d(pixels, [1, 96, 96, 3]))) as Tensor4D).dataSync(),
      ),
    );
    const direct = gradCam({ activations, shape: [1, 3, 3, 1280], score: headScore(head) });
    const { maps } = await explainImages({ base, head, layer: 'out_relu', images: source });
    expect(largestDifference(direct.maps[0]!.values, maps[0]!.values)).toBeLessThan(1e-6);
  });
});

describe('gradCam', () => {
  const shape = [2, 3, 4, 5] as const;
  const small = { l2: 0, dropout1: 0.5, dropout2: 0.5, seed: 2, filters: 6, units: [7, 6] } as const;

  it('has the derivatives that differences of the score show', () => {
    const head = buildHead([3, 4, 5], small);
    const activations = numbers(120, 'activations');
    const { weights, scores } = gradCam({ activations, shape, score: headScore(head) });
    const scoreOf = (values: Float32Array): number[] =>
      tf.tidy(() => [...headScore(head)(tf.tensor4d(values, [...shape])).dataSync()]);
    expect(scoreOf(activations)).toEqual([...scores]);
    // Moving a whole channel by ±h changes the score by 2h · 12 places · the mean derivative. h = 1e-3 keeps the kinks of ReLU rare;
    // float32 scores of about 0.1 are good to 1e-8, so the quotient to about 1e-5 / 12.
    const h = 1e-3;
    for (const image of [0, 1]) {
      for (let channel = 0; channel < 5; channel++) {
        const moved = (by: number) =>
          activations.map((v, i) => (Math.floor(i / 60) === image && i % 5 === channel ? v + by : v));
        const slope = (scoreOf(moved(h))[image]! - scoreOf(moved(-h))[image]!) / (2 * h * 12);
        expect(Math.abs(slope - weights[image * 5 + channel]!)).toBeLessThan(1e-4);
      }
    }
    head.dispose();
  });

  it('is exact for a linear score: weights are the coefficients over the places, the map their sum with the activations', () => {
    const coefficients = [1, -2, 0, 0.5, 3];
    const activations = numbers(120, 'linear');
    const { maps, weights } = gradCam({
      activations,
      shape,
      score: (x) => tf.mean<Tensor1D>(tf.sum(tf.mul(x, tf.tensor1d(coefficients)), 3), [1, 2]),
    });
    const expectedWeights = [...coefficients, ...coefficients].map((c) => c / 12);
    expect(largestDifference(weights, expectedWeights)).toBeLessThan(1e-7);
    maps.forEach((map, image) => {
      const expected = Array.from({ length: 12 }, (_, place) =>
        coefficients.reduce((sum, c, k) => sum + (c / 12) * activations[image * 60 + place * 5 + k]!, 0),
      );
      expect(largestDifference(map.values, expected)).toBeLessThan(1e-6); // float32 sums of five products
    });
  });

  it('gives maps of zero for a score that does not depend on the activations and for activations of zero', () => {
    const score = (x: Tensor4D) => tf.mean<Tensor1D>(tf.mul(x, 0), [1, 2, 3]);
    const constant = gradCam({ activations: numbers(120, 'constant'), shape, score });
    const head = buildHead([3, 4, 5], small);
    const empty = gradCam({ activations: new Float32Array(120), shape, score: headScore(head) });
    for (const map of [...constant.maps, ...empty.maps]) {
      for (const part of [raises(map), lowers(map)]) {
        expect(normalise(part).values.every((value) => value === 0)).toBe(true);
      }
    }
    head.dispose();
  });

  it('explains any output of a head of classes: what raises one probability lowers the others', () => {
    const head = buildHead([3, 4, 5], { ...small, outputs: 3 });
    const activations = numbers(120, 'classes');
    const results = [0, 1, 2].map((k) =>
      gradCam({
        activations,
        shape,
        score: headScore(head, (output) => outputColumn(k)(tf.softmax(output))),
      }),
    );
    results[0]!.maps[0]!.values.forEach((_, i) => {
      expect(Math.abs(results.reduce((sum, { maps }) => sum + maps[0]!.values[i]!, 0))).toBeLessThan(1e-6);
    });
    head.dispose();
  });

  it('refuses maps that are not finite, and keeps no tensor', () => {
    const before = tf.memory().numTensors;
    const score = (x: Tensor4D) => tf.mean<Tensor1D>(x, [1, 2, 3]);
    const activations = new Float32Array(120).fill(Number.NaN);
    expect(() => gradCam({ activations, shape, score })).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
    const broken = (): never => {
      throw new Error('broken score');
    };
    expect(() => gradCam({ activations: new Float32Array(120), shape, score: broken })).toThrow(
      'broken score',
    );
    gradCam({ activations: new Float32Array(120), shape, score });
    expect(tf.memory().numTensors).toBe(before);
  });
});
