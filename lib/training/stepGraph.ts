import type { LayersModel, Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Task } from '../core/concepts';
import { ReportError } from '../core/errors';
import { dropoutLayers, type SeededDropout } from '../networks/dropout';
import { tensorflow } from '../tensorflow/backend';
import { attribute, buildGraph, type GraphBuilder } from '../tensorflow/graphDef';
import { addTraced, nativeId } from '../tensorflow/trace';
import { type OptimizerKind, optimizerConstants, stepRate } from './optimizer';
import type { Updates } from './rates';
import { gradients, inputShape } from './step';

/** A variable in native memory: `name/read` gives its value, `name/value` is fed to set it, all of them at once by fetching `assigned`. */
export interface NativeVariable {
  name: string;
  shape: readonly number[];
}

export interface Mask {
  /** Of the input, see `endName`. */
  name: string;
  layer: SeededDropout;
  shape: readonly number[];
}

/** Name of what a step on batches of `rows` is fed (`x`, `y`, `mask_0`, …) or gives (`loss`, `output`). */
export const endName = (rows: number, what: string): string => `batch_${rows}/${what}`;

/** Names of the learning rate that is fed for a group of weights, and of the share of themselves that they lose in the step. */
export const rateName = (group: number): string => `rate_${group}`;
export const decayName = (group: number): string => `decay_${group}`;

const T = attribute.type('float');

/** One graph with a step for each size of batch, all on the same variables. Throws `BAD_INPUT` where a draw would be the same at every step. */
export function stepGraph(
  model: LayersModel,
  task: Task,
  kind: OptimizerKind,
  batchSizes: readonly number[],
  { groups = [], weightDecay = 0 }: Updates = {},
) {
  const graph = buildGraph();
  const shapes = model.weights.map((weight) => weight.shape as number[]); // weights have no open dimension
  const trained = model.trainableWeights.map((weight) => model.weights.indexOf(weight));
  const weights = shapes.map((shape, i) => declare(graph, `weight_${i}`, shape));
  const slots = optimizerConstants[kind].slots.map((slot) =>
    trained.map((i) => declare(graph, `${slot}_${i}`, shapes[i]!)),
  );
  const assigns = [...weights, ...slots.flat()].map(({ name }) => `^${name}/assign`);
  graph.node('Identity', 'assigned', [graph.constant('done', [], Float32Array.of(1)), ...assigns], { T });
  const groupOf = trained.map((_, i) => groups[i] ?? 0);
  for (const group of new Set(groupOf)) {
    graph.input(rateName(group), 'float', []);
    if (weightDecay > 0) graph.input(decayName(group), 'float', []);
  }
  const masks = new Map<number, Mask[]>();
  for (const rows of new Set(batchSizes)) {
    const step = addTracedStep(graph, model, task, weights, rows);
    masks.set(rows, step.masks);
    const updates = [
      ...trained.map((weight, i) => {
        const state = slots.map((slot) => slot[i]!.name); // one for each trained weight
        return addUpdate(
          graph,
          kind,
          endName(rows, `update_${weight}`),
          weights[weight]!.name,
          state,
          step.gradients[i]!,
          groupOf[i]!,
          weightDecay > 0,
        );
      }),
      ...step.moved.map(({ weight, value }) =>
        graph.node('AssignVariableOp', endName(rows, `move_${weight}`), [weights[weight]!.name, value], {
          dtype: T,
        }),
      ),
    ];
    graph.node('Identity', endName(rows, 'loss'), [step.loss, ...updates.map((name) => `^${name}`)], { T });
    graph.node('Identity', endName(rows, 'output'), [step.output], { T });
  }
  return {
    model: graph.savedModel(),
    /** All weights of the model, in its order, trained or not. */
    weights,
    /** The optimizer's running averages: per slot, one for each trained weight. */
    slots,
    /** By rows of a batch: the dropout masks that a step is fed, in the order in which they are drawn. */
    masks,
  };
}

function declare(graph: GraphBuilder, name: string, shape: readonly number[]): NativeVariable {
  const handle = graph.node('VarHandleOp', name, [], {
    container: attribute.text(''),
    shared_name: attribute.text(name),
    dtype: T,
    shape: attribute.shape(shape),
  });
  graph.node('ReadVariableOp', `${name}/read`, [handle], { dtype: T });
  const value = graph.input(`${name}/value`, 'float', shape);
  // What is fed lies in the memory of JavaScript, which only its own thread may give back. A variable must not hold it: TensorFlow lets go of what a
  // variable held in whichever thread writes to it next.
  const own = graph.node('DeepCopy', `${name}/copy`, [value], { T });
  graph.node('AssignVariableOp', `${name}/assign`, [handle, own], { dtype: T });
  return { name, shape };
}

