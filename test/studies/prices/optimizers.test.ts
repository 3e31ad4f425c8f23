import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  comparedOptimizers,
  compareOptimizers,
  tryLearningRates,
} from '../../../lib/studies/prices/optimizers';
import { perGame } from '../../../lib/studies/prices/perGame';
import { predictRows } from '../../../lib/studies/prices/predictions';
import { type PreparedData, prepareData, truePrices } from '../../../lib/studies/prices/preparedData';
import { trainedPriceModel } from '../../../lib/studies/prices/priceModel';
import type { Run } from '../../../lib/studies/prices/settings';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { expectClose } from '../../data/close';
import { tinyData, watched } from './tinyData';

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

describe('optimizers and schedules', () => {
  it('are each tried; that of the model comes to the error of the model', async () => {
    const before = tf.memory().numTensors;
    const trained = await trainedPriceModel(run, prepared, 'log1p');
    const found = await compareOptimizers(run, prepared, trained);
    expect(found.map(({ optimizer, schedule }) => `${optimizer} ${schedule}`)).toEqual([
      'adam constant',
      'adam cosine',
      'adam plateau',
      'rmsprop constant',
      'momentum constant',
    ]);
    const rows = await predictRows(run, prepared, trained, ({ part }) => part === 'validation');
    const games = perGame(rows, truePrices(prepared.selection), trained.scaler);
    const errors = games.map(({ predicted, truth }) => Math.abs(predicted - truth));
    const errorOfModel = errors.reduce((a, b) => a + b) / errors.length;
    expectClose([found[0]!.error.estimate], [errorOfModel]); // the same seed and settings
    expect(new Set(found.map(({ error }) => error.estimate)).size).toBeGreaterThan(3);
    const again = watched(run);
    expect(await compareOptimizers(again.run, prepared, trained)).toEqual(found);
    expect(again.labels).toEqual([]);
    trained.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('give gradient descent with momentum ten times the rate', () => {
    const rates = comparedOptimizers({ learningRate: 0.002 }).map(({ learningRate }) => learningRate);
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
