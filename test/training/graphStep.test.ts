import type { LayersModel } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { dropoutLayers } from '../../lib/networks/dropout';
import { assignHeadWeights, buildHead, type HeadOutput, headWeights } from '../../lib/networks/head';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { nativeId } from '../../lib/tensorflow/trace';
import { graphStep } from '../../lib/training/graphStep';
import { objectiveOf, targetRows } from '../../lib/training/objective';
import { optimizers } from '../../lib/training/optimizer';
import { type Batch, eagerStep, type StepResult, type TrainingStep } from '../../lib/training/trainingStep';
import { largestDifference } from '../networks/weightFiles';

const shape = [3, 3, 4] as const;
let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const head = (output: HeadOutput): LayersModel =>
  buildHead(shape, { l2: 0.01, dropout1: 0.3, dropout2: 0.2, seed: 3, filters: 6, units: [8, 5], output });

/** Seven batches, of which every third has 5 rows instead of 8; of the games of a hurdle about a third is free. */
function batchesFor(output: HeadOutput): Batch[] {
  const { normal, integer, next } = random(7, output.kind);
  const target = {
    price: normal,
    hurdle: () => (next() < 0.3 ? Number.NEGATIVE_INFINITY : normal()),
    classes: () => integer(0, output.kind === 'classes' ? output.count - 1 : 0),
  }[output.kind];
  const model = head(output);
  const objective = objectiveOf(model);
  model.dispose();
  return Array.from({ length: 7 }, (_, i) => {
    const rows = i % 3 === 2 ? 5 : 8;
    const features = Float32Array.from({ length: rows * 3 * 3 * 4 }, () => Math.max(0, normal()));
    const targets = Float32Array.from({ length: rows }, target);
    return { rows, features, target: targetRows(targets, objective) };
  });
}

const run = (step: TrainingStep, batches: readonly Batch[]): StepResult[] =>
  batches.map((batch, i) => step.run(batch, 0.01 / (1 + i))); // another learning rate at each step

const outputs: HeadOutput[] = [{ kind: 'price' }, { kind: 'hurdle' }, { kind: 'classes', count: 3 }];
const cases = optimizers.flatMap((kind) => outputs.map((output) => ({ kind, output, name: output.kind })));

/** Tensors of TensorFlow.js, native ones and graphs. */
function counts(): number[] {
  const { binding } = tf.backend() as unknown as {
    binding: { getNumOfTensors(): number; getNumOfSavedModels(): number };
  };
  return [tf.memory().numTensors, binding.getNumOfTensors(), binding.getNumOfSavedModels()];
}

describe('a training step as one graph', () => {
  it.each(cases)('does what TensorFlow.js does step by step: $kind, $name', ({ kind, output }) => {
    const [eagerModel, graphModel] = [head(output), head(output)];
    const [eager, graph] = [eagerStep(eagerModel, kind), graphStep(graphModel, kind, [8, 5])];
    const batches = batchesFor(output);
    const [expected, found] = [run(eager, batches), run(graph, batches)];
    graph.sync();
    // Float32 sums in another order: 1e-5 of figures around 1.
    found.forEach((result, i) => {
      expect(Math.abs(result.loss - expected[i]!.loss)).toBeLessThan(1e-5);
      expect(largestDifference(result.prediction, expected[i]!.prediction)).toBeLessThan(1e-5);
    });
    const [theirs, ours] = [headWeights(eagerModel), headWeights(graphModel)];
    theirs.forEach(({ name, data }, i) => {
      expect(ours[i]!.name).toBe(name);
      expect(largestDifference(ours[i]!.data, data), name).toBeLessThan(2e-5);
    });
    const start = headWeights(head(output));
    expect(largestDifference(ours[0]!.data, start[0]!.data)).toBeGreaterThan(5e-4); // something was learnt
    expect(graph.state().steps).toBe(7);
    eager.dispose();
    graph.dispose();
  });

  it.each(optimizers)('goes on from a state as if it had never stopped, to the last bit: %s', (kind) => {
    const output = outputs[0]!;
    const batches = batchesFor(output);
    const whole = head(output);
    const uninterrupted = graphStep(whole, kind, [8, 5]);
    const expected = run(uninterrupted, batches);
    uninterrupted.sync();

    const first = head(output);
    const before = graphStep(first, kind, [8, 5]);
    const found = batches.slice(0, 4).map((batch, i) => before.run(batch, 0.01 / (1 + i)));
    before.sync();
    const second = head(output);
    assignHeadWeights(second, headWeights(first));
    dropoutLayers(second).forEach((layer, i) => {
      layer.restoreStream(dropoutLayers(first)[i]!.streamState());
    });
    const after = graphStep(second, kind, [8, 5]);
    after.restore(before.state());
    found.push(...batches.slice(4).map((batch, i) => after.run(batch, 0.01 / (5 + i))));
    after.sync();
    expect(found).toEqual(expected);
    expect(headWeights(second)).toEqual(headWeights(whole));
    for (const step of [uninterrupted, before, after]) step.dispose();
  });

  it('leaves frozen layers and the model itself alone until it is asked', () => {
    const model = head(outputs[0]!);
    model.getLayer('dense1').trainable = false;
    const start = headWeights(model);
    const step = graphStep(model, 'adam', [8, 5]);
    run(step, batchesFor(outputs[0]!));
    expect(headWeights(model)).toEqual(start);
    step.sync();
    const end = headWeights(model);
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
    const model = head(outputs[0]!);
    for (const weight of model.weights) nativeId(weight.read()); // handed over now, and not at their first use
    const before = counts();
    const step = graphStep(model, 'adam', [8, 5]);
    run(step, batchesFor(outputs[0]!));
    step.state();
    step.dispose();
    expect(counts()).toEqual(before);
  });
});
