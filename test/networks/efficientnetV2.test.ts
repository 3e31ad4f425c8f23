import { beforeAll, describe, expect, it } from 'vitest';
import {
  efficientnetV2,
  kerasEfficientNet,
  mobileBlock,
  torchvisionEfficientNet,
} from '../../lib/networks/efficientnetV2';
import { placed } from '../../lib/networks/layers';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { asTorch, compareWithTorch, kerasStructure, torchStructure } from './netsOracle';

beforeAll(async () => void (await loadTensorFlow()));

describe('EfficientNetV2-S', () => {
  it('has torchvision’s names and shapes of weights, in its order', () => {
    expect(asTorch(efficientnetV2(224, torchvisionEfficientNet))).toEqual(
      torchStructure('efficientnet_v2_s', /^classifier\./),
    );
  });

  it('has Keras’ names and shapes of weights, in its order', () => {
    const found = placed(efficientnetV2(224, kerasEfficientNet)).flatMap(({ weights }) => weights);
    expect(found.map(({ name, shape }) => [`${name}:0`, shape])).toEqual(kerasStructure('EfficientNetV2S'));
  });

  it('gives 7 × 7 × 1280 for a picture of 224 pixels in both', () => {
    for (const library of [torchvisionEfficientNet, kerasEfficientNet]) {
      expect(placed(efficientnetV2(224, library)).at(-1)!.shape).toEqual([7, 7, 1280]);
    }
  });
});

describe('the parts of an EfficientNetV2', () => {
  it.each([
    ['fused_mbconv_e4_s2', [9, 9, 8], { fused: true, expansion: 4, stride: 2, filters: 12 }],
    ['fused_mbconv_e1_res', [7, 7, 8], { fused: true, expansion: 1, stride: 1, filters: 8 }],
    ['mbconv_e4_s2_se', [8, 8, 16], { fused: false, expansion: 4, stride: 2, filters: 24 }],
    ['mbconv_e6_res_se', [6, 6, 16], { fused: false, expansion: 6, stride: 1, filters: 16 }],
  ] as const)('are torchvision’s: %s', (name, shape, block) => {
    compareWithTorch(name, [
      { kind: 'input', name: 'x', shape },
      ...mobileBlock(torchvisionEfficientNet, block, { input: 'x', inputs: shape[2], prefix: '' }),
    ]);
  });

  it('make torchvision’s whole network, in small', () => {
    const stages = [
      { fused: true, expansion: 1, stride: 1, filters: 8, blocks: 1 },
      { fused: true, expansion: 4, stride: 2, filters: 16, blocks: 1 },
      { fused: false, expansion: 4, stride: 2, filters: 16, blocks: 2 },
      { fused: false, expansion: 6, stride: 2, filters: 24, blocks: 1 },
    ];
    compareWithTorch('tiny_effnetv2', [
      ...efficientnetV2(40, torchvisionEfficientNet, { stem: 8, stages, top: 48 }),
      { kind: 'globalAveragePool', name: 'avgpool' },
      { kind: 'dense', name: 'classifier.1', units: 5 },
    ]);
  });
});
