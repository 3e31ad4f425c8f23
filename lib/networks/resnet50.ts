import { INPUT } from './backbone';
import type { Layer, PlacedLayer } from './layers';
import { imageNet, type LibraryNetwork, normalized } from './libraryNetwork';

/** What a library does in its own way in a ResNet. */
interface ResNetLibrary {
  /** Whether convolutions have biases, and what normalizations add to variances. */
  bias: boolean;
  epsilon: number;
  /** Which convolution of a block moves by its stride: the first (He et al. 2016, "v1") or the second ("v1.5"). */
  strided: 1 | 2;
  /** The names of the first convolution and its normalization, and, behind the prefix of a block, of its three; 0 is the one beside them. */
  stem: readonly [conv: string, norm: string];
  prefix(stage: number, block: number): string;
  unit(i: 0 | 1 | 2 | 3): readonly [conv: string, norm: string];
  /** The last layer of a block. */
  end: string;
}

/** How a ResNet is built by torchvision. */
export const torchvisionResNet: ResNetLibrary = {
  bias: false,
  epsilon: 1e-5,
  strided: 2,
  stem: ['conv1', 'bn1'],
  prefix: (stage, block) => `layer${stage}.${block}.`,
  unit: (i) => (i === 0 ? ['downsample.0', 'downsample.1'] : [`conv${i}`, `bn${i}`]),
  end: 'relu',
};

/** How a ResNet is built by Keras. */
export const kerasResNet: ResNetLibrary = {
  bias: true,
  epsilon: 1.001e-5,
  strided: 1,
  stem: ['conv1_conv', 'conv1_bn'],
  prefix: (stage, block) => `conv${stage + 1}_block${block + 1}_`,
  unit: (i) => [`${i}_conv`, `${i}_bn`],
  end: 'out',
};

/** Channels of the first convolution, and width and number of blocks of each stage, the widths a quarter of the channels that come out. */
export interface ResNetPlan {
  channels: number;
  stages: readonly (readonly [width: number, blocks: number])[];
}

/** He et al. 2016, table 1. */
const plan50: ResNetPlan = {
  channels: 64,
  stages: [
    [64, 3],
    [128, 4],
    [256, 6],
    [512, 3],
  ],
};

/** A ResNet without top, with the library's names of layers; ResNet-50 where no other plan is given. */
export function resnet(imageSize: number, library: ResNetLibrary, plan = plan50): Layer[] {
  const { bias, epsilon, stem, prefix, end } = library;
  const first = { kind: 'conv', name: stem[0], size: 7, filters: plan.channels, stride: 2, bias } as const;
  const layers: Layer[] = [
    { kind: 'input', name: INPUT, shape: [imageSize, imageSize, 3] },
    ...normalized(first, { name: stem[1], epsilon }, true),
    { kind: 'relu', name: 'conv1_relu' },
    { kind: 'pad', name: 'pool1_pad', by: 1 },
    { kind: 'maxPool', name: 'pool1_pool', size: 3, stride: 2, padding: 'valid' },
  ];
  let input = 'pool1_pool';
  plan.stages.forEach(([width, blocks], i) => {
    for (let block = 0; block < blocks; block++) {
      const stride = i > 0 && block === 0 ? 2 : 1;
      const name = prefix(i + 1, block);
      layers.push(...bottleneck(library, { input, prefix: name, width, stride, beside: block === 0 }));
      input = `${name}${end}`;
    }
  });
  return layers;
}

interface Bottleneck {
  /** The layer before it. */
  input: string;
  prefix: string;
  width: number;
  stride: number;
  /** Whether there is a convolution beside the three, since the block gives other channels or sides than it takes. */
  beside: boolean;
}

/** Three convolutions with a sum around them (He et al. 2016, figure 5). */
export function bottleneck(
  { bias, epsilon, strided, unit, end }: ResNetLibrary,
  { input, prefix, width, stride, beside }: Bottleneck,
): Layer[] {
  const conv = (i: 0 | 1 | 2 | 3, size: number, filters: number, step: number): Layer[] => {
    const [name, norm] = unit(i).map((part) => prefix + part) as [string, string];
    const from = i === 0 ? { from: input } : {};
    return normalized(
      { kind: 'conv', name, size, filters, stride: step, bias, ...from },
      { name: norm, epsilon },
      true,
    );
  };
  return [
    ...conv(1, 1, width, strided === 1 ? stride : 1),
    { kind: 'relu', name: `${prefix}1_relu` },
    ...conv(2, 3, width, strided === 2 ? stride : 1),
    { kind: 'relu', name: `${prefix}2_relu` },
    ...conv(3, 1, 4 * width, 1),
    ...(beside ? conv(0, 1, 4 * width, stride) : []),
    { kind: 'add', name: `${prefix}add`, to: beside ? prefix + unit(3)[1] : input },
    { kind: 'relu', name: prefix + end },
  ];
}

/** The layers of Keras' ResNet in the order in which its files list them: a convolution beside, and its normalization, each before the last of the three. */
export const inKerasOrder = (places: readonly PlacedLayer[]): PlacedLayer[] =>
  places
    .map((place, i) => ({ place, at: /_0_(conv|bn)$/.test(place.layer.name) ? i - 2.5 : i }))
    .sort((a, b) => a.at - b.at)
    .map(({ place }) => place);

/** ResNet-50 of either library, without top. */
export const resnet50: Readonly<Record<'torch' | 'keras', LibraryNetwork>> = {
  torch: {
    ...imageNet,
    architecture: 'ResNet-50',
    layers: (imageSize) => resnet(imageSize, torchvisionResNet),
    mapLayers: ['layer4.2.relu', 'layer3.5.relu', 'layer2.3.relu'],
    top: 'fc.',
  },
  keras: {
    architecture: 'ResNet-50 of Keras',
    layers: (imageSize) => resnet(imageSize, kerasResNet),
    input: { offset: [123.68, 116.779, 103.939], scale: 1 },
    channels: 'blue first',
    mapLayers: ['conv5_block3_out', 'conv4_block6_out', 'conv3_block4_out'],
    top: null,
    kerasOrder: inKerasOrder,
  },
};
