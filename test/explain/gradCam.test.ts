import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LayersModel, SymbolicTensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainImages } from '../../lib/explain/explainImages';
import { gradCam, headScore, outputColumn, predictedValue } from '../../lib/explain/gradCam';
import { lowers, normalise, raises } from '../../lib/explain/heatMap';
import { resizeMap } from '../../lib/explain/resize';
import { splitAt } from '../../lib/explain/splitModel';
import { readKerasWeights } from '../../lib/model/hdf5';
import { buildHead } from '../../lib/model/head';
import { assignWeights, buildMobilenet } from '../../lib/model/mobilenet';
import { random } from '../../lib/random';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { headFromOracle, largestDifference } from '../model/headOracle';
import { oracleArrays, oracleFolder, oracleJson } from '../oracle';

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
  const pixels = oracleArrays('mobilenet').input_u8!.data;
  const images = Float32Array.from(pixels, (value) => value / 127.5 - 1);

  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'weights-'));
    try {
      const file = path.join(folder, 'weights.h5');
      const packed = readFileSync(path.join(oracleFolder, 'mobilenet_v2_0.35_96_no_top.legacy.h5.gz'));
      await writeFile(file, new Uint8Array(gunzipSync(new Uint8Array(packed))));
      base = buildMobilenet(0.35, 96);
      assignWeights(base, await readKerasWeights(file));
    } finally {
      await rm(folder, { recursive: true });
    }
    head = headFromOracle('gradcam', arrays, 'head', [3, 3, 1280], { filters: 8, units: [16, 8] });
  });
  afterAll(() => {
    base.dispose();
    head.dispose();
  });

  // The features themselves agree within 5e-4 in float32; the maps are sums of small products of them. 1e-4 of the largest value.
  it.each(Object.keys(oracle.layers))('has the score, weights and maps of %s within 1e-4', (layer) => {
    const expected = oracle.layers[layer]!;
    const { maps, weights, scores } = explainImages({ base, head, layer, images });
    const [raw] = maps as [(typeof maps)[0]];
    const scale = Math.max(...expected.raw_sum.flat().map(Math.abs));
    expect([raw.height, raw.width]).toEqual(expected.shape.slice(0, 2));
    expect(Math.abs(scores[0]! - expected.output)).toBeLessThan(1e-4);
    const weightScale = Math.max(...Array.from(arrays[`${layer}/weights`]!.data, Math.abs));
    expect(largestDifference(weights, arrays[`${layer}/weights`]!.data)).toBeLessThan(1e-4 * weightScale);
    expect(largestDifference(raw.values, expected.raw_sum.flat())).toBeLessThan(1e-4 * scale);
    expect(largestDifference(raises(raw).values, expected.relu.flat())).toBeLessThan(1e-4 * scale);
    expect(largestDifference(lowers(raw).values, expected.counterfactual_relu_of_minus.flat())).toBeLessThan(
      1e-4 * scale,
    );
    expect(largestDifference(normalise(raises(raw)).values, expected.normalised.flat())).toBeLessThan(1e-4);
  });

  it('has the upsampled map of OpenCV within 1e-4', () => {
    const { maps } = explainImages({ base, head, layer: 'out_relu', images });
    const upsampled = resizeMap(normalise(raises(maps[0]!)), 96, 96);
    expect(largestDifference(upsampled.values, arrays['out_relu/cv2_resize_96x96']!.data)).toBeLessThan(1e-4);
  });

  it('gives the same from the features alone, where the layer is the last of the base', () => {
    const activations = tf.tidy(() =>
      Float32Array.from((base.predict(tf.tensor4d(images, [1, 96, 96, 3])) as Tensor4D).dataSync()),
    );
    const direct = gradCam({ activations, shape: [1, 3, 3, 1280], score: headScore(head) });
    const { maps } = explainImages({ base, head, layer: 'out_relu', images });
    expect(largestDifference(direct.maps[0]!.values, maps[0]!.values)).toBeLessThan(1e-6);
  });

  it('splits at a layer that a residual connection passes by, and the two parts give the whole', () => {
    // block_4 adds its input to its output: the expansion inside it alone does not determine what follows.
    const split = splitAt(base, 'block_4_expand_relu');
    tf.tidy(() => {
      const input = tf.tensor4d(images, [1, 96, 96, 3]);
      const { activations, passing } = split.first(input);
      expect(passing).toHaveLength(1);
      const whole = (base.predict(input) as Tensor4D).dataSync();
      // same operations in the same order, but batch-norm is not fused in both: a few last places of float32
      expect(largestDifference(split.rest(activations, passing).dataSync(), whole)).toBeLessThan(1e-4);
    });
  });

  it('explains several images in batches as it does one', () => {
    const flipped = images.map((value) => -value);
    const both = Float32Array.from([...images, ...flipped]);
    const progress: [number, number][] = [];
    const layer = 'block_13_expand_relu';
    const onProgress = (done: number, total: number) => progress.push([done, total]);
    const two = explainImages({ base, head, layer, images: both, batchSize: 1, onProgress });
    const together = explainImages({ base, head, layer, images: both });
    const alone = explainImages({ base, head, layer, images: flipped });
    expect(progress).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(two.maps).toHaveLength(2);
    expect(largestDifference(two.maps[1]!.values, alone.maps[0]!.values)).toBe(0);
    // a batch of two may sum in another order; the values are of the order of 0.05
    expect(largestDifference(together.maps[1]!.values, alone.maps[0]!.values)).toBeLessThan(1e-6);
    expect(largestDifference(together.scores, two.scores)).toBeLessThan(1e-5);
  });

  it('leaves no tensor behind, also when it is interrupted', () => {
    const before = tf.memory().numTensors;
    explainImages({ base, head, layer: 'block_6_expand_relu', images });
    const signal = AbortSignal.abort();
    expect(() => explainImages({ base, head, layer: 'out_relu', images, signal })).toThrow(
      expect.objectContaining({ code: 'INTERRUPTED' }),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names layers that exist when the one asked for does not', () => {
    expect(() => splitAt(base, 'top_relu')).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining('out_relu') }),
    );
    expect(() => explainImages({ base, head, layer: 'out_relu', images: images.subarray(1) })).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });
});

