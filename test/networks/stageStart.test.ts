import { expect, it } from 'vitest';
import { type Backbone, narrowLayers, signedPixels, stageStart } from '../../lib/networks/backbone';
import { efficientnetLite0Layers } from '../../lib/networks/efficientnetLite';
import { efficientnetV2, torchvisionEfficientNet } from '../../lib/networks/efficientnetV2';
import { layerBefore, mobilenetV2 } from '../../lib/networks/mobilenetV2';
import { kerasResNet, resnet, torchvisionResNet } from '../../lib/networks/resnet50';

const backbone = (layers: Backbone['layers'], mapLayers: Backbone['mapLayers']): Backbone => ({
  ...{ architecture: 'any', arrays: [], input: signedPixels },
  ...{ layers, mapLayers },
});

it('cuts a backbone where its last stages begin, in front of a block that widens its input', () => {
  const lite = backbone(efficientnetLite0Layers, [
    'last_conv_relu',
    'block_11_expand_relu',
    'block_5_expand_relu',
  ]);
  expect(stageStart(lite, 1)).toEqual({ cut: 'block_10_add', first: 'block_11_expand' });
  expect(narrowLayers(lite)).toEqual(['block_10_add', 'block_14_add', 'block_15_project_BN']);
  expect(stageStart(lite, 2)).toEqual({ cut: 'block_4_add', first: 'block_5_expand' });
  const mobile = backbone(
    (size) => mobilenetV2(0.35, size),
    ['out_relu', 'block_13_expand_relu', 'block_6_expand_relu'],
  );
  expect(stageStart(mobile, 1).cut).toBe(layerBefore(4));
  expect(stageStart(mobile, 2).cut).toBe(layerBefore(11));
});

it('of a ResNet cuts behind layer3 or layer2, of EfficientNetV2-S behind features 5 or 3', () => {
  const torch = backbone(
    (size) => resnet(size, torchvisionResNet),
    ['layer4.2.relu', 'layer3.5.relu', 'layer2.3.relu'],
  );
  expect(stageStart(torch, 1)).toEqual({ cut: 'layer3.5.relu', first: 'layer4.0.conv1' });
  expect(narrowLayers(torch)).toEqual(['layer3.5.relu', 'layer4.2.relu']);
  expect(stageStart(torch, 2)).toEqual({ cut: 'layer2.3.relu', first: 'layer3.0.conv1' });
  const keras = backbone(
    (size) => resnet(size, kerasResNet),
    ['conv5_block3_out', 'conv4_block6_out', 'conv3_block4_out'],
  );
  expect(stageStart(keras, 1).cut).toBe('conv4_block6_out');
  const v2 = backbone(
    (size) => efficientnetV2(size, torchvisionEfficientNet),
    ['features.7.0_swish', 'features.6.0.block.0.0_swish', 'features.4.0.block.0.0_swish'],
  );
  expect(stageStart(v2, 1).cut).toBe('features.5.8.add');
  expect(stageStart(v2, 2).cut).toBe('features.3.3.add');
});
