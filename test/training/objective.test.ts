import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildHead, type HeadOutput } from '../../lib/networks/head';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import {
  classesObjective,
  figureSums,
  hurdleObjective,
  type Objective,
  objectiveOf,
  priceObjective,
  targetRows,
  totalLoss,
} from '../../lib/training/objective';
import { expectClose, withCode } from '../data/close';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const FREE = Number.NEGATIVE_INFINITY;
const head = (output?: HeadOutput): LayersModel =>
  buildHead([1, 1, 2], { l2: 0, dropout1: 0, dropout2: 0, seed: 1, filters: 2, units: [2, 2], output });

/** Logits and log prices of five games, free or at a standardized log price. */
const logits = [2, -1.5, 0.3, -40, 30];
const prices = [0.5, -2, 1.25, 9, -0.75];
const targets = Float32Array.of(Math.fround(0.1), FREE, FREE, FREE, -1);
const outputs = Float32Array.from(logits.flatMap((logit, i) => [logit, prices[i]!]));

const lossOf = (objective: Objective, prediction: Float32Array, target: Float32Array): number =>
  tf.tidy(() => {
    const shape: [number, number] = [target.length, objective.outputs];
    const rows = tf.tensor2d(targetRows(target, objective), shape);
    return objective.loss(tf.tensor2d(prediction, shape), rows).dataSync()[0]!;
  });

describe('the objective of a hurdle', () => {
  it('is the cross-entropy of paid plus half the squared error of the log price of paid games', () => {
    // tf.nn.sigmoid_cross_entropy_with_logits in float64: 0.2365393066988691 a game, and half of 0.0445 a game; float32 here.
    expectClose([lossOf(hurdleObjective, outputs, targets)], [0.2587893066988691], 1e-6);
  });

  it('does not ask for the price of a free game, and stays finite however sure the logits are', () => {
    const other = outputs.map((value, i) => (i === 3 || i === 5 ? 100 : value));
    expect(lossOf(hurdleObjective, other, targets)).toBe(lossOf(hurdleObjective, outputs, targets));
    const sure = Float32Array.of(1000, 0, -1000, 0);
    expect(lossOf(hurdleObjective, sure, Float32Array.of(FREE, 0))).toBe(1000);
    expect(lossOf(hurdleObjective, sure, Float32Array.of(0, FREE))).toBe(0);
  });

  it('has the Brier score and the squared error of the price as its errors, and counts the right sides of the hurdle', () => {
    const sums = figureSums(hurdleObjective);
    sums.add(outputs, targetRows(targets, hurdleObjective), 0.5);
    const { loss, mse, mae, accuracy } = sums.mean();
    // scikit-learn's brier_score_loss 0.0754945 plus mean squared error 0.0445, over two outputs; targets are float32.
    expectClose([mse, mae], [0.05999726134755477, 0.15260709626402266], 1e-6);
    expect([loss, accuracy]).toEqual([0.5, 0.8]); // the third, free, has a logit of 0.3
  });

  it('takes finite numbers and −∞ as targets', () => {
    expect([0, -3.5, FREE].every(hurdleObjective.fits)).toBe(true);
    expect([Number.NaN, Number.POSITIVE_INFINITY].some(hurdleObjective.fits)).toBe(false);
  });
});

describe('the objective of a model', () => {
  it.each<[string, HeadOutput | undefined, number]>([
    ['a price by default', undefined, 1],
    ['a price', { kind: 'price' }, 1],
    ['a hurdle', { kind: 'hurdle' }, 2],
    ['two classes', { kind: 'classes', count: 2 }, 2],
    ['five classes', { kind: 'classes', count: 5 }, 5],
  ])('is known from its head: %s', (_, output, count) => {
    const model = head(output);
    const objective = objectiveOf(model);
    expect(objective.outputs).toBe(count);
    const target = output?.kind === 'hurdle' ? FREE : 1;
    const rows = targetRows(Float32Array.of(target), objective);
    const expected = {
      price: [1],
      hurdle: [0, 0],
      classes: Array.from({ length: count }, (_, i) => Number(i === 1)),
    };
    expect([...rows]).toEqual(expected[output?.kind ?? 'price']);
    model.dispose();
  });

  it('is that of the head when the head is the last part of a larger model', () => {
    const inner = head({ kind: 'hurdle' });
    const outer = tf.sequential({ layers: [tf.layers.dense({ inputShape: [1, 1, 3], units: 2 }), inner] });
    expect(objectiveOf(outer)).toBe(hurdleObjective);
    outer.dispose();
  });

  it('is not guessed for outputs of an unknown kind', () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [3], units: 2 })] });
    expect(() => objectiveOf(model)).toThrow(withCode('BAD_INPUT'));
    model.dispose();
  });

  it('gets the regularizers of the model added, and leaves only its loss behind', () => {
    const model = buildHead([1, 1, 2], {
      l2: 0.5,
      dropout1: 0,
      dropout2: 0,
      seed: 1,
      filters: 2,
      units: [2, 2],
    });
    const [prediction, target] = [tf.tensor2d([1, 2], [2, 1]), tf.tensor2d([0, 0], [2, 1])] as [
      Tensor2D,
      Tensor2D,
    ];
    tf.tidy(() => void model.apply(tf.zeros([1, 1, 1, 2]))); // a model knows its regularizers once it has been used
    const before = tf.memory().numTensors;
    const loss = tf.tidy(() => totalLoss(model, prediction, target));
    const squares = ['dense1', 'dense2'].flatMap((name) => [
      ...model.getLayer(name).getWeights()[0]!.dataSync(),
    ]);
    const l2 = 0.5 * squares.reduce((sum, value) => sum + value * value, 0);
    expectClose(loss.dataSync(), [2.5 + l2], 1e-6);
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([loss, prediction, target]);
    model.dispose();
  });
});

describe('the objectives of a price and of classes', () => {
  it('refuse targets that are not theirs', () => {
    expect([FREE, Number.NaN].some(priceObjective.fits)).toBe(false);
    const { fits } = classesObjective(3);
    expect([0, 2].every(fits)).toBe(true);
    expect([-1, 3, 0.5].some(fits)).toBe(false);
  });

  it('are the mean squared error and the cross-entropy of the right class', () => {
    expectClose([lossOf(priceObjective, Float32Array.of(1, 3), Float32Array.of(0, 1))], [2.5], 1e-6);
    const probabilities = Float32Array.of(0.5, 0.25, 0.25, 0.1, 0.2, 0.7);
    const expected = -(Math.log(0.5) + Math.log(0.7)) / 2;
    expectClose([lossOf(classesObjective(3), probabilities, Float32Array.of(0, 2))], [expected], 1e-6);
  });
});
