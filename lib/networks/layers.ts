import type { layers as Layers, LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import { normalizeBatch, reluInTraining } from '../tensorflow/trainingKernels';
import { seededDropout } from './dropout';

/** A layer of a network, which is a list from its input on; it takes the output of the layer before, or `from`, and `to`. */
export type Layer = { name: string; from?: string } & (
  | { kind: 'input'; shape: readonly number[] }
  | ({ kind: 'conv'; filters: number; bias?: boolean } & Window)
  | ({ kind: 'depthwise'; bias?: boolean } & Window)
  | { kind: 'batchNorm'; epsilon?: number; momentum?: number }
  | { kind: 'relu' | 'relu6' | 'swish' | 'sigmoid' | 'flatten' | 'globalAveragePool' | 'squeeze' }
  | { kind: 'add' | 'multiply'; to: string }
  | ({ kind: 'maxPool' } & Window)
  | { kind: 'pad' | 'upsample'; by: number }
  | { kind: 'leakyRelu'; slope: number }
  | { kind: 'dropout'; rate: number; seed: number }
  | { kind: 'dense'; units: number }
);

/** A square that moves over a feature map; its stride is 1 by default, of a pool its size. */
interface Window {
  size: number;
  stride?: number;
  padding?: 'same' | 'valid';
}

/** Keras' epsilon and momentum, for a batch normalization that names none. */
export const normalization = { epsilon: 1e-3, momentum: 0.99 } as const;

/** A layer as it stands in a network. */
export interface PlacedLayer {
  layer: Layer;
  /** Of its output for one picture. */
  shape: readonly number[];
  /** Its weights in TensorFlow.js' order, named as Keras does: `conv/kernel`. */
  weights: readonly { name: string; shape: number[] }[];
}

/** The layers of a network with the shapes of their outputs and weights. */
export function placed(layers: readonly Layer[]): PlacedLayer[] {
  const shapes = new Map<string, readonly number[]>();
  let shape: readonly number[] = [];
  return layers.map((layer) => {
    const given = layer.from === undefined ? shape : shapes.get(layer.from)!; // an earlier layer, here and below
    shape = layer.kind === 'multiply' ? shapes.get(layer.to)! : outputShape(layer, given);
    shapes.set(layer.name, shape);
    const weights = Object.entries(weightShapes(layer, given.at(-1) ?? 0));
    const named = weights.map(([name, size]) => ({ name: `${layer.name}/${name}`, shape: size }));
    return { layer, shape, weights: named };
  });
}

function outputShape(layer: Layer, shape: readonly number[]): readonly number[] {
  const [height = 0, width = 0, channels = 0] = shape;
  const passed = ({ size, stride, padding }: Window, filters: number, usual: number): number[] => {
    const lost = padding === 'valid' ? size - 1 : 0;
    return [...[height, width].map((side) => Math.ceil((side - lost) / (stride ?? usual))), filters];
  };
  switch (layer.kind) {
    case 'input':
      return layer.shape;
    case 'squeeze':
      return [1, 1, channels];
    case 'conv':
      return passed(layer, layer.filters, 1);
    case 'depthwise':
      return passed(layer, channels, 1);
    case 'maxPool':
      return passed(layer, channels, layer.size);
    case 'pad':
      return [height + 2 * layer.by, width + 2 * layer.by, channels];
    case 'upsample':
      return [height * layer.by, width * layer.by, channels];
    case 'globalAveragePool':
      return [channels];
    case 'flatten':
      return [shape.reduce((a, b) => a * b, 1)];
    case 'dense':
      return [layer.units];
    default:
      return shape;
  }
}

function weightShapes(layer: Layer, channels: number): Record<string, number[]> {
  switch (layer.kind) {
    case 'conv': {
      const kernel = [layer.size, layer.size, channels, layer.filters];
      return layer.bias ? { kernel, bias: [layer.filters] } : { kernel };
    }
    case 'depthwise': {
      const depthwise_kernel = [layer.size, layer.size, channels, 1];
      return layer.bias ? { depthwise_kernel, bias: [channels] } : { depthwise_kernel };
    }
    case 'batchNorm':
      return { gamma: [channels], beta: [channels], moving_mean: [channels], moving_variance: [channels] };
    case 'dense':
      return { kernel: [channels, layer.units], bias: [layer.units] };
    default:
      return {};
  }
}

/** The network as a model with these names of layers and kernels of zeros. `trainable`: whether training changes them. The caller disposes the model. */
export function buildModel(layers: readonly Layer[], name?: string, trainable = true): LayersModel {
  const { tf } = tensorflow();
  const made = new Map<string, SymbolicTensor>();
  const inputs: SymbolicTensor[] = [];
  let flow: SymbolicTensor | undefined;
  for (const layer of layers) {
    if (layer.kind === 'input') {
      flow = tf.input({ name: layer.name, shape: [...layer.shape] });
      inputs.push(flow);
    } else {
      const before = layer.from === undefined ? flow! : made.get(layer.from)!; // a list begins with its input, and names earlier layers
      const given = 'to' in layer ? [made.get(layer.to)!, before] : before;
      flow = layerOf(layer, trainable, before.shape).apply(given) as SymbolicTensor; // one output each
    }
    made.set(layer.name, flow);
  }
  return tf.model({ inputs, outputs: flow!, name }); // as above
}

function layerOf(
  layer: Exclude<Layer, { kind: 'input' }>,
  trainable: boolean,
  given: SymbolicTensor['shape'],
): Layers.Layer {
  const { layers } = tensorflow().tf;
  const { name } = layer;
  const start = { name, trainable, kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;
  switch (layer.kind) {
    case 'conv':
    case 'depthwise': {
      const common = {
        ...start,
        kernelSize: layer.size,
        strides: layer.stride ?? 1,
        padding: layer.padding ?? 'same',
        useBias: layer.bias ?? false,
      } as const;
      return layer.kind === 'conv'
        ? layers.conv2d({ ...common, filters: layer.filters })
        : layers.depthwiseConv2d({ ...common, depthwiseInitializer: 'zeros' });
    }
    case 'batchNorm': {
      const { epsilon, momentum } = { ...normalization, ...layer };
      return normalizationLayer({ name, trainable, epsilon, momentum });
    }
    case 'relu':
      return reluLayer(name);
    case 'relu6':
      return relu6Layer(name);
    case 'swish':
      return swishLayer(name);
    case 'sigmoid':
      return layers.activation({ name, activation: 'sigmoid' });
    case 'add':
      return layers.add({ name });
    case 'multiply':
      return layers.multiply({ name });
    case 'squeeze': // of a shape that holds for every number of pictures, as no reshaping does in a graph
      return layers.averagePooling2d({
        name,
        poolSize: given.slice(1, 3) as [number, number],
        strides: 1,
        padding: 'valid',
      });
    case 'maxPool': {
      const { size, stride = size, padding = 'same' } = layer;
      return layers.maxPooling2d({ name, poolSize: size, strides: stride, padding });
    }
    case 'pad':
      return layers.zeroPadding2d({ name, padding: layer.by });
    case 'upsample':
      return layers.upSampling2d({ name, size: [layer.by, layer.by] });
    case 'leakyRelu':
      return layers.leakyReLU({ name, alpha: layer.slope });
    case 'flatten':
      return layers.flatten({ name });
    case 'globalAveragePool':
      return layers.globalAveragePooling2d({ name, dataFormat: 'channelsLast' });
    case 'dropout':
      return seededDropout({ name, rate: layer.rate, seed: layer.seed });
    case 'dense':
      return layers.dense({ ...start, units: layer.units });
  }
}

/** TensorFlow.js' own layer, which in training calls native TensorFlow once where it makes a dozen operations of it. */
function normalizationLayer(settings: {
  name: string;
  trainable: boolean;
  epsilon: number;
  momentum: number;
}): Layers.Layer {
  const { tf, name } = tensorflow();
  const layer = tf.layers.batchNormalization(settings);
  if (name !== 'tensorflow') return layer;
  const inference = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => {
    if (!kwargs.training) return inference(inputs, kwargs);
    return tf.tidy(() => {
      const [gamma, beta, ...moving] = layer.weights; // Keras' order
      const x = Array.isArray(inputs) ? inputs[0]! : inputs; // it has one input
      const { epsilon, momentum } = settings;
      const found = { x, gamma: gamma!.read(), beta: beta!.read(), epsilon };
      const { y, mean, variance } = normalizeBatch(tf, found);
      [mean, variance].forEach((value, i) => {
        const before = moving[i]!.read(); // mean and variance
        moving[i]!.write(tf.sub(before, tf.mul(tf.sub(before, value), 1 - momentum)));
      });
      return y;
    });
  };
  return layer;
}

function reluLayer(layerName: string): Layers.Layer {
  const { tf, name } = tensorflow();
  const layer = tf.layers.reLU({ name: layerName });
  if (name !== 'tensorflow') return layer;
  layer.call = (inputs) => reluInTraining(tf, Array.isArray(inputs) ? inputs[0]! : inputs); // it has one input
  return layer;
}

/** TensorFlow.js' own layer clips what a ReLU gives; one operation does the same in less time, forward and backward. */
function relu6Layer(name: string): Layers.Layer {
  const { tf } = tensorflow();
  const layer = tf.layers.reLU({ name, maxValue: 6 });
  layer.call = (inputs) => tf.relu6(Array.isArray(inputs) ? inputs[0]! : inputs); // it has one input
  return layer;
}

/** TensorFlow.js' own layer multiplies the whole map by 1 before. */
function swishLayer(name: string): Layers.Layer {
  const { tf } = tensorflow();
  const layer = tf.layers.activation({ name, activation: 'swish' });
  layer.call = (inputs) => {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs; // it has one input
    return tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
  };
  return layer;
}