/** Writes down what TensorFlow.js does in one step, on zeros, and gives the names of what comes out. */
function addTracedStep(
  graph: GraphBuilder,
  model: LayersModel,
  task: Task,
  weights: readonly NativeVariable[],
  rows: number,
) {
  const { tf } = tensorflow();
  const dropouts = dropoutLayers(model);
  const masks: Mask[] = [];
  const names = tf.tidy(() => {
    const inputs = new Map<number, string>();
    const input = (what: string, shape: readonly number[]): Tensor => {
      const tensor = tf.fill([...shape], inputs.size); // a tensor of its own, whatever the shape
      inputs.set(nativeId(tensor), graph.input(endName(rows, what), 'float', shape));
      return tensor;
    };
    const x = input('x', [rows, ...inputShape(model)]);
    const y = input('y', [rows, task.outputs]) as Tensor2D;
    for (const layer of dropouts) {
      layer.give = (shape) => {
        const name = `mask_${masks.length}`;
        masks.push({ name, layer, shape });
        return input(name, shape);
      };
    }
    const before = model.weights.map((weight) => tf.clone(weight.read()));
    const reads = weights.map(({ name }) => `${name}/read`);
    before.forEach((value, i) => {
      inputs.set(nativeId(value), reads[i]!); // one for each
    });
    let kept: Tensor | undefined;
    try {
      const names = refuseDraws(() =>
        addTraced(graph, endName(rows, ''), inputs, () => {
          const { loss, output, gradients: slopes } = gradients(model, task, x, y);
          kept = output;
          return [loss, output, ...slopes, ...model.weights.map((weight) => weight.read())];
        }),
      );
      return {
        loss: names[0]!, // as many names as tensors, in their order
        output: names[1]!,
        gradients: names.slice(2, -reads.length),
        // Weights that are not trained but moved, such as the statistics of batch normalization, and their new values.
        moved: names
          .slice(-reads.length)
          .flatMap((value, weight) => (value === reads[weight] ? [] : [{ weight, value }])),
      };
    } finally {
      kept?.dispose(); // beyond the tidy otherwise
      for (const layer of dropouts) layer.give = null;
      model.weights.forEach((weight, i) => {
        weight.write(before[i]!); // one for each
      });
    }
  });
  return { ...names, masks };
}

/** Does some work; throws `BAD_INPUT` where it draws random numbers outside the seeded streams, which would be written down as constants. */
function refuseDraws<T>(work: () => T): T {
  const { random } = Math;
  let drawn = false;
  Math.random = () => {
    drawn = true;
    return random();
  };
  try {
    const result = work();
    if (!drawn) return result;
  } finally {
    Math.random = random;
  }
  throw new ReportError(
    'BAD_INPUT',
    'A layer of this model draws random numbers of its own, which would be the same at every step: use seededDropout, or leave it out.',
  );
}

/** TensorFlow's fused Adam has 1 − beta in float32, for beta 2 off by 1.3e-5 of itself: this rate and epsilon give the true update. */
const rest = (beta: number): number => (1 - Math.fround(beta)) / (1 - beta);
const [beta1, beta2, epsilon] = optimizerConstants.adam.values as [number, number, number];
const fusedAdam = {
  rate: Math.sqrt(rest(beta2)) / rest(beta1),
  constants: [beta1, beta2, epsilon * Math.sqrt(rest(beta2))],
};

/** The learning rate to feed at step `t`, counted from 1. */
export const fedRate = (kind: OptimizerKind, learningRate: number, t: number): number =>
  stepRate(kind, learningRate, t) * (kind === 'adam' ? fusedAdam.rate : 1);

/** Adds the update of a variable and its averages, by the formulas of `createOptimizer`; gives the name of the node that must have run. */
function addUpdate(
  graph: GraphBuilder,
  kind: OptimizerKind,
  name: string,
  variable: string,
  state: readonly string[],
  gradient: string,
  group: number,
  decays: boolean,
): string {
  const rate = rateName(group);
  const constant = (what: string, value: number): string =>
    graph.constant(`${name}/${what}`, [], Float32Array.of(value));
  const constants = (kind === 'adam' ? fusedAdam.constants : optimizerConstants[kind].values).map(
    (value, i) => constant(`constant_${i}`, value),
  );
  const after = decays ? [`^${addDecay(graph, name, variable, group)}`] : [];
  switch (kind) {
    case 'adam': {
      const zero = constant('zero', 0); // the rate that is fed is corrected for bias: the powers of beta are given as 0
      const inputs = [variable, ...state, zero, zero, rate, ...constants, gradient, ...after];
      return graph.node('ResourceApplyAdam', name, inputs, { T });
    }
    case 'sgd':
      return graph.node('ResourceApplyGradientDescent', name, [variable, rate, gradient, ...after], { T });
    case 'momentum': {
      const inputs = [variable, ...state, rate, gradient, ...constants, ...after];
      return graph.node('ResourceApplyKerasMomentum', name, inputs, { T });
    }
    case 'rmsprop': {
      const inputs = [variable, ...state, rate, ...constants, gradient, ...after];
      return graph.node('ResourceApplyRMSProp', name, inputs, { T });
    }
  }
}

/** Makes a variable smaller by the share that is fed for its group, of the value that it had before the step. */
function addDecay(graph: GraphBuilder, name: string, variable: string, group: number): string {
  const lost = graph.node('Mul', `${name}/lost`, [`${variable}/read`, decayName(group)], { T });
  return graph.node('AssignSubVariableOp', `${name}/decay`, [variable, lost], { dtype: T });
}
