import type { Tensor2D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { restartDropout, seededDropout } from '../../lib/networks/dropout';
import { buildHead, type HeadSettings, linearHead } from '../../lib/networks/head';
import { modelWeights } from '../../lib/networks/modelWeights';
import { modelSummary } from '../../lib/networks/summary';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { output, withHead } from './heads';

const settings: HeadSettings = { l2: 0.01, dropout1: 0.6, dropout2: 0.7, seed: 42 };
const small: HeadSettings = { ...settings, filters: 4, units: [6, 5] };

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('linearHead', () => {
  it('is a dense layer on the mean over all places, and drops some of it in training', async () => {
    const before = tf.memory().numTensors;
    await withHead(linearHead.build([2, 2, 3], { outputs: 2 }, 1), (head) => {
      const [kernel] = modelWeights(head); // the bias is zero
      // Three pictures of 12 of the numbers 0/35 … 35/35, a channel having each third of them.
      const mean = (picture: number, channel: number): number => (12 * picture + channel + 4.5) / 35;
      const expected = [0, 1, 2].flatMap((picture) =>
        [0, 1].map((unit) =>
          [0, 1, 2].reduce((sum, i) => sum + mean(picture, i) * kernel!.data[2 * i + unit]!, 0),
        ),
      );
      output(head).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 6); // float32
      });
      expect(kernel!.name).toBe('out/kernel');
      const drawn = Array.from({ length: 8 }, () => String(output(head, true)));
      expect(new Set(drawn).size).toBeGreaterThan(1);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('begins with the same weights for the same seed', async () => {
    const start = (seed: number) =>
      withHead(linearHead.build([1, 1, 8], { outputs: 2 }, seed), (head) => [...modelWeights(head)[0]!.data]);
    expect(await start(1)).toEqual(await start(1));
    expect(await start(1)).not.toEqual(await start(2));
  });
});

describe('buildHead', () => {
  it('has the layers, shapes and 754,241 parameters of the original on 1280 channels', async () => {
    await withHead(buildHead([3, 3, 1280], settings), (head) => {
      const rows = modelSummary(head, [
        { name: 'base', kind: 'MobileNetV2', outputShape: [3, 3, 1280], parameters: 410_208, trainable: 0 },
      ]);
      expect(rows.map(({ name, kind, outputShape }) => [name, kind, outputShape])).toEqual([
        ['base', 'MobileNetV2', [3, 3, 1280]],
        ['conv', 'Conv2D', [3, 3, 64]],
        ['bn', 'BatchNormalization', [3, 3, 64]],
        ['gap', 'GlobalAveragePooling2D', [64]],
        ['dense1', 'Dense', [128]],
        ['dropout1', 'Dropout', [128]],
        ['dense2', 'Dense', [64]],
        ['dropout2', 'Dropout', [64]],
        ['out', 'Dense', [1]],
      ]);
      const own = rows.slice(1);
      expect(own.map((row) => row.parameters)).toEqual([737_344, 256, 0, 8320, 0, 8256, 0, 65]);
      // The two running statistics of 64 channels each are not trained.
      expect(own.reduce((sum, row) => sum + row.trainable, 0)).toBe(754_241 - 128);
    });
  });

  it('starts with Glorot uniform kernels and zero biases that depend on the seed alone', async () => {
    const weightsOf = (seed: number) => withHead(buildHead([3, 3, 16], { ...settings, seed }), modelWeights);
    const weights = await weightsOf(1);
    expect(weights).toEqual(await weightsOf(1));
    expect(weights).not.toEqual(await weightsOf(2));
    // Limits: sqrt(6 / (fan in + fan out)), with 9 places of the window for the convolution.
    const limits: Record<string, number> = {
      'conv/kernel': Math.sqrt(6 / (9 * 16 + 9 * 64)),
      'dense1/kernel': Math.sqrt(6 / (64 + 128)),
      'dense2/kernel': Math.sqrt(6 / (128 + 64)),
      'out/kernel': Math.sqrt(6 / 65),
    };
    for (const { name, data } of weights) {
      const limit = limits[name];
      if (limit === undefined) {
        expect(new Set(data), name).toEqual(new Set([/gamma|variance/.test(name) ? 1 : 0]));
      } else {
        const deviation = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
        expect(Math.max(...data.map(Math.abs)), name).toBeLessThanOrEqual(Math.fround(limit));
        // A uniform distribution has deviation limit / √3; five standard errors of the smallest kernel (64 values) are 0.28 of it.
        expect(Math.abs(deviation / (limit / Math.sqrt(3)) - 1), name).toBeLessThan(0.28);
      }
    }
  });

  it('gives as many numbers as are asked for', async () => {
    await withHead(buildHead([2, 2, 3], { ...small, outputs: 4 }), (head) => {
      expect(output(head)).toHaveLength(12);
    });
  });

  it('frees everything when it is disposed', () => {
    const before = tf.memory().numTensors;
    buildHead([3, 3, 8], small).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('seededDropout', () => {
  const masks = (layer: ReturnType<typeof seededDropout>, training: boolean, count: number): number[][] =>
    tf.tidy(() =>
      Array.from({ length: count }, () => [
        ...(layer.apply(tf.ones([10, 100]), { training }) as Tensor2D).dataSync(),
      ]),
    );

  it('drops its share, scales the rest so that the mean stays, and draws a new mask at every step', () => {
    const [first, second] = masks(seededDropout({ rate: 0.6, seed: 1, name: 'd' }), true, 2);
    expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / 0.4)]));
    // 1,000 draws: five standard errors of the share are 5 · √(0.24 / 1000) = 0.077
    expect(Math.abs(first!.filter((value) => value === 0).length / 1000 - 0.6)).toBeLessThan(0.077);
    expect(second).not.toEqual(first);
  });

  it('repeats its masks after a restart from the same seed only', () => {
    const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [100] })] });
    const layer = seededDropout({ rate: 0.5, seed: 1, name: 'd' });
    model.add(layer);
    const first = masks(layer, true, 3);
    restartDropout(model, 1);
    expect(masks(layer, true, 3)).toEqual(first);
    restartDropout(model, 2);
    expect(masks(layer, true, 3)).not.toEqual(first);
  });

  it('does nothing in inference', () => {
    expect(new Set(masks(seededDropout({ rate: 0.9, seed: 1, name: 'd' }), false, 1)[0])).toEqual(
      new Set([1]),
    );
  });
});