describe('gradCam', () => {
  const shape = [2, 3, 4, 5] as const;

  it('has the derivatives that differences of the score show', () => {
    const head = buildHead([3, 4, 5], {
      l2: 0,
      dropout1: 0.5,
      dropout2: 0.5,
      seed: 2,
      filters: 6,
      units: [7, 6],
    });
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
    const head = buildHead([3, 4, 5], {
      l2: 0,
      dropout1: 0,
      dropout2: 0,
      seed: 2,
      filters: 6,
      units: [7, 6],
    });
    const empty = gradCam({ activations: new Float32Array(120), shape, score: headScore(head) });
    for (const map of [...constant.maps, ...empty.maps]) {
      for (const part of [raises(map), lowers(map)]) {
        expect(normalise(part).values.every((value) => value === 0)).toBe(true);
      }
    }
    head.dispose();
  });

  it('explains any output of a head of classes; probabilities sum to 1, so their maps sum to 0', () => {
    const head = buildHead([3, 4, 5], {
      l2: 0,
      dropout1: 0,
      dropout2: 0,
      seed: 2,
      filters: 6,
      units: [7, 6],
      output: { kind: 'classes', count: 3 },
    });
    const activations = numbers(120, 'classes');
    const results = [0, 1, 2].map((k) =>
      gradCam({ activations, shape, score: headScore(head, outputColumn(k)) }),
    );
    results[0]!.maps[0]!.values.forEach((_, i) => {
      expect(Math.abs(results.reduce((sum, { maps }) => sum + maps[0]!.values[i]!, 0))).toBeLessThan(1e-6);
    });
    expect(() => gradCam({ activations, shape, score: headScore(head, outputColumn(3)) })).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
    head.dispose();
  });

  it('refuses activations of another size and maps that are not finite, and keeps no tensor', () => {
    const before = tf.memory().numTensors;
    const score = (x: Tensor4D) => tf.mean<Tensor1D>(x, [1, 2, 3]);
    const wrong = [new Float32Array(119), new Float32Array(120).fill(Number.NaN)];
    for (const activations of wrong) {
      expect(() => gradCam({ activations, shape, score })).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
    }
    const broken = (): never => {
      throw new Error('broken score');
    };
    expect(() => gradCam({ activations: new Float32Array(120), shape, score: broken })).toThrow(
      'broken score',
    );
    gradCam({ activations: new Float32Array(120), shape, score });
    expect(gradCam({ activations: new Float32Array(), shape: [0, 3, 4, 5], score }).maps).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('splitAt', () => {
  it('holds what passes the layer by fixed, as the derivative with respect to the layer alone demands', () => {
    // y = mean(relu(a) · 2 + x): around the layer "a", x passes by. d y / d a counts the first term only.
    const input = tf.input({ shape: [2, 2, 1] });
    const scaled = (name: string, by: number, from: SymbolicTensor): SymbolicTensor =>
      tf.layers
        .conv2d({
          name,
          filters: 1,
          kernelSize: 1,
          kernelInitializer: tf.initializers.constant({ value: by }),
        })
        .apply(from) as SymbolicTensor;
    const before = scaled('before', 3, input);
    const a = scaled('a', 1, before);
    const sum = tf.layers.add().apply([scaled('after', 2, a), before]) as SymbolicTensor;
    const base = tf.model({ inputs: input, outputs: sum });
    const split = splitAt(base, 'a');
    tf.tidy(() => {
      const { activations, passing } = split.first(tf.ones([1, 2, 2, 1]));
      const { weights, scores } = gradCam({
        activations: Float32Array.from(activations.dataSync()),
        shape: [1, 2, 2, 1],
        score: (x) => predictedValue(tf.mean<Tensor2D>(split.rest(x, passing), [1, 2])),
      });
      expect(scores[0]).toBeCloseTo(9, 6); // 3 · 1 · 2 + 3
      expect(weights[0]).toBeCloseTo(2 / 4, 6); // per place: 2 over four places
    });
    base.dispose();
  });

  it('refuses a layer without a feature map', () => {
    const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2, 1], name: 'flat' })] });
    expect(() => splitAt(model, 'flat')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
