import type { LayersModel, layers, Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Batch, Task } from '../../lib/core/concepts';
import { random } from '../../lib/core/random';
import { restartDropout, seededDropout } from '../../lib/networks/dropout';
import { drawKernels } from '../../lib/networks/initialWeights';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { createStep, graphStep } from '../../lib/training/graphStep';
import { weightValues } from '../../lib/training/modelState';
import { evaluate } from '../../lib/training/predict';
import { eagerStep } from '../../lib/training/step';
import { classes, reconstruction } from '../../lib/training/tasks';
import { train } from '../../lib/training/train';
import { withCode } from '../data/close';
import { largestDifference } from '../networks/weightFiles';

let tf: TensorFlow;
let native: boolean;
beforeAll(async () => {
  const backend = await loadTensorFlow();
  [tf, native] = [backend.tf, backend.name === 'tensorflow'];
});

const task = classes(['dark', 'middle', 'bright']);
const pixels = 6 * 6 * 3;

function batchesOf(count: number, rows: number, { outputs }: Task = task): Batch[] {
  const { next, integer } = random(5, 'pictures');
  return Array.from({ length: count }, () => {
    const classOf = Array.from({ length: rows }, () => integer(0, 2));
    const x = Float32Array.from(
      { length: rows * pixels },
      (_, i) => (classOf[Math.floor(i / pixels)]! + next()) / 3,
    );
    const y = Float32Array.from({ length: rows * 3 }, (_, i) => Number(classOf[Math.floor(i / 3)] === i % 3));
    return { x, y: outputs === pixels ? x : y };
  });
}

