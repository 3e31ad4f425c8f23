import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { softmax } from '../../lib/data/numbers';
import { gapOf } from '../../lib/explain/attribution';
import { type ClassNetwork, openNetwork } from '../../lib/explain/classNetwork';
import { outputColumn } from '../../lib/explain/scoreTarget';
import { preprocess, withBackbone } from '../../lib/networks/backbone';
import { buildHead, linearHead } from '../../lib/networks/head';
import { saveModel } from '../../lib/networks/modelFile';
import { smallCnn } from '../../lib/networks/smallCnn';
import { mobilenet, randomWeights } from '../../lib/networks/weightArrays';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { expectClose } from '../data/close';
import { picture, wavePixels } from '../images/pictures';
import { temporaryFolder } from '../temporary';

const size = 32;
let tf: TensorFlow;
beforeAll(async () => {
  tf = (await loadTensorFlow()).tf;
});

/** A folder with two pictures of the network's size, which stay as they are, and a file that is none. */
async function files(folder: string): Promise<string[]> {
  const names = ['a.png', 'b.png', 'broken.png'].map((name) => path.join(folder, name));
  await picture(wavePixels(size, size), size, size).png().toFile(names[0]!);
  await picture(wavePixels(size, size, 2), size, size)
    .png()
    .toFile(names[1]!);
  await writeFile(names[2]!, 'no picture');
  return names;
}

const pixels = (phase: number) => tf.tensor4d(wavePixels(size, size, phase), [1, size, size, 3]);

/** What pixels of a picture add to two classes, beside two others, is what the logits have more than on average. */
async function expectSums(network: ClassNetwork): Promise<void> {
  const of = (...phases: number[]) => ({
    count: phases.length,
    read: () => Buffer.concat(phases.map((phase) => wavePixels(size, size, phase))),
  });
  const [found] = await network.attributions(of(0), of(1, 2), [1, 0], { seed: 1 });
  expect(found?.map(({ output }) => output)).toEqual([1, 0]);
  for (const one of found!) {
    expect(one.mean).toHaveLength(size * size * 3);
    expect(Math.abs(one.whole - one.base)).toBeGreaterThan(1e-3);
    expect(Math.abs(gapOf(one))).toBeLessThan(1e-4 * Math.max(1, Math.abs(one.whole)));
  }
}

describe('a trained network of classes', () => {
  it('of pixels says of files what the model does, names what it cannot read, and shows where it looks', async () => {
    const folder = temporaryFolder();
    const model = smallCnn.build([size, size, 3], { outputs: 2 }, 1);
    await saveModel(folder, model);
    const before = tf.memory().numTensors;
    const network = await openNetwork({ folder, size, background: '#000000', backbone: null });
    const [a, b, broken] = await network.ask(await files(folder));
    for (const [said, phase] of [
      [a, 0],
      [b, 2],
    ] as const) {
      const wanted = tf.tidy(() => softmax((model.predict(tf.div(pixels(phase), 255)) as Tensor).dataSync()));
      expect(said).toMatchObject({ picture: { pixels: wavePixels(size, size, phase) } });
      expectClose((said as { probabilities: number[] }).probabilities, wanted, 1e-5); // float32 sums in another order
    }
    expect(broken).toMatchObject({ reason: expect.any(String) });
    expect(network.layer).toBe('relu3'); // 8 × 8 places; relu4 has 4 × 4
    const images = { count: 1, read: () => wavePixels(size, size) };
    const [map] = await network.maps(images, outputColumn(1));
    expect(map).toMatchObject({ width: 8, height: 8 });
    await expectSums(network);
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('on the features of a backbone is both in one', async () => {
    const folder = temporaryFolder();
    const backbone = mobilenet(randomWeights(0.35, 1), 0.35);
    const head = buildHead([1, 1, 1280], { l2: 0, dropout1: 0, dropout2: 0, seed: 1, outputs: 3 });
    await saveModel(folder, head);
    const wanted = await withBackbone(backbone, size, async (base) =>
      tf.tidy(() =>
        softmax((head.predict(base.predict(preprocess(pixels(0), backbone.input))) as Tensor).dataSync()),
      ),
    );
    const before = tf.memory().numTensors;
    const network = await openNetwork({ folder, size, background: '#000000', backbone });
    const [a] = await network.ask((await files(folder)).slice(0, 1));
    expectClose((a as { probabilities: number[] }).probabilities, wanted, 1e-3); // batch normalization is folded into the kernels
    // The convolution of this head has a ReLU within.
    await expect(expectSums(network)).rejects.toThrow(/no rule for the layer .*conv \(Conv2D, relu\)/);
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
    head.dispose();
  });

  it('with a linear layer on a backbone is explained through all layers of both', async () => {
    const folder = temporaryFolder();
    const backbone = mobilenet(randomWeights(0.35, 1), 0.35);
    const head = linearHead.build([1, 1, 1280], { outputs: 3 }, 1);
    await saveModel(folder, head);
    head.dispose();
    const before = tf.memory().numTensors;
    const network = await openNetwork({ folder, size, background: '#000000', backbone });
    await expectSums(network);
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
