import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { shapeOf, withBackbone } from '../../lib/networks/backbone';
import {
  efficientnetLite0Backbone,
  efficientnetLite0Layers,
  lite0File,
} from '../../lib/networks/efficientnetLite';
import { createExtractor } from '../../lib/networks/features';
import { placed } from '../../lib/networks/layers';
import { readTorchFile, type TorchTensor } from '../../lib/networks/torchFile';
import { packageFile } from '../../lib/storage/packages';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { oracleFolder, oracleJson } from '../oracle';
import { twister } from './twister';
import { largestDifference, thrown } from './weightFiles';

const oracle = oracleJson<{
  /** Expansion, channels in and out, window, stride. */
  blocks: [number, number, number, number, number | [number]][];
  shape: number[];
  mean: number;
  gap_first16: number[];
  numbers: number;
}>('efficientnet_lite0');

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('the layers of EfficientNet-Lite0', () => {
  const places = placed(efficientnetLite0Layers(224));

  it('are the blocks that the published network has', () => {
    const found = oracle.blocks.map(([, input], i) => {
      const at = (part: string) => places.find(({ layer }) => layer.name === `block_${i}_${part}`);
      const [wide, filter, narrow, sum] = [at('expand'), at('depthwise'), at('project'), at('add')];
      const { size, stride } = filter!.layer as { size: number; stride: number }; // every block has one
      const output = narrow!.shape[2];
      expect(sum !== undefined).toBe(input === output && stride === 1);
      return [(wide?.shape[2] ?? input) / input, input, output, size, stride];
    });
    expect(found).toEqual(oracle.blocks.map((block) => block.flat()));
  });

  it('have the numbers of the published network but for its classifier', () => {
    const numbers = places.flatMap(({ weights }) =>
      weights.map(({ shape }) => shape.reduce((a, b) => a * b)),
    );
    expect(numbers.reduce((a, b) => a + b)).toBe(oracle.numbers - 1281 * 1000);
    expect(places.at(-1)!.shape).toEqual(oracle.shape.slice(1));
  });
});

/** Tensors as they would come out of a file of the network, all of one value. */
const blank = (): TorchTensor[] =>
  placed(efficientnetLite0Layers(32)).flatMap(({ layer, weights }) =>
    weights.map(({ name, shape }) => {
      const [h, w, i, o] = shape as [number, number, number, number];
      const torch = shape.length < 4 ? shape : layer.kind === 'depthwise' ? [i, o, h, w] : [o, i, h, w];
      const ordered = (axes: readonly number[]) => {
        const sides = axes.map((axis) => torch[axis]!);
        return { name, shape: sides, data: new Float32Array(sides.reduce((a, b) => a * b)).fill(1) };
      };
      return { name, shape: torch, ordered };
    }),
  );

describe('efficientnetLite0Backbone', () => {
  it('takes the tensors in the order of the file, without the classifier', () => {
    const classifier = { name: '_fc.bias', shape: [1000], ordered: () => thrown as never };
    const backbone = efficientnetLite0Backbone([...blank(), classifier]);
    expect(shapeOf(backbone, 224)).toEqual([7, 7, 1280]);
    expect(backbone.mapLayers.map((layer) => shapeOf(backbone, 224, layer)[0])).toEqual([7, 14, 28]);
  });

  it('refuses the tensors of another network', () => {
    const tiny = readTorchFile(readFileSync(path.join(oracleFolder, 'tiny.pth')), 'tiny.pth');
    for (const wrong of [tiny, blank().slice(1), blank().reverse(), [...blank(), ...blank()], []]) {
      expect(thrown(() => efficientnetLite0Backbone(wrong))).toMatchObject({ code: 'WRONG_ARCHITECTURE' });
    }
  });
});

describe('EfficientNet-Lite0 with its weights', () => {
  it("gives torch's features, as a model and as a graph, and leaves no tensor behind", async ({ skip }) => {
    const file = await packageFile(lite0File).catch((error: unknown) => String(error));
    skip(!path.isAbsolute(file), `its weights are not to be had: ${file}`);
    const backbone = efficientnetLite0Backbone(readTorchFile(readFileSync(file), file));
    const before = tf.memory().numTensors;
    const draw = twister(0);
    const picture = Float32Array.from({ length: 224 * 224 * 3 }, () => draw() * 2 - 1);
    await withBackbone(backbone, 224, async (model) => {
      const [mean, average] = tf.tidy(() => {
        const features = model.predict(tf.tensor(picture, [1, 224, 224, 3])) as Tensor;
        return [features.mean([1, 2]).dataSync(), features.mean().dataSync()[0]!];
      });
      // torch in double precision; its own float32 is 1.9e-5 away.
      expect(largestDifference(mean.slice(0, 16), oracle.gap_first16)).toBeLessThan(1e-5);
      expect(Math.abs(average - oracle.mean)).toBeLessThan(1e-6);

      const pixels = Uint8Array.from({ length: 224 * 224 * 3 }, () => Math.floor(draw() * 256));
      const extractor = await createExtractor(backbone, 224);
      const expected = tf.tidy(() =>
        (model.predict(tf.tensor(pixels, [1, 224, 224, 3]).sub(127).div(128)) as Tensor).dataSync(),
      );
      expect(largestDifference(extractor.extract(pixels, 1), expected)).toBeLessThan(1e-4); // up to 6, in another order
      extractor.dispose();
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
