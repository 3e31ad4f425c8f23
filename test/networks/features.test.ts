import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { backboneModel, preprocess, shapeOf } from '../../lib/networks/backbone';
import { batchSize, createExtractor } from '../../lib/networks/features';
import type { NamedArray } from '../../lib/networks/hdf5';

import { mobilenet, randomWeights } from '../../lib/networks/weightArrays';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { encodeFloat16 } from '../../lib/tensorflow/float16';
import { oracleArrays } from '../oracle';
import { sharedFolder } from '../temporary';
import { largestDifference, oracleWeights, thrown } from './weightFiles';

const { input_u8: input, features_f64: features } = oracleArrays('mobilenet');
const picture = input!.data as Uint8Array;

const folder = sharedFolder();
let tf: TensorFlow;
let arrays: NamedArray[];
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  arrays = await oracleWeights(folder);
});

const noise = (bytes: number): Uint8Array => {
  const { integer } = random(1, 'pixels');
  return Uint8Array.from({ length: bytes }, () => integer(0, 255));
};

/** Random weights whose batch normalization is not the identity, so that folding it wrongly shows. */
function disturbed(alpha: number): NamedArray[] {
  const { uniform } = random(2, 'statistics');
  return randomWeights(alpha, 5).map((array) => {
    if (/kernel:0$/.test(array.name)) return array;
    const [low, high] = /(gamma|variance):0$/.test(array.name) ? [0.5, 1.5] : [-0.3, 0.3];
    return { ...array, data: array.data.map(() => uniform(low, high)) };
  });
}

describe('the folded graph', () => {
  it("gives Keras' features in double precision within 5e-4", async () => {
    const extractor = await createExtractor(mobilenet(arrays, 0.35), 96);
    expect(extractor.shape).toEqual([3, 3, 1280]);
    expect(largestDifference(extractor.extract(picture, 1), features!.data)).toBeLessThan(5e-4);
    extractor.dispose();
  });

  // 75 and 33 px have odd sides on the way down, where Keras pads on both sides; alpha 1.3 has more than 1280 channels.
  it.each([
    [0.35, 75],
    [0.35, 33],
    [1.3, 64],
  ])('agrees with the layers model at alpha %s, %s px', async (alpha, size) => {
    const weights = disturbed(alpha);
    const pixels = noise(2 * size * size * 3);
    const extractor = await createExtractor(mobilenet(weights, alpha), size);
    const model = backboneModel(mobilenet(weights, alpha), size);
    expect(model.outputShape).toEqual([null, ...shapeOf(mobilenet(weights, alpha), size)]);
    const expected = tf.tidy(() => {
      const images = preprocess(tf.tensor4d(pixels, [2, size, size, 3], 'int32'));
      return (model.predict(images) as Tensor).dataSync();
    });
    expect(Math.max(...expected)).toBeGreaterThan(1); // not all cut off by an activation
    expect(largestDifference(extractor.extract(pixels, 2), expected)).toBeLessThan(5e-4);
    extractor.dispose();
    model.dispose();
  });

  it('gives each image of many exactly the features it has alone, across batches and from a batch that is not full', async () => {
    const extractor = await createExtractor(mobilenet(arrays, 0.35), 96);
    const count = batchSize(96, false) * 2 + 3;
    const pixels = noise(count * picture.length);
    pixels.set(picture, 65 * picture.length);
    const all = extractor.extract(pixels, count);
    const each = 3 * 3 * 1280;
    expect(all).toHaveLength(count * each);
    for (const i of [0, 31, 32, 63, 65, count - 1]) {
      const alone = extractor.extract(pixels.subarray(i * picture.length, (i + 1) * picture.length), 1);
      expect(largestDifference(all.subarray(i * each, (i + 1) * each), alone)).toBe(0);
    }
    expect(extractor.extract(new Uint8Array(0), 0)).toHaveLength(0);
    extractor.dispose();
  });

  it('rounds to half precision as the store does', async () => {
    const extractor = await createExtractor(mobilenet(arrays, 0.35), 96);
    const pixels = noise(3 * picture.length);
    const halves = extractor.extractHalves(pixels, 3);
    expect(largestDifference(halves, encodeFloat16(extractor.extract(pixels, 3)))).toBe(0);
    expect(Math.max(...halves)).toBeGreaterThan(0x3c00); // some feature is above 1
    extractor.dispose();
  });

  it('agrees with the layers model where all biases are zero, which the graph replaces by numbers too small to matter', async () => {
    const weights = randomWeights(0.35, 3); // no bias at all
    const extractor = await createExtractor(mobilenet(weights, 0.35), 64);
    const model = backboneModel(mobilenet(weights, 0.35), 64);
    const pixels = noise(64 * 64 * 3);
    const expected = tf.tidy(() =>
      (model.predict(preprocess(tf.tensor4d(pixels, [1, 64, 64, 3], 'int32'))) as Tensor).dataSync(),
    );
    // Float32 sums in another order, in values of up to 6.
    expect(largestDifference(extractor.extract(pixels, 1), expected)).toBeLessThan(1e-4);
    extractor.dispose();
    model.dispose();
  });

  it('leaves no tensor behind, may be disposed of twice and not used afterwards', async () => {
    const native = tf.backend() as unknown as {
      binding: { getNumOfTensors(): number; getNumOfSavedModels(): number };
    };
    const counts = () => [
      tf.memory().numTensors,
      native.binding.getNumOfTensors(),
      native.binding.getNumOfSavedModels(),
    ];
    const before = counts();
    const extractor = await createExtractor(mobilenet(arrays, 0.35), 96);
    extractor.extract(picture, 1);
    extractor.dispose();
    extractor.dispose();
    expect(counts()).toEqual(before);
    expect(thrown(() => extractor.extract(picture, 1))).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('refuses pixels that are not as many as the images need, sizes too small and arrays that do not fit', async () => {
    const extractor = await createExtractor(mobilenet(arrays, 0.35), 96);
    for (const [pixels, count] of [
      [picture, 2],
      [picture.subarray(1), 1],
      [picture, 0.5],
      [picture, -1],
    ] as const) {
      expect(thrown(() => extractor.extract(pixels, count))).toMatchObject({ code: 'BAD_INPUT' });
    }
    extractor.dispose();
    await expect(createExtractor(mobilenet(arrays, 0.35), 16)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(createExtractor(mobilenet(arrays, 0.5), 96)).rejects.toMatchObject({
      code: 'WRONG_ARCHITECTURE',
    });
  });
});
