import type { Tensor } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../lib/core/concepts';
import { argMax } from '../../lib/core/extremes';
import { softmax } from '../../lib/data/numbers';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { addFigures, meanFigures, monitored, noFigures } from '../../lib/training/predict';
import { encodeLabels } from '../../lib/training/sources';
import { binary, classes, classWeights, reconstruction, regression, sigmoid } from '../../lib/training/tasks';
import { expectClose, withCode } from '../data/close';
import { largestDifference } from '../networks/weightFiles';
import { oracleJson } from '../oracle';

interface LossCase {
  weights: string;
  weight: number[] | null;
  label_smoothing: number;
  logits: number[][];
  labels: number[];
  mean: number;
  grad_of_mean: number[][];
}
interface LossOracle {
  cases: LossCase[];
  class_weights: Record<
    string,
    { counts: number[]; inverse: number[]; inverse_sqrt: number[]; balanced_sklearn: number[] }
  >;
}
const oracle = oracleJson<LossOracle>('classes/loss');

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** The loss of some rows and its gradient with respect to the outputs; leaves no tensor behind. */
function lossOf(task: Task, outputs: readonly number[][], target: Float32Array) {
  const before = tf.memory().numTensors;
  const found = tf.tidy(() => {
    const y = tf.tensor2d(target, [outputs.length, task.outputs]);
    const { value, grad } = tf.valueAndGrad((x: Tensor) => task.loss(x, y))(
      tf.tensor2d(outputs as number[][]),
    );
    return { loss: value.dataSync()[0]!, gradient: [...grad.dataSync()] };
  });
  expect(tf.memory().numTensors).toBe(before);
  return found;
}

/** The figures of one batch. */
function figuresOf(task: Task, outputs: readonly number[], target: Float32Array) {
  const sums = noFigures();
  addFigures(sums, task, { output: Float32Array.from(outputs), target, loss: 0.5 });
  return meanFigures(sums);
}

describe('classes', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];

  it.each(oracle.cases.map((one, i) => [i, one.weights, one.label_smoothing, one] as const))(
    'have the loss and the gradient of torch: case %i, weights %s, smoothing %d',
    (_i, _weights, smoothing, { weight, logits, labels, mean, grad_of_mean }) => {
      const task = classes(names, { weights: weight ?? undefined, smoothing });
      const target = encodeLabels(
        task,
        labels.map((label) => names[label]!),
      );
      const { loss, gradient } = lossOf(task, logits, target);
      // Float32 of losses up to 120: 1e-6 of the loss, and of gradients, which are at most 1.
      expect(Math.abs(loss - mean)).toBeLessThan(1e-6 * Math.max(1, mean));
      expect(largestDifference(gradient, grad_of_mean.flat())).toBeLessThan(1e-6);
    },
  );

  it.each(Object.entries(oracle.class_weights))(
    'weigh by how rare they are, as sklearn and torch: %s',
    (_, one) => {
      const own = one.counts.map((_, i) => `class ${i}`);
      const labels = one.counts.flatMap((count, i) => new Array<string>(count).fill(`class ${i}`));
      expectClose(classWeights(labels, own, 'inverse'), one.inverse, 1e-12);
      expectClose(classWeights(labels, own, 'inverse root'), one.inverse_sqrt, 1e-12);
      expectClose(classWeights(labels, own, 'balanced'), one.balanced_sklearn, 1e-12);
      expect(() => classWeights(labels, [...own, 'empty'], 'inverse')).toThrow(withCode('BAD_INPUT'));
    },
  );

  it('are decoded as probabilities, of which the first largest names the class', () => {
    const { label, probabilities } = classes(names).decode([0, 2, 2, -1000, 1]);
    expect(label).toBe('b');
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(probabilities[3]).toBe(0);
    expect(Math.log(probabilities[1]! / probabilities[0]!)).toBeCloseTo(2, 12);
  });

  it('count the right ones', () => {
    const task = classes(['x', 'y']);
    const target = encodeLabels(task, ['x', 'y', 'y']);
    expect(figuresOf(task, [1, 0, 1, 0, -1, 0], target)).toEqual({ loss: 0.5, accuracy: 2 / 3 });
  });

  it.each<[string, string[], Parameters<typeof classes>[1]]>([
    ['one class', ['a'], {}],
    ['a name given twice', ['a', 'a'], {}],
    ['too few weights', ['a', 'b'], { weights: [1] }],
    ['a weight of 0', ['a', 'b'], { weights: [1, 0] }],
    ['a smoothing of everything', ['a', 'b'], { smoothing: 1 }],
  ])('refuse %s', (_, given, options) => {
    expect(() => classes(given, options)).toThrow(withCode('BAD_INPUT'));
  });

  it('refuse a label that is none of them, and say which row it is of', () => {
    expect(() => encodeLabels(classes(names), ['a', 'z'])).toThrow(/Row 1 .*"z"/);
  });
});

