import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { argMax } from '../../../lib/core/extremes';
import { softmax } from '../../../lib/data/numbers';
import { confusionMatrix } from '../../../lib/metrics/classes';
import { dropoutLayers } from '../../../lib/networks/dropout';
import { layered } from '../../../lib/networks/layered';
import { modelWeights } from '../../../lib/networks/modelWeights';
import { layerSummary } from '../../../lib/networks/summary';
import { digitCnn, digitLayers } from '../../../lib/studies/digits/networks';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { createStep } from '../../../lib/training/graphStep';
import { predict } from '../../../lib/training/predict';
import { classes } from '../../../lib/training/tasks';
import { oracleJson } from '../../oracle';
import { kerasUniform, seedWeights } from '../../training/kerasWeights';
import { mnistTest, needMnist } from './mnist';
import { kerasTrained } from './trained';

interface Stats {
  shape: number[];
  sum: number;
  sumsq: number;
  first: number[];
  last: number[];
}
const seeded = oracleJson<{
  seed: number;
  params: number;
  indices: number[];
  weights: Stats[];
  logits: number[][];
  softmax: number[][];
  adam: { steps: { loss: number }[]; after: Stats[]; softmaxAfter: number[][] };
  dropoutMask: { seed: number; logits: number[][] };
}>('explain/cnn004-seeded');
const paper = oracleJson<{ losses: number[] }>('explain/cnn004-adam-paper');
const trained = oracleJson<{
  accuracy: number;
  loss: number;
  confusion: number[][];
  softmax8000to8007: number[][];
}>('explain/cnn004-trained');

const shape = [28, 28, 1] as const;
const task = classes([...'0123456789']);
const withoutDropout = layered('digit CNN', (...given) =>
  digitLayers(...given).filter(({ kind }) => kind !== 'dropout'),
);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

let tf: TensorFlow;
let before: number;
let mnist: Awaited<ReturnType<typeof mnistTest>>;
const models: LayersModel[] = [];
const built = (network = digitCnn): LayersModel => {
  const model = network.build(shape, task, 1);
  models.push(model);
  return model;
};
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  mnist = await mnistTest();
  before = tf.memory().numTensors;
}, 120_000);
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

/** The logits of some test digits. */
async function said(model: LayersModel, pixels: (rows: readonly number[]) => Float32Array, digits: number[]) {
  const read = (rows: readonly number[]) => ({ x: pixels(rows.map((row) => digits[row]!)) });
  const found = await predict(model, { count: digits.length, shape, read }, 128);
  return digits.map((_, i) => [...found.subarray(10 * i, 10 * i + 10)]);
}
const apart = (found: readonly number[][], expected: readonly number[][]): number =>
  Math.max(...expected.flatMap((row, i) => row.map((value, k) => Math.abs(found[i]![k]! - value))));

describe("the original's network", () => {
  it('has the parameters and shapes that the original prints', () => {
    const rows = layerSummary(digitLayers(shape, 10, 0));
    expect(rows.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(seeded.params);
    expect(rows.filter(({ kind }) => /conv|maxPool|dense/.test(kind)).map((row) => row.outputShape)).toEqual([
      ...[[26, 26, 32], [13, 13, 32], [11, 11, 64], [5, 5, 64], [10]],
    ]);
  });

  it('gives what Keras gives with the same weights', async (context) => {
    const { pixels } = needMnist(mnist, context);
    const model = built();
    seedWeights(model, seeded.seed);
    const found = await said(model, pixels, seeded.indices);
    expect(apart(found, seeded.logits)).toBeLessThan(1e-5); // as the oracles' README has it, here and below
    expect(apart(found.map(softmax), seeded.softmax)).toBeLessThan(1e-5);
  });

  it('drops of what comes before the last layer what a mask says, and makes the rest as much larger', async (context) => {
    const { pixels } = needMnist(mnist, context);
    const model = built();
    seedWeights(model, seeded.seed);
    const { seed, logits } = seeded.dropoutMask;
    const mask = [...kerasUniform(seed, 1600, 0, 1)].map((u) => (u >= 0.5 ? 2 : 0)); // the same for each
    const [dropout] = dropoutLayers(model);
    const found = tf.tidy(() => {
      dropout!.give = () => tf.tensor(logits.map(() => mask));
      const x = tf.tensor(pixels(seeded.indices.slice(0, logits.length)), [logits.length, ...shape]);
      return [...(model.apply(x, { training: true }) as Tensor).dataSync()];
    });
    expect(apart([found.slice(0, 10), found.slice(10)], logits)).toBeLessThan(1e-5);
  });

  it("takes five steps of Adam as Keras does, and within 1e-4 as the paper's formula does", async (context) => {
    const { pixels, labels } = needMnist(mnist, context);
    const model = built(withoutDropout);
    seedWeights(model, seeded.seed);
    const step = createStep(model, task, { batchSize: 128 }, 640);
    const losses = range(0, 5).map((i) => {
      const rows = range(128 * i, 128 * (i + 1));
      const y = rows.flatMap((row) => [...task.encode(String(labels[row]))]);
      return step.run({ x: pixels(rows), y: Float32Array.from(y) }, 1e-3).loss;
    });
    step.sync();
    step.dispose();
    const { steps, after, softmaxAfter } = seeded.adam;
    expect(apart([losses], [steps.map(({ loss }) => loss)])).toBeLessThan(1e-5);
    // Its epsilon stands beside a root that is corrected: where gradients are near 0 the steps differ.
    expect(apart([losses], [paper.losses])).toBeLessThan(1e-4);
    const found = await said(model, pixels, seeded.indices);
    expect(apart(found.map(softmax), softmaxAfter)).toBeLessThan(1e-5);
    modelWeights(model).forEach(({ data }, i) => {
      const { first, last } = after[i]!;
      expect(apart([[...data.slice(0, 5), ...data.slice(-3)]], [[...first, ...last]])).toBeLessThan(1e-5);
    });
  }, 60_000);

  it('tells 2,000 digits apart as Keras does with the weights that Keras has trained', async (context) => {
    const { pixels, labels } = needMnist(mnist, context);
    const model = kerasTrained();
    models.push(model);
    expect(model.countParams()).toBe(seeded.params);
    const digits = range(8000, 10_000);
    const found = (await said(model, pixels, digits)).map(softmax);
    const truth = digits.map((row) => labels[row]!);
    expect(apart(found, trained.softmax8000to8007)).toBeLessThan(1e-5);
    expect(confusionMatrix(truth, found.map(argMax), 10)).toEqual(trained.confusion);
    const loss = found.reduce((sum, row, i) => sum - Math.log(row[truth[i]!]!) / digits.length, 0);
    expect(Math.abs(loss - trained.loss)).toBeLessThan(1e-5);
  }, 60_000);
});
