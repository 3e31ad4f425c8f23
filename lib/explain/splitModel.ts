import type { LayersModel, layers, SymbolicTensor, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../errors';
import { tensorflow } from '../tensorflow/backend';

type Layer = layers.Layer;

/** A model cut at one of its layers. Tensors go in and come out; the caller disposes them. */
export interface ModelSplit {
  layerName: string;
  /** Output of the layer for one image: height, width, channels. */
  shape: readonly [height: number, width: number, channels: number];
  /**
   * The layer's output, and those earlier outputs that later layers also need (a residual connection that passes the layer by).
   */
  first(images: Tensor4D): { activations: Tensor4D; passing: Tensor[] };
  /** The model's output from there on, in inference mode; differentiable. */
  rest(activations: Tensor4D, passing: readonly Tensor[]): Tensor4D;
}

/**
 * Cuts a model without shared layers at the layer of this name, whose output must be a feature map. `rest(first(x))` is the model's
 * own output. Uses the model's weights, and holds none of its own. Throws `BAD_INPUT` when there is no such layer or it has no
 * feature map of its own.
 */
export function splitAt(model: LayersModel, layerName: string): ModelSplit {
  const { tf } = tensorflow();
  const split = findLayer(model, layerName);
  const shape = (split.outputShape as (number | null)[]).slice(1);
  if (shape.length !== 3) {
    throw new ReportError(
      'BAD_INPUT',
      `The layer ${layerName} gives [${shape.join(', ')}], not a feature map of height, width and channels: choose a convolution or its activation.`,
    );
  }
  const order = inOrder(model);
  const after = laterLayers(order, split);
  const passing = order.filter(
    (layer) =>
      layer !== split && !after.has(layer) && [...after].some((later) => inputsOf(later).includes(layer)),
  );
  const outputs = [split, ...passing].map((layer) => layer.output as SymbolicTensor); // no layer is shared
  const head = tf.model({ inputs: model.inputs, outputs }); // not disposed: that would count down the layers' users
  const last = order.find((layer) => layer.output === model.outputs[0])!; // every output belongs to a layer

  return {
    layerName,
    shape: shape.map(Number) as [number, number, number],
    first(images) {
      const result = head.predict(images, { batchSize: images.shape[0] });
      const [activations, ...rest] = Array.isArray(result) ? result : [result];
      return { activations: activations as Tensor4D, passing: rest };
    },
    rest(activations, passed) {
      return tf.tidy(() => {
        const known = new Map<Layer, Tensor>([[split, activations]]);
        passing.forEach((layer, i) => {
          known.set(layer, passed[i]!); // one per passing layer
        });
        for (const layer of after) {
          const inputs = inputsOf(layer).map((input) => known.get(input)!); // earlier in the order, or passing
          const output = layer.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false });
          known.set(layer, output as Tensor);
        }
        return tf.clone(known.get(last)!) as Tensor4D; // the last layer is among those known
      });
    },
  };
}

function findLayer(model: LayersModel, name: string): Layer {
  const found = model.layers.find((layer) => layer.name === name);
  if (found) return found;
  const convolutions = model.layers.filter((layer) => /relu/i.test(layer.name)).map((layer) => layer.name);
  throw new ReportError(
    'BAD_INPUT',
    `The base has no layer ${name}: choose one of its layers, such as ${convolutions.slice(-3).join(', ') || model.layers.at(-1)?.name}.`,
  );
}

/** The layers that a layer reads from. A layer is applied once in the models this is made for, so its first node is its only one. */
const inputsOf = (layer: Layer): Layer[] => layer.inboundNodes[0]?.inboundLayers ?? [];

/** The model's layers, each after those it reads from. */
function inOrder(model: LayersModel): Layer[] {
  const done = new Set<Layer>();
  const visit = (layer: Layer): void => {
    if (done.has(layer)) return;
    for (const input of inputsOf(layer)) visit(input);
    done.add(layer);
  };
  for (const layer of model.layers) visit(layer);
  return [...done];
}

/** Those of `order` whose output depends on the layer `split`, itself left out. */
function laterLayers(order: readonly Layer[], split: Layer): Set<Layer> {
  const after = new Set<Layer>();
  for (const layer of order) {
    if (inputsOf(layer).some((input) => input === split || after.has(input))) after.add(layer);
  }
  return after;
}
