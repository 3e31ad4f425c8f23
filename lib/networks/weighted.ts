import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import type { NamedArray } from './hdf5';
import { buildModel, type Layer, normalization, placed } from './layers';

/** A network with its weights: the arrays of all layers in order, each layer's as TensorFlow.js orders them. */
export interface Weighted {
  layers: readonly Layer[];
  arrays: readonly NamedArray[];
}

/** As `buildModel`, with the weights assigned. The caller disposes the model. */
export function buildWeighted(network: Weighted, name?: string, trainable = true): LayersModel {
  const model = buildModel(network.layers, name, trainable);
  assignWeighted(model, network);
  return model;
}

/** Gives a model that was built from these layers these arrays. */
export function assignWeighted(model: LayersModel, network: Weighted): void {
  const { tf } = tensorflow();
  tf.tidy(() => {
    for (const { layer, arrays } of dealt(network)) {
      if (arrays.length === 0) continue;
      model.getLayer(layer.name).setWeights(arrays.map(({ data, shape }) => tf.tensor(data, shape)));
    }
  });
}

const dealt = ({ layers, arrays }: Weighted): { layer: Layer; arrays: readonly NamedArray[] }[] => {
  let next = 0;
  return placed(layers).map(({ layer, weights }) => {
    next += weights.length;
    return { layer, arrays: arrays.slice(next - weights.length, next) };
  });
};

/** Cuts a network behind the layer of this name. Throws `BAD_INPUT` when there is no such layer or something of an earlier one passes it by. */
export function cutBehind(network: Weighted, name: string): [before: Weighted, after: Weighted] {
  const places = placed(network.layers);
  const at = places.findIndex(({ layer }) => layer.name === name);
  const rest = network.layers.slice(at + 1);
  if (at < 0 || !onlyThrough(network.layers, at)) {
    const advice = 'choose the last layer of a block';
    throw new ReportError('BAD_INPUT', `The network cannot be cut behind ${name}: ${advice}.`);
  }
  const count = places.slice(0, at + 1).reduce((sum, { weights }) => sum + weights.length, 0);
  const input: Layer = { kind: 'input', name, shape: places[at]!.shape }; // found above
  return [
    { layers: network.layers.slice(0, at + 1), arrays: network.arrays.slice(0, count) },
    { layers: [input, ...rest], arrays: network.arrays.slice(count) },
  ];
}

/** Whether all that comes behind the layer at this place depends on nothing before it but its output. */
export function onlyThrough(layers: readonly Layer[], at: number): boolean {
  const { name } = layers[at]!; // a place in the list
  const rest = layers.slice(at + 1);
  const known = new Set([name, ...rest.map((layer) => layer.name)]);
  return rest.every((layer) =>
    [layer.from ?? name, 'to' in layer ? layer.to : name].every((one) => known.has(one)),
  );
}

/** So small that no sum notices it. */
const TINY = 1e-30;

/** The same network with batch normalization folded into its convolutions (Jacob et al. 2018, section 3.2); the first multiplies the input by `inputScale`. */
export function folded(network: Weighted, inputScale = 1): Weighted {
  const layers: Layer[] = [];
  const arrays: NamedArray[] = [];
  const names = new Map<string, string>();
  const renamed = (name: string): string => names.get(name) ?? name;
  let scale = inputScale;
  for (const { layer, arrays: own } of dealt(network)) {
    const before = layers.at(-1);
    if (layer.kind === 'batchNorm' && (before?.kind === 'conv' || before?.kind === 'depthwise')) {
      const bias = before.bias ? arrays.pop()! : null; // as the layer has one
      const kernel = arrays.pop()!; // as every convolution
      arrays.push(...foldedArrays(kernel, bias, own, layer.epsilon ?? normalization.epsilon, scale));
      layers[layers.length - 1] = { ...before, bias: true };
      names.set(layer.name, before.name);
      scale = 1;
    } else {
      const from = layer.from === undefined ? {} : { from: renamed(layer.from) };
      layers.push({ ...layer, ...from, ...('to' in layer && { to: renamed(layer.to) }) });
      arrays.push(...own);
    }
  }
  return { layers, arrays };
}

function foldedArrays(
  kernel: NamedArray,
  bias: NamedArray | null,
  statistics: readonly NamedArray[],
  epsilon: number,
  scale: number,
): NamedArray[] {
  const of = (i: number): Float32Array => statistics[i]!.data; // a batch normalization has four arrays
  const [gamma, beta, mean, variance] = [of(0), of(1), of(2), of(3)];
  const channels = gamma.length;
  // Every index below stays in range: the vectors have `channels` values, and so has the kernel's last axis that counts.
  const factor = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c]! + epsilon));
  return [
    { ...kernel, data: kernel.data.map((value, i) => value * factor[i % channels]! * scale) },
    {
      name: kernel.name.replace(/(depthwise_)?kernel/, 'bias'),
      shape: [channels],
      // TensorFlow leaves out the adding of zeros, and with it the pattern that it would have fused: random weights, whose biases are all
      // 0, would take a third longer than trained ones.
      data: beta.map((b, c) => b + ((bias?.data[c] ?? 0) - mean[c]!) * factor[c]! || TINY),
    },
  ];
}

/** The other way round: the arrays of `network` with the kernels and biases of a model of its folded form; batch normalization then only adds the bias. */
export function unfolded(network: Weighted, model: LayersModel): NamedArray[] {
  const all = dealt(network);
  let bias: Float32Array | undefined;
  return all.flatMap(({ layer, arrays }, place) => {
    if (layer.kind === 'conv' || layer.kind === 'depthwise') {
      const values = model
        .getLayer(layer.name)
        .getWeights()
        .map((weight) => Float32Array.from(weight.dataSync()));
      const alone = all[place + 1]?.layer.kind !== 'batchNorm';
      bias = values[1];
      // Its own bias has gone into the normalization behind it.
      return arrays.map((array, i) => ({
        ...array,
        data: i === 0 || alone ? values[i]! : array.data.map(() => 0),
      })); // as many
    }
    if (layer.kind !== 'batchNorm') return arrays;
    // Divided by the root of variance + epsilon, which is 1.
    const values = [1, bias, 0, 1 - (layer.epsilon ?? normalization.epsilon)];
    return arrays.map((array, i) => {
      const value = values[i]!; // four of each
      return { ...array, data: typeof value === 'number' ? array.data.map(() => value) : value };
    });
  });
}
