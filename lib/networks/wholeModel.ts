import type { layers as Layers, LayersModel, SymbolicTensor, serialization, Tensor } from '@tensorflow/tfjs';
import { tensorflow } from '../tensorflow/backend';
import { epsilon, shapeBehind, type Unit, unitCount } from './architecture';
import { type FoldedUnit, foldedUnits } from './foldedGraph';
import type { NamedArray } from './hdf5';

type Layer = Layers.Layer;

export interface WholeModelOptions {
  /** Units of the base that are left out: the model then begins with what comes out of them. Default 0: with pictures. */
  from?: number;
  /** Whether training changes the kernels of the base. */
  trainBase: boolean;
  /** Whether batch normalization in the head uses its moving statistics in training too, and leaves them as they are. */
  stillNormalization: boolean;
}

/**
 * Base and head as one model that can be trained: pictures `[batch, size, size, 3]` in [−1, 1], or what comes out of the first units → what the head
 * gives. The base has no batch normalization: it is folded into the kernels (see `foldedGraph`), which is exactly "normalized by
 * the moving statistics, which stay as they are". Layers of the base have Keras' names and a kernel and a bias, those of the head their own; the
 * weights are copies. The caller disposes the model.
 */
export function wholeModel(
  { arrays, alpha }: { arrays: readonly NamedArray[]; alpha: number },
  imageSize: number,
  head: LayersModel,
  { from = 0, trainBase, stillNormalization }: WholeModelOptions,
): LayersModel {
  const { tf } = tensorflow();
  // With a name, which would otherwise count the models of this process and set apart two that are built alike.
  const input = tf.input({ name: 'base_input', shape: shapeBehind(alpha, imageSize, from) });
  let flow = input;
  let blockInput = flow;
  for (const folded of foldedUnits(arrays, alpha).slice(from, unitCount)) {
    if (folded.unit.opensBlock) blockInput = flow;
    flow = addUnit(folded, flow, blockInput, trainBase);
  }
  return tf.model({ inputs: input, outputs: addHead(head, flow, stillNormalization) });
}

/** A layer called with symbolic tensors gives one back; the types of TensorFlow.js do not say so. */
const apply = (layer: Layer, tensor: SymbolicTensor | SymbolicTensor[]): SymbolicTensor =>
  layer.apply(tensor) as SymbolicTensor;

function addUnit(
  { unit, kernel, bias }: FoldedUnit,
  input: SymbolicTensor,
  blockInput: SymbolicTensor,
  trainable: boolean,
): SymbolicTensor {
  const { tf } = tensorflow();
  const layer = unitLayer(unit, trainable);
  let flow = apply(layer, input);
  tf.tidy(() => {
    const shape = [unit.filters];
    layer.setWeights([
      tf.tensor(Float32Array.from(kernel), unit.kernel),
      tf.tensor(Float32Array.from(bias), shape),
    ]);
  });
  if (unit.activation) flow = apply(tf.layers.reLU({ name: unit.activation, maxValue: 6 }), flow);
  return unit.residual ? apply(tf.layers.add({ name: unit.residual }), [blockInput, flow]) : flow;
}

/** Padding `same` pads as Keras' MobileNetV2 does, for every size. */
function unitLayer({ name, kind, kernel, stride, filters }: Unit, trainable: boolean): Layer {
  const { layers } = tensorflow().tf;
  const common = {
    name,
    kernelSize: [kernel[0], kernel[1]] as [number, number],
    strides: stride,
    padding: 'same' as const,
    trainable,
  };
  return kind === 'depthwise'
    ? layers.depthwiseConv2d({ ...common, depthwiseInitializer: 'zeros' })
    : layers.conv2d({ ...common, filters, kernelInitializer: 'zeros' });
}

/** Copies of the head's layers, connected as they are there, behind `input`. */
function addHead(head: LayersModel, input: SymbolicTensor, still: boolean): SymbolicTensor {
  const made = new Map<Layer, SymbolicTensor>();
  for (const layer of head.layers) {
    const before = layer.inboundNodes[0]?.inboundLayers ?? [];
    if (before.length === 0) {
      made.set(layer, input); // what feeds the head
      continue;
    }
    const copy = copyOf(layer);
    if (still && copy.getClassName() === 'BatchNormalization') holdStill(copy);
    const given = before.map((earlier) => made.get(earlier) ?? input); // a sequential model hides its input layer
    made.set(layer, apply(copy, given.length === 1 ? given[0]! : given));
    copy.setWeights(layer.getWeights());
  }
  return made.get(head.layers.at(-1)!)!; // a head has layers, and the last gives its output
}

function copyOf(layer: Layer): Layer {
  const kind = layer.constructor as serialization.SerializableConstructor<Layer>; // every layer is made by one
  return kind.fromConfig(kind, layer.getConfig());
}

/** In inference mode always. TensorFlow.js normalizes by the batch in training even when a layer is not trainable. */
function holdStill(layer: Layer): void {
  const call = layer.call.bind(layer);
  layer.call = (inputs: Tensor | Tensor[], kwargs) => call(inputs, { ...kwargs, training: false });
}

/** Puts the weights of the head's layers in a model of `wholeModel` back into the head. */
export function copyHeadWeights(model: LayersModel, head: LayersModel): void {
  for (const layer of head.layers) {
    if (layer.weights.length > 0) layer.setWeights(model.getLayer(layer.name).getWeights());
  }
}

/**
 * The 260 arrays of a base whose last units are those of a model of `wholeModel`: kernels as they are there, and batch normalization that only adds
 * the bias. Arrays of units that the model leaves out are the given ones.
 */
export function baseArrays(model: LayersModel, arrays: readonly NamedArray[], alpha: number): NamedArray[] {
  const names = new Set(model.layers.map(({ name }) => name));
  return foldedUnits(arrays, alpha).flatMap(({ unit }, index) => {
    const five = arrays.slice(5 * index, 5 * index + 5);
    if (!names.has(unit.name)) return five;
    const [kernel, bias] = model
      .getLayer(unit.name)
      .getWeights()
      .map((weight) => Float32Array.from(weight.dataSync()));
    const filled = (value: number): Float32Array => new Float32Array(unit.filters).fill(value);
    // Divided by the root of variance + epsilon, which is 1.
    const values = [kernel!, filled(1), bias!, filled(0), filled(1 - epsilon)];
    return five.map((array, i) => ({ ...array, data: values[i]! })); // five of each
  });
}
