import type { LayersModel } from '@tensorflow/tfjs';
import type { Task } from '../core/concepts';
import { refuseChance } from '../networks/dropout';
import { tensorflow } from '../tensorflow/backend';
import type { Feed } from '../tensorflow/binding';
import { loadNativeGraph } from '../tensorflow/nativeGraph';
import { weightValues, writeWeights } from './modelState';
import type { OptimizerKind } from './optimizer';
import { rateGroups, type Updates } from './rates';
import type { TrainingSettings } from './settings';
import { eagerStep, inputShape, rowsOf, type TrainingStep } from './step';
import { decayName, endName, fedRate, type NativeVariable, rateName, stepGraph } from './stepGraph';

/** The step for batches of so many rows: a graph on native TensorFlow, eager elsewhere. Throws `BAD_INPUT` for unseeded draws. */
export function createStep(
  model: LayersModel,
  task: Task,
  {
    optimizer = 'adam',
    batchSize,
    rates,
    weightDecay,
  }: Pick<TrainingSettings, 'optimizer' | 'batchSize' | 'rates' | 'weightDecay'>,
  rows: number,
): TrainingStep {
  refuseChance(model);
  const updates = { groups: rateGroups(model, rates), weightDecay };
  if (tensorflow().name !== 'tensorflow') return eagerStep(model, task, optimizer, updates);
  const sizes = [Math.min(batchSize, rows), rows % batchSize].filter((size) => size > 0);
  return graphStep(model, task, optimizer, sizes, updates);
}

/** A whole step as one call of native TensorFlow, equal to `eagerStep` up to rounding; the model's weights lag behind until `sync`. Throws `NO_BACKEND`. */
export function graphStep(
  model: LayersModel,
  task: Task,
  kind: OptimizerKind,
  batchSizes: readonly number[],
  updates: Updates = {},
): TrainingStep {
  const { model: bytes, weights, slots, masks } = stepGraph(model, task, kind, batchSizes, updates);
  const graph = loadNativeGraph(bytes);
  const shape = inputShape(model);
  const groups = new Set(updates.groups ?? [0]);
  let steps = 0;
  const read = (variables: readonly NativeVariable[]): Float32Array[] => {
    if (variables.length === 0) return [];
    const names = variables.map(({ name }) => `${name}/read`);
    return graph.run({}, names).map(({ data }) => data as Float32Array); // all are float
  };
  const assign = (averages: readonly Float32Array[]): void => {
    const values = [...weightValues(model), ...averages];
    const feeds = [...weights, ...slots.flat()].map(({ name, shape: size }, i): [string, Feed] => [
      `${name}/value`,
      { type: 'float', shape: size, data: values[i]! }, // one value for each variable
    ]);
    graph.run(Object.fromEntries(feeds), ['assigned']);
  };
  assign(slots.flat().map(({ shape: size }) => new Float32Array(sizeOf(size))));
  return {
    run: (batch, learningRate, factors = [1]) => {
      steps += 1;
      const rows = rowsOf(batch, task);
      const feed = (what: string, size: readonly number[], data: Float32Array): [string, Feed] => [
        endName(rows, what),
        { type: 'float', shape: size, data },
      ];
      const feeds = Object.fromEntries([
        feed('x', [rows, ...shape], batch.x),
        feed('y', [rows, task.outputs], batch.y),
        ...masks
          .get(rows)!
          .map(({ name, layer, shape: own }) => feed(name, own, layer.drawMask(sizeOf(own)))), // a batch of one of the sizes
      ]);
      for (const group of groups) {
        const own = learningRate * factors[group]!; // one for each group
        const scalar = (value: number): Feed => ({ type: 'float', shape: [], data: Float32Array.of(value) });
        feeds[rateName(group)] = scalar(fedRate(kind, own, steps));
        if (updates.weightDecay) feeds[decayName(group)] = scalar(own * updates.weightDecay);
      }
      const [loss, output] = graph.run(feeds, [endName(rows, 'loss'), endName(rows, 'output')]);
      return { loss: loss!.data[0]!, output: output!.data as Float32Array }; // two asked for, both float
    },
    sync: () => {
      writeWeights(model, read(weights));
    },
    state: () => ({ steps, slots: slots.map((slot) => joined(read(slot))) }),
    restore: (state) => {
      steps = state.steps;
      assign(state.slots.flatMap((values, i) => split(values, slots[i]!))); // as many slots as the optimizer has
    },
    dispose: graph.dispose,
  };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function joined(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    all.set(array, offset);
    offset += array.length;
  }
  return all;
}

/** The other way round. */
function split(values: Float32Array, variables: readonly NativeVariable[]): Float32Array[] {
  let offset = 0;
  return variables.map(({ shape }) => {
    offset += sizeOf(shape);
    return values.slice(offset - sizeOf(shape), offset);
  });
}
