import type { LayersModel, layers, SymbolicTensor, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';

/** Cuts a model at a layer, given by name or path (`base/out_relu`). Throws `BAD_INPUT` unless there is one, used once, that gives a feature map. */
export function splitAt(model: LayersModel, layerName: string) {
  const { tf } = tensorflow();
  const { input, steps, output } = modelSteps(model);
  const split = findStep(steps, layerName);
  const shape = split.shape.slice(1);
  if (shape.length !== 3) {
    throw new ReportError(
      'BAD_INPUT',
      `The layer ${layerName} gives [${shape.join(', ')}], not a feature map of height, width and channels: choose a convolution or its activation.`,
    );
  }
  const after = laterSteps(steps, split);
  const passing = steps.filter(
    (step) => step !== split && !after.has(step) && [...after].some((later) => later.inputs.includes(step)),
  );
  const before = leadingTo([split, ...passing]);

  return {
    layerName,
    /** Height, width and channels of the layer's output for one image. */
    shape: shape.map(Number) as [number, number, number],
    /** The layer's output, and those earlier outputs that later layers also need (a residual connection that passes it by); the caller disposes them. */
    first(images: Tensor4D): { activations: Tensor4D; passing: Tensor[] } {
      const known = new Map<ModelStep, Tensor>([[input, images]]);
      const wanted = [split, ...passing];
      const outputs = tf.tidy(() => {
        runSteps(
          steps.filter((step) => before.has(step) && step !== input),
          known,
          wanted,
        );
        return wanted.map((step) => tf.clone(known.get(step)!)); // run above; cloned, for a layer may hand on the images themselves
      });
      return { activations: outputs[0] as Tensor4D, passing: outputs.slice(1) };
    },
    /** The model's output from there on, in inference mode; differentiable. The caller disposes it. */
    rest(activations: Tensor4D, passed: readonly Tensor[]): Tensor {
      return tf.tidy(() => {
        const known = new Map<ModelStep, Tensor>([[split, activations]]);
        passing.forEach((step, i) => {
          known.set(step, passed[i]!); // one per passing step
        });
        for (const step of after) known.set(step, applyStep(step, known)); // in order; nothing is disposed, gradients need it
        return tf.clone(known.get(output)!); // the output lies behind the split, or is it
      });
    },
  };
}

function findStep(steps: readonly ModelStep[], name: string): ModelStep {
  const found = steps.filter(({ layer, path }) => layer.name === name || path === name);
  if (found.length === 1) return found[0]!; // as counted
  const paths = [...new Set(found.map(({ path }) => path))];
  const activations = steps.filter(({ layer }) => /relu/i.test(layer.name)).map(({ path }) => path);
  const problem =
    found.length === 0
      ? `The base has no layer ${name}: choose one of its layers, such as ${activations.slice(-3).join(', ') || steps.at(-1)?.path}.`
      : `The layer ${name} is used ${found.length} times, at ${paths.join(', ')}: give the path of one that is used once.`;
  throw new ReportError('BAD_INPUT', problem);
}

/** Those of `steps` whose output depends on the step `split`, itself left out. */
function laterSteps(steps: readonly ModelStep[], split: ModelStep): Set<ModelStep> {
  const after = new Set<ModelStep>();
  for (const step of steps) {
    if (step.inputs.some((input) => input === split || after.has(input))) after.add(step);
  }
  return after;
}

function leadingTo(ends: readonly ModelStep[]): Set<ModelStep> {
  const before = new Set<ModelStep>();
  const visit = (step: ModelStep): void => {
    if (before.has(step)) return;
    before.add(step);
    step.inputs.forEach(visit);
  };
  ends.forEach(visit);
  return before;
}

type Layer = layers.Layer;

export interface ModelStep {
  layer: Layer;
  /** The layer's name, behind those of the models inside the model that it lies in: `base/block_1_expand`. */
  path: string;
  /** What it reads from, earlier in the order. */
  inputs: readonly ModelStep[];
  /** Its output, the batch first. */
  shape: readonly (number | null)[];
}

/** The uses of layers from a model's input to its output, models inside it taken apart. Throws `BAD_INPUT` for several inputs or outputs. */
export function modelSteps(model: LayersModel) {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new ReportError(
      'BAD_INPUT',
      `The model ${model.name} has ${model.inputs.length} inputs and ${model.outputs.length} outputs: only models of one picture and one output can be explained.`,
    );
  }
  const [start] = model.inputs as [SymbolicTensor]; // as counted above
  const input: ModelStep = {
    layer: start.sourceLayer,
    path: start.sourceLayer.name,
    inputs: [],
    shape: start.shape,
  };
  const steps: ModelStep[] = [input]; // each after those it reads from

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

/** Runs `steps` in inference mode on top of `known`, disposes what nothing needs any more, and leaves the rest in `known`, the caller's to dispose. */
function runSteps(
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
