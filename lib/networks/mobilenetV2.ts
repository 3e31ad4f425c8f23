import { INPUT, SMALLEST } from './backbone';
import { withBlocks } from './invertedResidual';
import { type Layer, type PlacedLayer, placed } from './layers';

/** The width multipliers that Keras publishes weights for. */
export const publishedAlphas = [0.35, 0.5, 0.75, 1, 1.3, 1.4] as const;

/** Output channels of each of the 17 blocks at alpha 1, and their strides (Sandler et al. 2018, table 2). */
const blockFilters = [16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320];
const blockStrides = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];
const momentum = 0.999;

/** MobileNetV2 without top, with Keras' names of layers; its zero padding is part of the convolutions here. */
export function mobilenetV2(alpha: number, imageSize: number): Layer[] {
  const channels = divisibleBy8(32 * alpha);
  const start: Layer[] = [
    { kind: 'input', name: INPUT, shape: [imageSize, imageSize, 3] },
    { kind: 'conv', name: 'Conv1', size: 3, filters: channels, stride: 2 },
    { kind: 'batchNorm', name: 'bn_Conv1', momentum },
    { kind: 'relu6', name: 'Conv1_relu' },
  ];
  const blocks = blockStrides.map((stride, i) => ({
    prefix: blockPrefix(i),
    filters: divisibleBy8(Math.trunc(blockFilters[i]! * alpha)), // as many
    size: 3,
    stride,
  }));
  return [
    ...withBlocks(start, channels, blocks, momentum),
    { kind: 'conv', name: 'Conv_1', size: 1, filters: alpha > 1 ? divisibleBy8(1280 * alpha) : 1280 },
    { kind: 'batchNorm', name: 'Conv_1_bn', momentum },
    { kind: 'relu6', name: 'out_relu' },
  ];
}

const blockPrefix = (index: number): string => (index === 0 ? 'expanded_conv_' : `block_${index}_`);

/** Keras' `_make_divisible`: the nearest multiple of 8, but never more than a tenth below. */
function divisibleBy8(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** The layer before the last `blocks` of the 17 blocks, where one feature map says everything. */
export function layerBefore(blocks: number): string {
  const layers = mobilenetV2(1, SMALLEST); // the names are the same for every width too
  const at = layers.findIndex(({ name }) => name.startsWith(blockPrefix(blockFilters.length - blocks)));
  return layers[at - 1]!.name; // 1 to 17 blocks
}

/** The arrays of the base in the model's order: 260, five for each convolution and its batch normalization. */
export const baseArrayShapes = (alpha: number): PlacedLayer['weights'][number][] =>
  placed(mobilenetV2(alpha, SMALLEST)).flatMap(({ weights }) => weights);
