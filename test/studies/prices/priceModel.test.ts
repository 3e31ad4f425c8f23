import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predictPictures } from '../../../lib/studies/prices/predictions';
import {
  featureSource,
  fitScaler,
  type PreparedData,
  prepareData,
  trainingPrices,
  truePrices,
} from '../../../lib/studies/prices/preparedData';
import { type PriceModel, trainedPriceModel } from '../../../lib/studies/prices/priceModel';
import type { Run } from '../../../lib/studies/prices/settings';
import { fitTarget, targetKinds, toPrice, toTarget } from '../../../lib/studies/prices/target';
import { cents } from '../../../lib/studies/prices/units';
import type { TensorFlow } from '../../../lib/tensorflow/backend';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';
import { largestDifference } from '../../networks/weightFiles';
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

describe('the prepared', () => {
  it('have a feature row for every picture dealt, and one more for each copy of a training picture', () => {
    const { parts, rows, features } = prepared;
    const { training, validation, test } = parts.rows;
    expect(features.count).toBe(rows.length);
    expect(rows).toHaveLength((1 + run.config.variants) * training.length + validation.length + test.length);
    expect(Math.min(training.length, validation.length, test.length)).toBeGreaterThan(0);
  });

  it('are taken from what lies there the second time', async () => {
    const again = await prepareData(run);
    expect([again.stages.images.reused, again.stages.features.reused]).toEqual([true, true]);
    again.close();
  });

  it.skipIf(process.platform !== 'linux')('leave no file open when they cannot be gathered', async () => {
    const inRoot = (): string[] =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          const file = readlinkSync(`/proc/self/fd/${fd}`);
          return file.startsWith(tiny.root) ? [file] : [];
        } catch {
          return []; // the descriptor of this very listing
        }
      });
    const before = inRoot();
    const work = path.join(tiny.root, 'stopped');
    const weights = { ...prepared.weights, arrays: [] }; // not those of the layers
    const doomed = { ...run, config: { ...run.config, work }, weights };
    await expect(prepareData(doomed)).rejects.toEqual(withCode('WRONG_ARCHITECTURE'));
    expect(inRoot()).toEqual(before);
    rmSync(work, { recursive: true });
  });
});

describe('the scaler', () => {
  it.each(targetKinds)('is fitted on the training games, each counted once: %s', (kind) => {
    const { selection } = prepared;
    const training = new Set(selection.split.training);
    const prices = selection.kept.filter(({ id }) => training.has(id)).map(({ price }) => price);
    expect(trainingPrices(selection)).toEqual(prices);
    expect(prices).toHaveLength(selection.split.training.length);
    expect(fitScaler(selection, kind)).toEqual(fitTarget(kind, prices));
  });

  it('does not know the prices of validation and test games', () => {
    const { selection } = prepared;
    const training = new Set(selection.split.training);
    const dearer = (all: boolean) => ({
      ...selection,
      kept: selection.kept.map((game) =>
        training.has(game.id) === all ? { ...game, price: cents(game.price * 3 + 1) } : game,
      ),
    });
    expect(fitScaler(dearer(false), 'log1p')).toEqual(fitScaler(selection, 'log1p'));
    expect(fitScaler(dearer(true), 'log1p')).not.toEqual(fitScaler(selection, 'log1p'));
  });
});

describe('a source of features', () => {
  it('has the features and the targets of the wanted rows, in their order', async () => {
    const scaler = fitScaler(prepared.selection, 'log1p');
    const source = featureSource(prepared, scaler, ({ part }) => part === 'validation');
    const { rows, images, features } = prepared;
    const own = rows.flatMap(({ part }, i) => (part === 'validation' ? [i] : []));
    expect(source.count).toBe(own.length);
    expect(source.shape).toEqual([2, 2, 1280]);
    const prices = truePrices(prepared.selection);
    const targets = own.map((i) => toTarget(scaler, prices.get(images.index.columns.item[rows[i]!.image]!)!));
    expect(await source.read([1, 0], 1)).toEqual({
      x: features.read([own[1]!, own[0]!]),
      y: Float32Array.of(targets[1]!, targets[0]!),
    });
  });
});

