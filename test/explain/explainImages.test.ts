import type { LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { explainImages, type PictureSource } from '../../lib/explain/explainImages';
import { explanationMethods } from '../../lib/explain/methods';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { withCode } from '../data/close';
import { largestDifference } from '../networks/weightFiles';
import { oracleModel, picturesOf } from './oracleModel';

let tf: TensorFlow;
let base: LayersModel;
let head: LayersModel;
let images: PictureSource;
let pixels: Uint8Array;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  ({ base, head, source: images, pixels } = await oracleModel());
});
afterAll(() => {
  base.dispose();
  head.dispose();
});

const layer = 'block_13_expand_relu';
const flipped = (): Uint8Array => pixels.map((value) => 255 - value);

describe('explainImages', () => {
  it('explains several images in batches as it does one', async () => {
    const both = picturesOf(pixels, flipped());
    const progress: [number, number][] = [];
    const onProgress = (done: number, total: number) => progress.push([done, total]);
    const two = await explainImages({ base, head, layer, images: both, batchSize: 1, onProgress });
    const together = await explainImages({ base, head, layer, images: both });
    const alone = await explainImages({ base, head, layer, images: picturesOf(flipped()) });
    expect(progress).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(two.maps).toHaveLength(2);
    expect(largestDifference(two.maps[1]!.values, alone.maps[0]!.values)).toBe(0);
    expect(largestDifference(two.weights!.slice(two.weights!.length / 2), alone.weights!)).toBe(0);
    expect(two.scores[1]).toBe(alone.scores[0]);
    // a batch of two may sum in another order; the values are of the order of 0.05
    expect(largestDifference(together.maps[1]!.values, alone.maps[0]!.values)).toBeLessThan(1e-6);
    expect(largestDifference(together.scores, two.scores)).toBeLessThan(1e-5);
  });

  it('reads bytes a batch at a time and scales them as the base takes them', async () => {
    const asked: number[][] = [];
    const source = {
      count: 3,
      read: (rows: readonly number[]) => {
        asked.push([...rows]);
        return Uint8Array.from(rows.flatMap(() => [...pixels]));
      },
    };
    const found = await explainImages({ base, head, layer, images: source, batchSize: 2 });
    const expected = await explainImages({ base, head, layer, images });
    expect(asked).toEqual([[0, 1], [2]]);
    // a batch of another size may sum in another order
    expect(largestDifference(found.maps[2]!.values, expected.maps[0]!.values)).toBeLessThan(1e-5);
    const short = { count: 1, read: () => pixels.subarray(1) };
    await expect(explainImages({ base, head, layer, images: short })).rejects.toEqual(withCode('BAD_INPUT'));
  });

  it.each(Object.entries(explanationMethods))(
    'finds the layer in a base inside the whole model, without a head of its own: %s',
    async (_, method) => {
      const input = tf.input({ shape: [96, 96, 3] });
      const features = base.apply(input) as SymbolicTensor; // one output, here and below
      const whole = tf.model({ inputs: input, outputs: head.apply(features) as SymbolicTensor });
      const nested = await explainImages({ base: whole, layer, images, method });
      const apart = await explainImages({ base, head, layer, images, method });
      const largest = Math.max(...apart.maps[0]!.values.map(Math.abs));
      expect(largest).toBeGreaterThan(0);
      // the same operations in the same order
      expect(largestDifference(nested.maps[0]!.values, apart.maps[0]!.values)).toBeLessThan(1e-6 * largest);
      expect(largestDifference(nested.scores, apart.scores)).toBeLessThan(1e-6);
    },
  );

  it('has the weights that moving a bias of the layer shows, deep inside a nested base', async () => {
    // The bias of a linear convolution moves its whole channel, and `predict` knows nothing of how a model is split.
    const input = tf.input({ shape: [6, 6, 3] });
    const inner = tf.input({ shape: [6, 6, 4] });
    const apply = (
      layer: { apply(to: SymbolicTensor | SymbolicTensor[]): unknown },
      to: SymbolicTensor | SymbolicTensor[],
    ) => layer.apply(to) as SymbolicTensor; // one output
    const conv = (name: string, activation: 'tanh' | 'linear') =>
      tf.layers.conv2d({ name, activation, filters: 4, kernelSize: 3, padding: 'same' });
    const linear = conv('linear', 'linear');
    const bent = apply(conv('after', 'tanh'), apply(linear, inner));
    const block = tf.model({ inputs: inner, outputs: apply(tf.layers.add(), [inner, bent]) });
    const flat = apply(tf.layers.flatten(), apply(block, apply(conv('first', 'tanh'), input)));
    const whole = tf.model({ inputs: input, outputs: apply(tf.layers.dense({ units: 1 }), flat) });
    const { normal } = random(6, 'weights');
    tf.tidy(() => {
      const drawn = (size: number) => Float32Array.from({ length: size }, () => 0.3 * normal());
      whole.setWeights(whole.getWeights().map(({ size, shape }) => tf.tensor(drawn(size), shape)));
    });
    const { integer } = random(1, 'pixels');
    const bytes = Uint8Array.from({ length: 108 }, () => integer(0, 255));
    const values = Float32Array.from(bytes, (byte) => byte / 127.5 - 1);
    const { weights } = await explainImages({ base: whole, layer: 'linear', images: picturesOf(bytes) });
    const [kernel, bias] = linear.getWeights().map((weight) => weight.clone());
    const scoreWith = (channel: number, by: number): number =>
      tf.tidy(() => {
        linear.setWeights([kernel!, tf.add(bias!, tf.mul(tf.oneHot(tf.scalar(channel, 'int32'), 4), by))]);
        return (whole.predict(tf.tensor4d(values, [1, 6, 6, 3])) as Tensor).dataSync()[0]!; // one output
      });
    const step = 1e-2; // float32 scores of about 1: the quotient is good to 1e-5, and 36 places share it
    for (const channel of [0, 1, 2, 3]) {
      const slope = (scoreWith(channel, step) - scoreWith(channel, -step)) / (2 * step * 36);
      expect(Math.abs(slope)).toBeGreaterThan(1e-3);
      expect(Math.abs(slope - weights![channel]!)).toBeLessThan(1e-5);
    }
    tf.dispose([kernel!, bias!]);
    whole.dispose();
  });

  it('leaves no tensor behind, also when it is interrupted', async () => {
    const before = tf.memory().numTensors;
    await explainImages({ base, head, layer: 'block_6_expand_relu', images });
    const signal = AbortSignal.abort();
    const stopped = explainImages({ base, head, layer: 'out_relu', images, signal });
    await expect(stopped).rejects.toEqual(withCode('INTERRUPTED'));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a layer that there is not', async () => {
    await expect(explainImages({ base, head, layer: 'top_relu', images })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('out_relu'),
    });
  });
});

