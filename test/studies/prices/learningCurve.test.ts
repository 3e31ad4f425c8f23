import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorByTrainingGames } from '../../../lib/studies/prices/learningCurve';
import { perGame } from '../../../lib/studies/prices/perGame';
import { predictRows } from '../../../lib/studies/prices/predictions';
import { type PreparedData, prepareData, truePrices } from '../../../lib/studies/prices/preparedData';
import { trainedPriceModel, trainPriceModel } from '../../../lib/studies/prices/priceModel';
import type { Run } from '../../../lib/studies/prices/settings';
import { fitTarget } from '../../../lib/studies/prices/target';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { expectClose } from '../../data/close';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 1 });
  prepared = await prepareData(run);
});
afterAll(() => prepared.close());

describe('learning from some games', () => {
  it('knows the prices and pictures of these games only, for as many steps as with all', async () => {
    const before = tf.memory().numTensors;
    const { selection, rows, images } = prepared;
    const games = new Set(selection.split.training.slice(0, 3));
    const seen = watched(run);
    const { scaler, history, dispose } = await trainPriceModel(seen.run, prepared, 'log1p', {
      games,
      label: 'some',
    });
    const prices = selection.kept.filter(({ id }) => games.has(id)).map(({ price }) => price);
    expect(scaler).toEqual(fitTarget('log1p', prices));
    expect(seen.counts('some')).toEqual(['1/1']);
    const { item: id } = images.index.columns;
    // A head that had seen the other training games would not be the same when their features are others.
    const others = rows.flatMap(({ part, image }, i) =>
      part === 'training' && !games.has(id[image]!) ? [i] : [],
    );
    const disturbed = new Set(others);
    const { read, ...store } = prepared.features;
    const blind: PreparedData = {
      ...prepared,
      features: {
        ...store,
        read: (wanted) => read(wanted).fill(0, 0, wanted.some((row) => disturbed.has(row)) ? undefined : 0),
      },
    };
    const same = await trainPriceModel(run, blind, 'log1p', { games });
    expect(same.history.epochs[0]!.validation).toEqual(history.epochs[0]!.validation);
    expect(others.length).toBeGreaterThan(0);
    dispose();
    same.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the learning curve', () => {
  it('is one point, the model itself, where there are too few games for more', async () => {
    const trained = await trainedPriceModel(run, prepared, 'log1p');
    const value = await errorByTrainingGames(run, prepared, trained);
    const rows = await predictRows(run, prepared, trained, ({ part }) => part === 'validation');
    const errors = perGame(rows, truePrices(prepared.selection), trained.scaler).map(({ predicted, truth }) =>
      Math.abs(predicted - truth),
    );
    expect(value.map(({ count }) => count)).toEqual([prepared.selection.split.training.length]);
    expectClose([value[0]!.error], [errors.reduce((a, b) => a + b) / errors.length]);
    expect(value[0]!.low).toBeLessThanOrEqual(value[0]!.error);
    const again = watched(run);
    expect(await errorByTrainingGames(again.run, prepared, trained)).toEqual(value);
    expect(again.labels).toEqual([]);
    trained.dispose();
  });

  it('has a point for each subset of the games, the model last', async () => {
    const before = tf.memory().numTensors;
    const trained = await trainedPriceModel(run, prepared, 'log1p');
    const count = prepared.selection.split.training.length;
    const value = await errorByTrainingGames(run, prepared, trained, [2, 4, count]);
    expect(value.map(({ count }) => count)).toEqual([2, 4, count]);
    expect(new Set(value.map(({ error }) => error)).size).toBe(3);
    const [alone] = await errorByTrainingGames(run, prepared, trained);
    expect(value[2]).toEqual(alone);
    trained.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
