import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predictRows, trainTarget } from '../../../lib/studies/prices/headStage';
import { tryLearningRates } from '../../../lib/studies/prices/learningRates';
import { perGame } from '../../../lib/studies/prices/perGame';
import { type PreparedData, prepareData, truePrices } from '../../../lib/studies/prices/preparedData';
import { runsFolder } from '../../../lib/studies/prices/runs';
import type { Run } from '../../../lib/studies/prices/settings';
import { comparedWays, compareWays } from '../../../lib/studies/prices/trainingWays';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { readRunRecords } from '../../../lib/training/runRecord';
import { expectClose } from '../../data/close';
import { tinyData } from './tinyData';

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 2 });
  prepared = await prepareData(run);
});
afterAll(() => prepared.close());

describe('ways to train a head', () => {
  it('are each tried and recorded; that of the model comes to the error of the model', async () => {
    const before = tf.memory().numTensors;
    const trained = await trainTarget(run, prepared, 'log1p');
    const found = await compareWays(run, prepared, trained);
    expect(found.value.map(({ optimizer, schedule }) => `${optimizer} ${schedule}`)).toEqual([
      'adam constant',
      'adam cosine',
      'adam plateau',
      'rmsprop constant',
      'momentum constant',
    ]);
    const rows = predictRows(run, prepared, trained.value, ({ part }) => part === 'validation');
    const games = perGame(rows, truePrices(prepared.selection), trained.value.scaler);
    const errors = games.map(({ predicted, truth }) => Math.abs(predicted - truth));
    const errorOfModel = errors.reduce((a, b) => a + b) / errors.length;
    expectClose([found.value[0]!.error.estimate], [errorOfModel]); // the same seed and settings
    expect(new Set(found.value.map(({ error }) => error.estimate)).size).toBeGreaterThan(3);
    const records = readRunRecords(runsFolder(run)).filter(({ kind }) => kind === 'way to train');
    expect(records.map(({ metrics }) => metrics.valGameMaeCents).sort()).toEqual(
      found.value.map(({ error }) => error.estimate).sort(),
    );
    expect((await compareWays(run, prepared, trained)).reused).toBe(true);
    trained.value.model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('give gradient descent with momentum ten times the rate', () => {
    const rates = comparedWays({ learningRate: 0.002 }).map(({ learningRate }) => learningRate);
    expect(rates).toEqual([0.002, 0.002, 0.002, 0.002, 0.02]);
  });
});

describe('trying learning rates', () => {
  it('grows the rate from step to step on an untrained head, which is gone afterwards', async () => {
    const before = tf.memory().numTensors;
    const { points } = await tryLearningRates(run, prepared, 'hurdle', 20);
    expect(points[0]!.learningRate).toBe(1e-5);
    expect(points.length).toBeGreaterThan(10);
    const [first, ...rest] = points;
    rest.reduce((last, next) => {
      expect(next.learningRate / last.learningRate).toBeCloseTo(1e5 ** (1 / 19), 6);
      return next;
    }, first!);
    expect(tf.memory().numTensors).toBe(before);
  });
});
