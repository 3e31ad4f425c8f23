import type { LayersModel } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Batch, Task } from '../../lib/core/concepts';
import { random, resumeRandom } from '../../lib/core/random';
import { dropoutLayers } from '../../lib/networks/dropout';
import { buildHead } from '../../lib/networks/head';
import { assignWeights, modelWeights } from '../../lib/networks/modelWeights';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { nativeId } from '../../lib/tensorflow/trace';
import { graphStep } from '../../lib/training/graphStep';
import { optimizers } from '../../lib/training/optimizer';
import { encodeLabels } from '../../lib/training/sources';
import { eagerStep, type StepResult, type TrainingStep } from '../../lib/training/step';
import { binary, classes, regression } from '../../lib/training/tasks';
import { largestDifference } from '../networks/weightFiles';

const shape = [3, 3, 4] as const;
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const head = ({ outputs }: Task): LayersModel =>
  buildHead(shape, { l2: 0.01, dropout1: 0.3, dropout2: 0.2, seed: 3, filters: 6, units: [8, 5], outputs });

/** Seven batches, of which every third has 5 rows instead of 8. */
function batchesFor(task: Task): Batch[] {
  const { normal, integer } = random(7, task.name);
  const label = (): unknown => {
    if (task.name === 'regression') return normal();
    return task.name === 'binary' ? normal() > 0 : String(integer(0, 2));
  };
  return Array.from({ length: 7 }, (_, i) => {
    const rows = i % 3 === 2 ? 5 : 8;
    const x = Float32Array.from({ length: rows * 3 * 3 * 4 }, () => Math.max(0, normal()));
    return { x, y: encodeLabels(task, Array.from({ length: rows }, label)) };
  });
}

const run = (step: TrainingStep, batches: readonly Batch[]): StepResult[] =>
  batches.map((batch, i) => step.run(batch, 0.01 / (1 + i))); // another learning rate at each step

const tasks: Task[] = [
  regression(),
  binary(),
  classes(['0', '1', '2'], { weights: [1, 2, 3], smoothing: 0.1 }),
];
const cases = optimizers.flatMap((kind) => tasks.map((task) => ({ kind, task, name: task.name })));

/** Tensors of TensorFlow.js, native ones and graphs. */
function counts(): number[] {
  const { binding } = tf.backend() as unknown as {
    binding: { getNumOfTensors(): number; getNumOfSavedModels(): number };
  };
  return [tf.memory().numTensors, binding.getNumOfTensors(), binding.getNumOfSavedModels()];
}

describe('a training step as one graph', () => {
  it.each(cases)('does what TensorFlow.js does step by step: $kind, $name', ({ kind, task }) => {
    const [eagerModel, graphModel] = [head(task), head(task)];
    const [eager, graph] = [eagerStep(eagerModel, task, kind), graphStep(graphModel, task, kind, [8, 5])];
    const batches = batchesFor(task);
    const [expected, found] = [run(eager, batches), run(graph, batches)];
    graph.sync();
    // Float32 sums in another order: 1e-5 of figures around 1.
    found.forEach((result, i) => {
      expect(Math.abs(result.loss - expected[i]!.loss)).toBeLessThan(1e-5);
      expect(largestDifference(result.output, expected[i]!.output)).toBeLessThan(1e-5);
    });
    const [theirs, ours] = [modelWeights(eagerModel), modelWeights(graphModel)];
    theirs.forEach(({ name, data }, i) => {
      expect(ours[i]!.name).toBe(name);
      expect(largestDifference(ours[i]!.data, data), name).toBeLessThan(2e-5);
    });
    const start = modelWeights(head(task));
    expect(largestDifference(ours[0]!.data, start[0]!.data)).toBeGreaterThan(5e-4); // something was learnt
    expect(graph.state().steps).toBe(7);
    eager.dispose();
    graph.dispose();
  });

  it.each(optimizers)('goes on from a state as if it had never stopped, to the last bit: %s', (kind) => {
    const task = tasks[0]!;
    const batches = batchesFor(task);
    const whole = head(task);
    const uninterrupted = graphStep(whole, task, kind, [8, 5]);
    const expected = run(uninterrupted, batches);
    uninterrupted.sync();

    const first = head(task);
    const before = graphStep(first, task, kind, [8, 5]);
    const found = batches.slice(0, 4).map((batch, i) => before.run(batch, 0.01 / (1 + i)));
    before.sync();
    const second = head(task);
    assignWeights(second, modelWeights(first));
    dropoutLayers(second).forEach((layer, i) => {
      layer.stream = resumeRandom(dropoutLayers(first)[i]!.stream.state());
    });
    const after = graphStep(second, task, kind, [8, 5]);
    after.restore(before.state());
    found.push(...batches.slice(4).map((batch, i) => after.run(batch, 0.01 / (5 + i))));
    after.sync();
    expect(found).toEqual(expected);
    expect(modelWeights(second)).toEqual(modelWeights(whole));
    for (const step of [uninterrupted, before, after]) step.dispose();
  });

  it('leaves frozen layers and the model itself alone until it is asked', () => {
    const model = head(tasks[0]!);
    model.getLayer('dense1').trainable = false;
    const start = modelWeights(model);
    const step = graphStep(model, tasks[0]!, 'adam', [8, 5]);
    run(step, batchesFor(tasks[0]!));
    expect(modelWeights(model)).toEqual(start);
    step.sync();
    const end = modelWeights(model);
    const changed = end
      .filter(({ data }, i) => largestDifference(data, start[i]!.data) > 0)
      .map(({ name }) => name);
    expect(changed).not.toContain('dense1/kernel');
    expect(changed).toEqual(
      expect.arrayContaining([
        'conv/kernel',
        'bn/moving_mean',
        'bn/moving_variance',
        'dense2/kernel',
        'out/bias',
      ]),
    );
    step.dispose();
  });

  it('leaves no tensor and no graph behind', () => {
    const model = head(tasks[0]!);
    for (const weight of model.weights) nativeId(weight.read()); // handed over now, and not at their first use
    const before = counts();
    const step = graphStep(model, tasks[0]!, 'adam', [8, 5]);
    run(step, batchesFor(tasks[0]!));
    step.state();
    step.dispose();
    expect(counts()).toEqual(before);
  });
});