describe('training', () => {
  it('is done once: the second call takes the same history and weights, and shows no epoch', async () => {
    const before = tf.memory().numTensors;
    const seen = watched(run);
    const first = await trainedPriceModel(seen.run, prepared, 'log1p');
    const second = await trainedPriceModel(seen.run, prepared, 'log1p');
    expect(seen.counts('Training, target log1p')).toEqual(['1/2', '2/2']);
    expect([first.reused, second.reused]).toEqual([false, true]);
    expect(second.history).toEqual(first.history);
    expect(first.history.epochs).toHaveLength(2);
    expect(second.scaler).toEqual(fitScaler(prepared.selection, 'log1p'));
    const weights = second.layers.getWeights();
    first.layers.getWeights().forEach((weight, i) => {
      expect(largestDifference(weight.dataSync(), weights[i]!.dataSync())).toBe(0);
    });
    first.dispose();
    second.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is done again when a setting, a price or the part of a picture is another', async () => {
    const keyOf = async (changed: Run, of: PreparedData): Promise<string> => {
      const { key, dispose } = await trainedPriceModel(changed, of, 'log1p');
      dispose();
      return key;
    };
    const { selection, rows } = prepared;
    const { validation, test } = selection.split;
    const work = path.join(tiny.root, 'short');
    const short = { ...run, config: { ...run.config, epochs: 1, work } };
    const kept = selection.kept.map((game) =>
      game.id === test[0] ? { ...game, price: cents(game.price + 1) } : game,
    );
    // The last validation row becomes a test row: features, prices and scaler stay what they are.
    const at = rows.findLastIndex(({ part }) => part === 'validation');
    const moved = rows.map((row, i) => (i === at ? { ...row, part: 'test' as const } : row));
    expect(validation.length).toBeGreaterThan(0);
    const keys = [
      await keyOf(run, prepared),
      await keyOf(short, prepared),
      await keyOf(short, { ...prepared, selection: { ...selection, kept } }),
      await keyOf(short, { ...prepared, rows: moved }),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  it('leaves no tensor and no model behind when it is interrupted, but a checkpoint from which it goes on', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const work = path.join(tiny.root, 'halfway');
    const there = { ...run, config: { ...run.config, work } };
    const stopped = watched({ ...there, signal: controller.signal }, () => controller.abort());
    const training = trainedPriceModel(stopped.run, prepared, 'log1p');
    await expect(training).rejects.toEqual(withCode('INTERRUPTED'));
    expect(tf.memory().numTensors).toBe(before);
    const [left, ...others] = readdirSync(path.join(work, 'models'));
    expect([left, others]).toEqual([expect.stringMatching(/-log1p\.checkpoint$/), []]);
    const again = watched(there);
    const value = await trainedPriceModel(again.run, prepared, 'log1p');
    expect(again.counts('Training, target log1p')).toEqual(['2/2']);
    expect(readdirSync(path.join(work, 'models')).filter((name) => name.endsWith('.checkpoint'))).toEqual([]);
    const whole = await trainedPriceModel(run, prepared, 'log1p');
    const losses = ({ history }: PriceModel) =>
      history.epochs.map(({ training: own, validation }) => [own, validation]);
    expect(losses(value)).toEqual(losses(whole));
    value.dispose();
    whole.dispose();
  });

  it('follows the schedule of the settings', async () => {
    const work = path.join(tiny.root, 'cosine');
    const cosine: Run = { ...run, config: { ...run.config, work, schedule: 'cosine' } };
    const value = await trainedPriceModel(cosine, prepared, 'log1p');
    const { learningRate } = run.config;
    expect(value.history.epochs[0]!.learningRate).toBe(learningRate); // warm after one epoch
    expect(value.history.epochs[1]!.learningRate).toBeLessThan(learningRate);
    value.dispose();
  });
});

describe('the predictions', () => {
  it('are of exactly the validation and test pictures, each with its truth, and are reused', async () => {
    const before = tf.memory().numTensors;
    const trained = await trainedPriceModel(run, prepared, 'log1p');
    const predictions = await predictPictures(run, prepared, trained);
    const { parts, images, selection } = prepared;
    const { columns } = images.index;
    const prices = truePrices(selection);
    for (const part of ['validation', 'test'] as const) {
      const own = predictions.filter((prediction) => prediction.part === part);
      expect(own.map(({ image }) => image)).toEqual(parts.rows[part]);
      expect(own.every(({ id }) => selection.split[part].includes(id))).toBe(true);
    }
    expect(predictions).toHaveLength(parts.rows.validation.length + parts.rows.test.length);
    for (const { id, file, image, predicted, label } of predictions) {
      expect([id, file]).toEqual([columns.item[image], columns.file[image]]);
      expect(label).toBe(prices.get(id));
      expect(predicted.price).toBe(toPrice(trained.scaler, predicted.output));
    }
    expect(await predictPictures(run, prepared, trained)).toEqual(predictions);
    trained.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
