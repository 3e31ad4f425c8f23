import { beforeAll, describe, expect, it } from 'vitest';
import type { Layer } from '../../lib/networks/layers';
import { placed } from '../../lib/networks/layers';
import {
  bottleneck,
  inKerasOrder,
  kerasResNet,
  resnet,
  torchvisionResNet,
} from '../../lib/networks/resnet50';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { asTorch, compareWithTorch, kerasStructure, torchStructure } from './netsOracle';

beforeAll(async () => void (await loadTensorFlow()));

const input = (shape: number[]): Layer => ({ kind: 'input', name: 'x', shape });

describe('ResNet-50', () => {
  it('has torchvision’s names and shapes of weights, in its order', () => {
    expect(asTorch(resnet(224, torchvisionResNet))).toEqual(torchStructure('resnet50', /^fc\./));
  });

  it('has Keras’ names and shapes of weights, in its order', () => {
    const found = inKerasOrder(placed(resnet(224, kerasResNet))).flatMap(({ weights }) => weights);
    expect(found.map(({ name, shape }) => [`${name}:0`, shape])).toEqual(kerasStructure('ResNet50'));
  });

  it('gives 7 × 7 × 2048 for a picture of 224 pixels in both', () => {
    for (const library of [torchvisionResNet, kerasResNet]) {
      expect(placed(resnet(224, library)).at(-1)!.shape).toEqual([7, 7, 2048]);
    }
  });

  it('moves by the stride in the first convolution of a block in Keras, in the second in torchvision', () => {
    const strides = (library: typeof kerasResNet) =>
      bottleneck(library, { input: 'x', prefix: '', width: 8, stride: 2, beside: true }).flatMap((layer) =>
        layer.kind === 'conv' ? [layer.stride] : [],
      );
    expect(strides(kerasResNet)).toEqual([2, 1, 1, 2]);
    expect(strides(torchvisionResNet)).toEqual([1, 2, 1, 2]);
  });
});

describe('the parts of a ResNet', () => {
  it('are torchvision’s: a block with a stride, evenly padded, and a convolution beside', () => {
    const block = { input: 'x', prefix: '', width: 8, stride: 2, beside: true };
    compareWithTorch('bottleneck_s2_down', [input([9, 9, 16]), ...bottleneck(torchvisionResNet, block)]);
  });

  it('are torchvision’s: a plain block', () => {
    const block = { input: 'x', prefix: '', width: 8, stride: 1, beside: false };
    compareWithTorch('bottleneck_s1_plain', [input([5, 5, 32]), ...bottleneck(torchvisionResNet, block)]);
  });

  it('make torchvision’s whole network, in small', () => {
    const plan = {
      channels: 8,
      stages: [
        [4, 2],
        [8, 1],
        [12, 1],
        [16, 1],
      ] as const,
    };
    compareWithTorch('tiny_resnet', [
      ...resnet(40, torchvisionResNet, plan),
      { kind: 'globalAveragePool', name: 'avgpool' },
      { kind: 'dense', name: 'fc.1', units: 5 },
    ]);
  });
});
