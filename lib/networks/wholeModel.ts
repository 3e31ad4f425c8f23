import type { layers as Layers, LayersModel, SymbolicTensor, serialization, Tensor } from '@tensorflow/tfjs';
import type { Network } from '../core/concepts';
import { tensorflow } from '../tensorflow/backend';
import { type Backbone, type BaseWeights, INPUT, SMALLEST, shapeOf, weightedBackbone } from './backbone';
import type { NamedArray } from './hdf5';
import { buildWeighted, cutBehind, folded, unfolded } from './weighted';

type Layer = Layers.Layer;

interface WholeModelOptions {
  /** The layer of the base whose output the model takes; default the pictures. */
  from?: string;
  /** Whether training changes the kernels of the base. */
  trainBase: boolean;
  /** Whether batch normalization in the head uses its moving statistics in training too, and leaves them as they are. */
  stillNormalization: boolean;
}

/** Base, batch normalization folded in, and head as one trainable model: pictures, or the output of `from` → what the head gives. The caller disposes it. */
export function wholeModel(
  base: Backbone,
  imageSize: number,
  head: LayersModel,
  { from = INPUT, trainBase, stillNormalization }: WholeModelOptions,
): LayersModel {
  const [, rest] = cutBehind(weightedBackbone(base, imageSize), from);
  const model = buildWeighted(folded(rest), undefined, trainBase);
  const output = addHead(head, model.outputs[0]!, stillNormalization); // a list of layers has one output
  return tensorflow().tf.model({ inputs: model.inputs, outputs: output });
}

/** The end of a backbone, from behind the layer `from`, and a head as one network that learns, batch normalization at rest. */
export const tailNetwork = (base: BaseWeights, imageSize: number, from: string, head: Network): Network => ({
  name: `${head.name} on ${base.architecture} behind ${from}`,
  layers: (_shape, outputs, seed) => {
    const top = head.layers?.(shapeOf(base, imageSize), outputs, seed) ?? [{ name: head.name }];
    return [{ base: base.sha256, imageSize, from }, ...top];
  },
  build: (_shape, task, seed) => {
    const top = head.build(shapeOf(base, imageSize), task, seed);
    const model = wholeModel(base, imageSize, top, { from, trainBase: true, stillNormalization: true });
    top.dispose();
    return model;
  },
});

/** Copies of the head's layers, connected as they are there, behind `input`. */
function addHead(head: LayersModel, input: SymbolicTensor, still: boolean): SymbolicTensor {
  const made = new Map<Layer, SymbolicTensor>();
  for (const layer of head.layers) {
    const before = layer.inboundNodes[0]?.inboundLayers ?? [];
    if (before.length === 0) {
      made.set(layer, input); // what feeds the head
      continue;
    }
    const kind = layer.constructor as serialization.SerializableConstructor<Layer>; // every layer is made by one
    const copy = kind.fromConfig(kind, layer.getConfig());
    if (still && copy.getClassName() === 'BatchNormalization') holdStill(copy);
    const given = before.map((earlier) => made.get(earlier) ?? input); // a sequential model hides its input layer
    made.set(layer, copy.apply(given.length === 1 ? given[0]! : given) as SymbolicTensor); // one output each
    copy.setWeights(layer.getWeights());
  }
  return made.get(head.layers.at(-1)!)!; // a head has layers, and the last gives its output
}

/** In inference mode always. TensorFlow.js normalizes by the batch in training even when a layer is not trainable. */
function holdStill(layer: Layer): void {
  const call = layer.call.bind(layer);
  layer.call = (inputs: Tensor | Tensor[], kwargs) => call(inputs, { ...kwargs, training: false });
}

/** Puts the weights of the head's layers in a model of `wholeModel` back into the head. */
export function copyHeadWeights(model: LayersModel, head: LayersModel): void {
  for (const layer of head.layers) layer.setWeights(model.getLayer(layer.name).getWeights());
}

/** The arrays of the base in a model of `wholeModel`: batch normalization behind the layer `from` only adds the bias. */
export function baseArrays(model: LayersModel, base: Backbone, from = INPUT): NamedArray[] {
  const [before, rest] = cutBehind(weightedBackbone(base, SMALLEST), from);
  return [...before.arrays, ...unfolded(rest, model)];
}
