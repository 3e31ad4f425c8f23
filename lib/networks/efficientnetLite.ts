import { ReportError } from '../core/errors';
import { type Backbone, INPUT, requireFit, SMALLEST } from './backbone';
import { activated, invertedResidual } from './invertedResidual';
import { type Layer, placed } from './layers';
import type { TorchTensor } from './torchFile';

/** Output channels, side of the window and stride of each of the 16 blocks of EfficientNet-Lite0 (Tan and Le 2019, table 1, without squeeze and excitation). */
const blocks: readonly (readonly [filters: number, size: number, stride: number])[] = [
  [16, 3, 1],
  [24, 3, 2],
  [24, 3, 1],
  [40, 5, 2],
  [40, 5, 1],
  [80, 3, 2],
  [80, 3, 1],
  [80, 3, 1],
  [112, 5, 1],
  [112, 5, 1],
  [112, 5, 1],
  [192, 5, 2],
  [192, 5, 1],
  [192, 5, 1],
  [192, 5, 1],
  [320, 3, 1],
];
const expansion = 6;

/** EfficientNet-Lite0 without top. */
export function efficientnetLite0Layers(imageSize: number): Layer[] {
  let channels = 32;
  const layers: Layer[] = [
    { kind: 'input', name: INPUT, shape: [imageSize, imageSize, 3] },
    ...activated({ kind: 'conv', name: 'first_conv', size: 3, filters: channels, stride: 2 }),
  ];
  blocks.forEach(([filters, size, stride], i) => {
    const wide = i === 0 ? null : expansion * channels;
    const to = stride === 1 && filters === channels ? layers.at(-1)!.name : null; // there is a layer before each block
    layers.push(...invertedResidual(`block_${i}_`, { wide, size, stride, filters, to }));
    channels = filters;
  });
  return [...layers, ...activated({ kind: 'conv', name: 'last_conv', size: 1, filters: 1280 })];
}

/** EfficientNet-Lite0 without top, with the weights of a state dict of `efficientnet_lite_pytorch`. Throws `WRONG_ARCHITECTURE` when they are not its. */
export function efficientnetLite0Backbone(tensors: readonly TorchTensor[]): Backbone {
  const architecture = 'EfficientNet-Lite0';
  const places = placed(efficientnetLite0Layers(SMALLEST)).flatMap(({ layer, weights }) =>
    weights.map(({ name }) => ({ name, depthwise: layer.kind === 'depthwise' })),
  );
  const own = tensors.filter(({ name }) => !name.startsWith('_fc.')); // the classifier on top
  const arrays = own.map((tensor, i) => {
    const place = places[i];
    if (!place) throw new ReportError('WRONG_ARCHITECTURE', `${tensor.name} is not of ${architecture}.`);
    // torch: outputs, inputs, height, width; of a depthwise kernel the one input comes last.
    const axes = place.depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0];
    return {
      ...tensor.ordered(tensor.shape.length === 4 ? axes : tensor.shape.map((_, axis) => axis)),
      name: place.name,
    };
  });
  requireFit(architecture, efficientnetLite0Layers(SMALLEST), arrays);
  return {
    architecture,
    layers: efficientnetLite0Layers,
    arrays,
    // Not the mean and deviation that the package's own page names: with these it knows 9 pictures of 100 better.
    input: { offset: 127, scale: 1 / 128 },
    mapLayers: ['last_conv_relu', 'block_11_expand_relu', 'block_5_expand_relu'],
  };
}
