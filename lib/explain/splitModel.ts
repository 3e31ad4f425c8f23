import type { LayersModel, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import { applyStep, type ModelStep, modelSteps, runSteps } from './modelSteps';

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
  rest(activations: Tensor4D, passing: readonly Tensor[]): Tensor;
}

/**
 * Cuts a model at the layer of this name, whose output must be a feature map. The layer may lie in a model inside the model, at any depth, and
 * is found by its own name, or by its path (`base/out_relu`) where several have that name. `rest(first(x))` is the model's own output. Uses the
 * model's weights, and holds none of its own. Throws `BAD_INPUT` when there is no such layer, it is used more than once or has no feature map
 * of its own.
 */
export function splitAt(model: LayersModel, layerName: string): ModelSplit {
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
    shape: shape.map(Number) as [number, number, number],
    first(images) {
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
    rest(activations, passed) {
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
      : paths.length > 1
        ? `Several layers are called ${name}: give one of ${paths.join(', ')}.`
        : `The layer ${name} is used ${found.length} times, so that it has no one feature map: choose one that is used once.`;
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

/** All steps that these depend on, and they themselves. */
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
