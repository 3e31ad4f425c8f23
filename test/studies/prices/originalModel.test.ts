import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { mean } from '../../../lib/data/numbers';
import { buildHead } from '../../../lib/networks/head';
import {
  type OriginalModel,
  originalModel,
  originalPredictions,
  originalSettings,
  trainToEnd,
} from '../../../lib/studies/prices/originalModel';
import { type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import type { Run } from '../../../lib/studies/prices/settings';
import { fitTarget } from '../../../lib/studies/prices/target';
import { cents } from '../../../lib/studies/prices/units';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { evaluate } from '../../../lib/training/predict';
import { regression } from '../../../lib/training/tasks';
import { expectClose, withCode } from '../../data/close';
import { inMemory } from '../../training/learnable';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
let found: OriginalModel;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 1, variants: 0 });
  prepared = await prepareData(run);
  found = await originalModel(run, prepared);
});
afterAll(() => prepared.close());

describe("the original's model", () => {
  it('learns from every game below its limit that is not for the test, each picture twice', () => {
    const { fullSplit, games } = prepared.selection;
    const pool = [...fullSplit.training, ...fullSplit.validation];
    const cheap = games.filter(({ id, price }) => pool.includes(id) && price <= 6000);
    const { item: id } = prepared.images.index.columns;
    const withheld = new Set(prepared.parts.withheld);
    const pictures = id.flatMap((game, row) =>
      cheap.some((one) => one.id === game) && !withheld.has(row) ? [row] : [],
    );
    expect([found.games, found.pictures]).toEqual([cheap.length, 2 * pictures.length]);
    expect(found.outliers).toBe("The original's model does not learn from games above €60.00.");
    const prices = new Map(games.map((game) => [game.id, game.price]));
    // Pictures and not games: a game with many pictures weighs more, as in the original.
    expect(found.scaler).toEqual(
      fitTarget(
        'standardized',
        [...pictures, ...pictures].map((row) => prices.get(id[row]!)!),
      ),
    );
  });

  it('trains for five epochs', () => {
    expect(found.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
  });

  it('predicts the test pictures, by its own scaler and by one that knows the test', () => {
    const { test } = prepared.parts.rows;
    const { predictions, scaler, refitted } = found;
    expect(predictions.map(({ image }) => image)).toEqual(test);
    expect(refitted).toEqual(
      fitTarget(
        'standardized',
        predictions.map(({ label }) => label),
      ),
    );
    expect(refitted).not.toEqual(scaler);
    const [by, knowing] = [originalPredictions(found, 'scaler'), originalPredictions(found, 'refitted')];
    expect([...by.keys()].sort()).toEqual([...new Set(predictions.map(({ id }) => id))].sort());
    for (const [id, price] of by) {
      const own = predictions.filter((prediction) => prediction.id === id);
      expectClose([price], [mean(own.map(({ predicted }) => predicted.price))], 1e-9);
      const values = own.map(({ predicted }) => predicted.output[0]! * refitted.deviation + refitted.mean);
      expectClose([knowing.get(id)!], [mean(values.map((value) => Math.max(0, value)))], 1e-9);
    }
    expect(predictions.filter(({ predicted }) => predicted.price > 0).length).toBeGreaterThan(0);
  });

  it('is made once, and again when the price of a game is another', async () => {
    const before = tf.memory().numTensors;
    const again = watched(run);
    expect(await originalModel(again.run, prepared)).toEqual(found);
    expect(again.labels).toEqual([]);
    const games = prepared.selection.games.map((game, i) =>
      i === 0 ? { ...game, price: cents(game.price + 1) } : game,
    );
    const dearer = { ...prepared, selection: { ...prepared.selection, games } };
    expect(await originalModel(again.run, dearer)).not.toEqual(found);
    expect(again.labels).toContain("The original's setting");
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes our rule where the limit leaves next to no game, and says so', async () => {
    const dear = (all: typeof prepared.selection.games) =>
      all.map((game) => ({ ...game, price: cents(game.price + 10_000) }));
    const { selection } = prepared;
    const rule = { kind: 'data-driven', maxPrice: cents(1e6), why: '' } as const;
    const houses = { ...selection, games: dear(selection.games), kept: dear(selection.kept), rule };
    const other = { ...run, config: { ...run.config, work: `${tiny.root}/dear` } };
    const value = await originalModel(other, { ...prepared, selection: houses });
    expect(value.outliers).toMatch(
      /^Only 0 of \d+ games cost at most €60\.00, .* the data-driven rule takes its place\.$/,
    );
    expect(value.games).toBeGreaterThan(found.games - 3);
    expect(value.predictions.every(({ label }) => label >= 10_000)).toBe(true);
  });

  it('ends at an interrupt and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const other = { ...run, config: { ...run.config, work: `${tiny.root}/stopped` } };
    const stopped = watched({ ...other, signal: controller.signal }, () => controller.abort());
    await expect(originalModel(stopped.run, prepared)).rejects.toEqual(withCode('INTERRUPTED'));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("has the head, the copies and the optimizer's rate of the original", () => {
    expect(originalSettings).toEqual({
      augmentation: { rotation: 10, shift: 0.1, shear: 0.1, zoom: 0.1, horizontalFlip: true },
      head: { l2: 0.01, dropout1: 0.6, dropout2: 0.7 },
      training: { epochs: 5, batchSize: 32, learningRate: 0.001 },
      validationShare: 0.2,
    });
  });
});

describe('training to the end', () => {
  it('leaves the weights of the last epoch, however much better an earlier one was', async () => {
    const { normal } = random(3, 'to the end');
    const values = Float32Array.from({ length: 40 * 4 }, normal);
    const labels = Array.from({ length: 40 }, (_, i) => values[4 * i]!);
    const task = regression();
    const training = inMemory(values, [1, 1, 4], labels);
    const validation = inMemory(
      values,
      [1, 1, 4],
      labels.map((label) => -label),
    ); // learning makes it worse
    const model = buildHead([1, 1, 4], {
      l2: 0,
      dropout1: 0,
      dropout2: 0,
      seed: 1,
      filters: 4,
      units: [4, 4],
    });
    const settings = { epochs: 6, patience: 1, batchSize: 8, learningRate: 0.02, seed: 1 };
    const epochs = await trainToEnd({ model, task, training, validation, settings });
    expect(epochs).toHaveLength(6);
    const last = epochs.at(-1)!.validation.mse!;
    expect(last).toBeGreaterThan(Math.min(...epochs.map((epoch) => epoch.validation.mse!)));
    expect((await evaluate(model, task, validation, 8)).mse).toBe(last);
    model.dispose();
  });
});
