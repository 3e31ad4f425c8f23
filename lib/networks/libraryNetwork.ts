import type { Rgb } from '../images/letterbox';
import { type Backbone, requireFit, SMALLEST } from './backbone';
import type { NamedArray } from './hdf5';
import { type Layer, type PlacedLayer, placed } from './layers';
import type { TorchTensor } from './torchFile';
import { tensorsOf, torchArrays } from './torchWeights';

/** A network as a library builds it and publishes its weights. */
export interface LibraryNetwork extends Omit<Backbone, 'arrays'> {
  /** By what the names of the classifier begin in a state dict of torch; null in Keras, whose files are read by their order. */
  top: string | null;
  /** The weights in the order of Keras' files, where that is not that of the layers. */
  kerasOrder?(places: readonly PlacedLayer[]): readonly PlacedLayer[];
  /** What the library divides red, green and blue by behind `input`, or that it takes them the other way round; the first kernel here does either. */
  channels?: { deviation: Rgb } | 'blue first';
}

/** ImageNet's mean and deviation, as torchvision takes them off. */
export const imageNet = {
  input: { offset: [0.485 * 255, 0.456 * 255, 0.406 * 255], scale: 1 / 255 },
  channels: { deviation: [0.229, 0.224, 0.225] },
} as const;

/** The network with the weights of a state dict of torch. Throws `WRONG_ARCHITECTURE` when they are not its. */
export function fromTorch(network: LibraryNetwork, tensors: readonly TorchTensor[]): Backbone {
  const { architecture, top } = network;
  const layers = network.layers(SMALLEST);
  const own = tensorsOf(architecture, layers, tensors, top ?? ' ');
  const arrays = torchArrays(architecture, layers, own);
  requireFit(architecture, placed(layers), arrays);
  return withArrays(network, arrays);
}

/** The network with the weights of a file of Keras, in its order, with or without top. Throws `WRONG_ARCHITECTURE` when they are not its. */
export function fromKeras(network: LibraryNetwork, arrays: readonly NamedArray[]): Backbone {
  const places = placed(network.layers(SMALLEST));
  const order = network.kerasOrder?.(places) ?? places;
  const listed = order.flatMap(({ weights }) => weights);
  const given = arrays.length === listed.length + TOP ? arrays.slice(0, -TOP) : arrays;
  requireFit(network.architecture, order, given);
  const named = new Map(listed.map(({ name }, i) => [name, given[i]!])); // as many
  const ordered = places.flatMap(({ weights }) => weights.map(({ name }) => ({ ...named.get(name)!, name }))); // the same names
  return withArrays(network, ordered);
}

/** Arrays of a dense layer on top. */
const TOP = 2;

function withArrays({ channels, ...network }: LibraryNetwork, arrays: readonly NamedArray[]): Backbone {
  const [kernel, ...rest] = arrays as [NamedArray, ...NamedArray[]]; // as many as fit
  return { ...network, arrays: channels ? [adapted(kernel, channels), ...rest] : arrays };
}

/** The first kernel, `[height, width, 3, filters]`, for pictures whose channels nobody has divided or turned round. */
function adapted(kernel: NamedArray, channels: NonNullable<LibraryNetwork['channels']>): NamedArray {
  const filters = kernel.shape[3]!; // of four axes
  const data = kernel.data.map((value, i) => {
    const channel = Math.floor(i / filters) % 3;
    if (channels === 'blue first') return kernel.data[i + (2 - 2 * channel) * filters]!; // within the same place
    return value / channels.deviation[channel]!; // one of three
  });
  return { ...kernel, data };
}

type Convolution = Extract<Layer, { kind: 'conv' | 'depthwise' }>;

/** A convolution and batch normalization. `even`: a stride pads both sides, as in torch; TensorFlow puts the odd pixel behind. */
export const normalized = (
  conv: Convolution,
  norm: { name: string; epsilon?: number },
  even: boolean,
): Layer[] => [
  ...(even && (conv.stride ?? 1) > 1 && conv.size > 1
    ? [
        { kind: 'pad', name: `${conv.name}_pad`, by: (conv.size - 1) / 2 } as const,
        { ...conv, padding: 'valid' } as const,
      ]
    : [conv]),
  { kind: 'batchNorm', ...norm },
];
