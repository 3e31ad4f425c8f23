import type { LayersModel, layers, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';

type Layer = layers.Layer;

/** One use of a layer in a model. */
export interface ModelStep {
  layer: Layer;
  /** The layer's name, behind those of the models inside the model that it lies in: `base/block_1_expand`. */
  path: string;
  /** What it reads from, earlier in the order. */
  inputs: readonly ModelStep[];
  /** Its output, the batch first. */
  shape: readonly (number | null)[];
}

/** A model as a list of steps. */
export interface ModelSteps {
  /** Where the images go in; the first of the steps. */
  input: ModelStep;
  /** Each step after those it reads from. */
  steps: readonly ModelStep[];
  /** Gives what the model gives. */
  output: ModelStep;
}

/**
 * The uses of layers that lead from a model's input to its output. Models inside it, however deep, are taken apart into their own layers, and
 * a layer that is used twice makes two steps. Throws `BAD_INPUT` for a model of several inputs or outputs.
 */
export function modelSteps(model: LayersModel): ModelSteps {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new ReportError(
      'BAD_INPUT',
      `The model ${model.name} has ${model.inputs.length} inputs and ${model.outputs.length} outputs: only models of one picture and one output can be explained.`,
    );
  }
  const [start] = model.inputs as [SymbolicTensor]; // as counted above
  const input = { layer: start.sourceLayer, path: start.sourceLayer.name, inputs: [], shape: start.shape };
  const steps: ModelStep[] = [input];

  /** `known`: the steps of one use of a model so far, by the tensors of its graph. */
  const visit = (tensor: SymbolicTensor, known: Map<SymbolicTensor, ModelStep>, place: string): ModelStep => {
    const found = known.get(tensor);
    if (found) return found;
    const { sourceLayer: layer, nodeIndex, tensorIndex, shape } = tensor;
    const inputs = layer.inboundNodes[nodeIndex]!.inputTensors.map((one) => visit(one, known, place)); // the node that made it
    let step: ModelStep = { layer, path: `${place}${layer.name}`, inputs, shape };
    if (isModel(layer)) {
      const inside = new Map(layer.inputs.map((one, i) => [one, inputs[i]!])); // called with as many as it has
      step = visit(layer.outputs[tensorIndex]!, inside, `${step.path}/`); // one of its outputs
    } else steps.push(step);
    known.set(tensor, step);
    return step;
  };
  const output = visit(model.outputs[0]!, new Map([[start, input]]), ''); // as counted above
  return { input, steps, output };
}

/** A model is a layer where another one holds it; what sets it apart are layers of its own. */
const isModel = (layer: Layer): layer is LayersModel => 'layers' in layer && 'outputs' in layer;

/** The output of one step in inference mode, from those of the steps it reads from, which `known` must hold. */
export function applyStep(step: ModelStep, known: ReadonlyMap<ModelStep, Tensor>): Tensor {
  const inputs = step.inputs.map((input) => known.get(input)!); // as promised
  return step.layer.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }) as Tensor; // one output each
}

/**
 * Runs `steps` in inference mode on top of what `known` holds. Outputs that no later step of them and none of `wanted` needs are disposed on the
 * way; the rest is in `known` afterwards, the caller's to dispose.
 */
export function runSteps(
  steps: readonly ModelStep[],
  known: Map<ModelStep, Tensor>,
  wanted: readonly ModelStep[],
): void {
  const given = new Set(known.values());
  const lastUse = new Map<ModelStep, number>();
  steps.forEach((step, i) => {
    for (const input of step.inputs) lastUse.set(input, i);
  });
  for (const step of wanted) lastUse.set(step, steps.length);
  steps.forEach((step, i) => {
    known.set(step, applyStep(step, known));
    const over = [...known].filter(([earlier]) => (lastUse.get(earlier) ?? -1) <= i);
    for (const [earlier] of over) known.delete(earlier);
    const needed = new Set([...given, ...known.values()]); // a layer may hand its input on as it is
    for (const [, tensor] of over) if (!needed.has(tensor)) tensor.dispose();
  });
}