/** A convolution with a dropout behind it, whose masks have four dimensions; `nested` puts them into a model within the model. */
function network(nested: boolean, between: layers.Layer[] = []): LayersModel {
  const conv = () => [
    tf.layers.conv2d({ name: 'conv', inputShape: [6, 6, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
    tf.layers.batchNormalization({ name: 'bn' }),
    seededDropout({ name: 'dropout', rate: 0.4, seed: 1 }),
    ...between,
  ];
  const model = tf.sequential({
    layers: [
      ...(nested ? [tf.sequential({ name: 'inner', layers: conv() })] : conv()),
      tf.layers.flatten({ name: 'flatten' }),
      seededDropout({ name: 'dropout2', rate: 0.2, seed: 1 }),
      tf.layers.dense({ name: 'out', units: 3 }),
    ],
  });
  drawKernels(model, 9);
  restartDropout(model, 4);
  return model;
}

describe('any network', () => {
  it.each([false, true])('is trained in one graph as operation by operation, nested %s', (nested) => {
    if (!native) return;
    const before = tf.memory().numTensors;
    const [first, second] = [network(nested), network(nested)];
    const [eager, graph] = [eagerStep(first, task, 'momentum'), graphStep(second, task, 'momentum', [8])];
    for (const batch of batchesOf(6, 8)) {
      const [expected, found] = [eager.run(batch, 0.01), graph.run(batch, 0.01)];
      // Float32 sums in another order: 1e-5 of figures around 1.
      expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-5);
      expect(largestDifference(found.output, expected.output)).toBeLessThan(1e-4);
    }
    graph.sync();
    const [theirs, ours] = [weightValues(first), weightValues(second)];
    theirs.forEach((values, i) => {
      expect(largestDifference(ours[i]!, values), first.weights[i]!.name).toBeLessThan(1e-4);
    });
    for (const one of [eager, graph, first, second]) one.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('draws another mask at each step, at any depth', () => {
    if (!native) return;
    const model = network(true);
    const [batch] = batchesOf(1, 8) as [Batch];
    const step = graphStep(model, task, 'sgd', [8]);
    const outputs = [1, 2, 3].map(() => step.run(batch, 1e-30).output);
    expect(largestDifference(outputs[0]!, outputs[1]!)).toBeGreaterThan(1e-3);
    expect(largestDifference(outputs[1]!, outputs[2]!)).toBeGreaterThan(1e-3);
    step.dispose();
    model.dispose();
  });

  it('leaves a frozen model within it alone', () => {
    if (!native) return;
    const model = network(true);
    model.getLayer('inner').trainable = false;
    const start = weightValues(model);
    const step = graphStep(model, task, 'adam', [8]);
    for (const batch of batchesOf(3, 8)) step.run(batch, 0.01);
    step.sync();
    const moved = weightValues(model).map((values, i) => largestDifference(values, start[i]!) > 0);
    const kernels = model.weights.map(({ originalName }, i) => [originalName.replace(/_\d+$/, ''), moved[i]]);
    expect(Object.fromEntries(kernels)).toMatchObject({ 'conv/kernel': false, 'out/kernel': true });
    step.dispose();
    model.dispose();
  });

  it('may give pictures: an autoencoder learns to give back what it is given', async () => {
    if (!native) return;
    const own = reconstruction([6, 6, 3]);
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({
          inputShape: [6, 6, 3],
          filters: 4,
          kernelSize: 3,
          strides: 2,
          padding: 'same',
          activation: 'relu',
        }),
        tf.layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
      ],
    });
    drawKernels(model, 2);
    const [all] = batchesOf(1, 24, own) as [Batch];
    const part = (values: Float32Array, rows: readonly number[]) =>
      Float32Array.from(rows.flatMap((row) => [...values.subarray(row * pixels, (row + 1) * pixels)]));
    const source = {
      ...{ count: 24, shape: [6, 6, 3] as const, key: 'pictures' },
      read: (rows: readonly number[]) => ({ x: part(all.x, rows), y: part(all.y, rows) }),
    };
    const untrained = await evaluate(model, own, source, 8);
    const { epochs, bestEpoch } = await train({
      ...{ model, task: own, training: source, validation: source },
      settings: { epochs: 20, patience: 20, batchSize: 8, learningRate: 0.02, seed: 1 },
    });
    expect(epochs[bestEpoch - 1]!.validation.mse).toBeLessThan(untrained.mse! / 3);
    model.dispose();
  });
});

describe('random numbers that no seed repeats', () => {
  const plain: [string, () => layers.Layer[]][] = [
    ['a dropout', () => [tf.layers.dropout({ rate: 0.5 })]],
    [
      'a dropout with a seed, which is the same at every step',
      () => [tf.layers.dropout({ rate: 0.5, seed: 3 })],
    ],
    ['noise', () => [tf.layers.gaussianNoise({ stddev: 0.1 })]],
    ['a dropout by noise', () => [tf.layers.gaussianDropout({ rate: 0.1 })]],
    ['an alpha dropout', () => [tf.layers.alphaDropout({ rate: 0.1 })]],
  ];
  const cases = plain.flatMap(([name, make]) => [false, true].map((nested) => [name, nested, make] as const));
  it.each(cases)('are refused: %s, nested %s', (_, nested, make) => {
    const model = network(nested, make());
    const before = tf.memory().numTensors;
    expect(() => createStep(model, task, { batchSize: 8 }, 8)).toThrow(/seededDropout/);
    expect(() => createStep(model, task, { batchSize: 8 }, 8)).toThrow(withCode('BAD_INPUT'));
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('are refused in a layer of one’s own, rather than being the same at every step', () => {
    if (!native) return;
    class Noise extends tf.layers.Layer {
      static className = 'OwnNoise';
      override call(inputs: Tensor | Tensor[]): Tensor {
        const input = Array.isArray(inputs) ? inputs[0]! : inputs;
        return tf.add(input, tf.randomNormal(input.shape));
      }
    }
    const model = network(true, [new Noise({})]);
    const start = weightValues(model);
    const before = tf.memory().numTensors;
    expect(() => createStep(model, task, { batchSize: 8 }, 8)).toThrow(withCode('BAD_INPUT'));
    expect(tf.memory().numTensors).toBe(before);
    expect(weightValues(model)).toEqual(start);
    expect(Math.random()).not.toBe(Math.random()); // as ever
    model.dispose();
  });

  it('do not matter where nothing is drawn', () => {
    const model = network(false, [tf.layers.dropout({ rate: 0 })]);
    createStep(model, task, { batchSize: 8 }, 8).dispose();
    model.dispose();
  });
});