describe('a thousand images', () => {
  it('go through in batches, with progress and no more tensors at the end of each than at the start', async () => {
    const small = tf.sequential({
      layers: [
        tf.layers.conv2d({
          name: 'conv',
          inputShape: [6, 6, 3],
          filters: 4,
          kernelSize: 3,
          activation: 'relu',
        }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 1 }),
      ],
    });
    const source = {
      count: 1000,
      read: (rows: readonly number[]) =>
        Uint8Array.from({ length: rows.length * 108 }, (_, i) => (i * 7) % 256),
    };
    const before = tf.memory();
    const seen: { done: number; tensors: number; bytes: number }[] = [];
    const onProgress = (done: number): void => {
      seen.push({ done, tensors: tf.memory().numTensors, bytes: tf.memory().numBytes });
    };
    const found = await explainImages({
      base: small,
      layer: 'conv',
      images: source,
      batchSize: 64,
      onProgress,
    });
    expect(found.maps).toHaveLength(1000);
    expect(found.weights).toHaveLength(4000);
    expect(seen.map(({ done }) => done)).toEqual([
      ...Array.from({ length: 15 }, (_, i) => 64 * (i + 1)),
      1000,
    ]);
    for (const { tensors, bytes } of seen) {
      expect([tensors, bytes]).toEqual([before.numTensors, before.numBytes]);
    }
    small.dispose();
  });

  it('stop at a signal that comes while they are worked on', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 0); // comes through only where the work lets it
    const source = { count: 1e7, read: (rows: readonly number[]) => new Uint8Array(rows.length * 12) };
    const tiny = tf.sequential({
      layers: [
        tf.layers.conv2d({ name: 'conv', inputShape: [2, 2, 3], filters: 1, kernelSize: 1 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 1 }),
      ],
    });
    const input = { base: tiny, layer: 'conv', images: source, batchSize: 1 };
    const stopped = explainImages({ ...input, signal: abort.signal });
    await expect(stopped).rejects.toEqual(withCode('INTERRUPTED'));
    tiny.dispose();
  });
});
