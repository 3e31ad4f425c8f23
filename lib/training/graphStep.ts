import type { LayersModel } from '@tensorflow/tfjs';
import { dropoutLayers } from '../networks/dropout';
import { tensorflow } from '../tensorflow/backend';
import { type Feed, loadNativeGraph } from '../tensorflow/nativeGraph';
import { outputCount } from './objective';
import type { OptimizerKind } from './optimizer';
import { endName, featureShape, fedRate, type NativeVariable, stepGraph, unitsOf } from './stepGraph';
import type { TrainingStep } from './trainingStep';

/**
 * A whole step as one call of native TensorFlow: forward, backward and the optimizer's update of weights that stay in native memory. The
 * graph is what TensorFlow.js itself asks for during one step, written down once for each size of batch, so any model and loss can be trained
 * this way; only the update is one fused operation instead of ten. What is saved are hundreds of small operations a step.
 *
 * The results are those of `eagerStep` up to float32 rounding. Only batches of the given sizes can be run. The weights of the model lag
 * behind until `sync`. Throws `NO_BACKEND` without native TensorFlow.
 */
export function graphStep(
  model: LayersModel,
  kind: OptimizerKind,
  batchSizes: readonly number[],
): TrainingStep {
  const { tf } = tensorflow();
  const { model: bytes, weights, slots } = stepGraph(model, kind, batchSizes);
  const graph = loadNativeGraph(bytes);
  const dropouts = dropoutLayers(model);
  const [shape, outputs] = [featureShape(model), outputCount(model)];
  let steps = 0;
  const read = (variables: readonly NativeVariable[]): Float32Array[] =>
    variables.length === 0
      ? []
      : graph
          .run(
            {},
            variables.map(({ name }) => `${name}/read`),
          )
          .map(({ data }) => data as Float32Array); // all are float
  const assign = (averages: readonly Float32Array[]): void => {
    const own = model.weights.map((weight) => Float32Array.from(weight.read().dataSync<'float32'>()));
    const values = [...own, ...averages];
    const feeds = [...weights, ...slots.flat()].map(({ name, shape: size }, i): [string, Feed] => [
      `${name}/value`,
      { type: 'float', shape: size, data: values[i]! }, // one value for each variable
    ]);
    graph.run(Object.fromEntries(feeds), ['assigned']);
  };
  assign(slots.flat().map(({ shape: size }) => new Float32Array(sizeOf(size))));
  return {
    run: ({ rows, features, target }, learningRate) => {
      steps += 1;
      const feed = (what: string, size: number[], data: Float32Array): [string, Feed] => [
        what === 'learning_rate' ? what : endName(rows, what),
        { type: 'float', shape: size, data },
      ];
      const feeds = Object.fromEntries([
        feed('features', [rows, ...shape], features),
        feed('target', [rows, outputs], target),
        feed('learning_rate', [], Float32Array.of(fedRate(kind, learningRate, steps))),
        ...dropouts.map((layer, i) =>
          feed(`mask_${i}`, [rows, unitsOf(layer)], layer.drawMask(rows * unitsOf(layer))),
        ),
      ]);
      const [loss, prediction] = graph.run(feeds, [endName(rows, 'loss'), endName(rows, 'prediction')]);
      return { loss: loss!.data[0]!, prediction: prediction!.data as Float32Array }; // two asked for, both float
    },
    sync: () => {
      const values = read(weights);
      tf.tidy(() => {
        model.weights.forEach((weight, i) => {
          weight.write(tf.tensor(values[i]!, weight.shape as number[])); // one for each
        });
      });
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

/** Arrays end to end. */
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