describe('a number', () => {
  it('is learnt by its squared error, transformed, and given back as it was', () => {
    const log = { apply: Math.log, invert: Math.exp, settings: { kind: 'log' } };
    const task = regression({ transform: log });
    const target = encodeLabels(task, [Math.E, 1]);
    expect([...target]).toEqual([1, 0]);
    const { loss, gradient } = lossOf(task, [[0.5], [2]], target);
    expectClose([loss, ...gradient], [(0.25 + 4) / 2, -0.5, 2], 1e-6);
    expect(figuresOf(task, [0.5, 2], target)).toEqual({ loss: 0.5, mse: 2.125, mae: 1.25 });
    expect(task.decode([1])).toBe(Math.E);
    expect(() => encodeLabels(task, [0])).toThrow(withCode('BAD_INPUT'));
  });
});

describe('whether something is so', () => {
  it('is learnt by the cross-entropy of a logit, finite however sure', () => {
    const target = encodeLabels(binary(), [true, false, true]);
    const logits = [0.3, -2, -1000];
    const { loss, gradient } = lossOf(
      binary(),
      logits.map((logit) => [logit]),
      target,
    );
    const expected = (-Math.log(sigmoid(0.3)) - Math.log(1 - sigmoid(-2)) + 1000) / 3;
    expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-6);
    expectClose(gradient, [(sigmoid(0.3) - 1) / 3, sigmoid(-2) / 3, -1 / 3], 1e-6);
    expect(figuresOf(binary(), logits, target).accuracy).toBe(2 / 3);
    expect(binary().decode([0.3])).toBe(sigmoid(0.3));
  });
});

describe('a reconstruction', () => {
  it('is learnt by the cross-entropy of each value, and judged by the values', () => {
    const task = reconstruction([1, 2, 1]);
    const target = encodeLabels(task, [[0.25, 1]]);
    const { loss } = lossOf(task, [[-0.4, 1.5]], target);
    const entropy = (p: number, t: number) => -t * Math.log(p) - (1 - t) * Math.log(1 - p);
    expect(loss).toBeCloseTo((entropy(sigmoid(-0.4), 0.25) + entropy(sigmoid(1.5), 1)) / 2, 6);
    const errors = [sigmoid(-0.4) - 0.25, sigmoid(1.5) - 1];
    const { mse, mae } = figuresOf(task, [-0.4, 1.5], target);
    expectClose([mse!, mae!], [(errors[0]! ** 2 + errors[1]! ** 2) / 2, (errors[0]! - errors[1]!) / 2], 1e-7);
    expectClose([...task.decode([-0.4, 1.5])], [sigmoid(-0.4), sigmoid(1.5)], 1e-7);
    expect(() => encodeLabels(task, [[1]])).toThrow(withCode('BAD_INPUT'));
  });
});

describe('figures', () => {
  it('are the same however the rows are cut into batches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -9, max: 9 }), fc.double({ min: -9, max: 9 })), { minLength: 1 }),
        fc.nat(),
        (pairs, at) => {
          const sums = noFigures();
          const cut = at % pairs.length;
          for (const part of [pairs.slice(0, cut), pairs.slice(cut)]) {
            const output = Float32Array.from(part, ([value]) => value);
            const target = Float32Array.from(part, ([, value]) => value);
            addFigures(sums, regression(), { output, target, loss: 1 });
          }
          const all = figuresOf(
            regression(),
            pairs.map(([value]) => value),
            Float32Array.from(pairs, ([, value]) => value),
          );
          expect(meanFigures(sums)).toEqual({ ...all, loss: 1 });
        },
      ),
    );
  });

  it('of classes are chosen by loss, or by accuracy where that is asked for', () => {
    expect(classes(['a', 'b']).monitor).toEqual({ metric: 'loss', best: 'min' });
    expect(classes(['a', 'b'], { bestBy: 'accuracy' }).monitor).toEqual({ metric: 'accuracy', best: 'max' });
  });

  it('are the smaller the better once they are monitored', () => {
    expect(monitored({ loss: 2 }, { metric: 'loss', best: 'min' })).toBe(2);
    expect(monitored({ accuracy: 0.5 }, { metric: 'accuracy', best: 'max' })).toBe(-0.5);
  });
});

it('softmax of logits sums to 1 and keeps their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -700, max: 700, noNaN: true }), { minLength: 1 }), (logits) => {
      const probabilities = softmax(logits);
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect(probabilities[argMax(logits)]).toBe(Math.max(...probabilities));
    }),
  );
});
