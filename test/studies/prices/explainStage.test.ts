import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyMethodName } from '../../../lib/explain/baseAndHead';
import { explainImages } from '../../../lib/explain/explainImages';
import { lowers, raises } from '../../../lib/explain/heatMap';
import type { ExplanationMethod } from '../../../lib/explain/method';
import { explanationMethods } from '../../../lib/explain/methods';
import { outputColumn } from '../../../lib/explain/scoreTarget';
import { backboneModel } from '../../../lib/networks/backbone';
import { pickExamples } from '../../../lib/studies/prices/examples';
import {
  explainedScore,
  explainPictures,
  explainPredictions,
} from '../../../lib/studies/prices/explainStage';
import { predictPictures } from '../../../lib/studies/prices/predictions';
import { type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import { type PriceModel, trainedPriceModel } from '../../../lib/studies/prices/priceModel';
import type { Run } from '../../../lib/studies/prices/settings';
import type { PricePrediction } from '../../../lib/studies/prices/target';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';
import { largestDifference } from '../../networks/weightFiles';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();

let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
let trained: PriceModel;
let examples: PricePrediction[];

describe('explaining pictures', () => {
  beforeAll(async () => {
    ({ tf } = await loadTensorFlow());
    run = tiny.run({ epochs: 2 });
    prepared = await prepareData(run);
    const result = await trainedPriceModel(run, prepared, 'log1p');
    trained = result;
    examples = pickExamples(await predictPictures(run, prepared, result), 1).map(
      ({ prediction }) => prediction,
    );
  });
  afterAll(() => {
    trained.dispose();
    prepared.close();
  });

  const at = (gradCamLayer: string): Run => ({ ...run, config: { ...run.config, gradCamLayer } });

  /** The same by way of the layers model, from the pixels of the store. */
  const directly = async (layer: string, method?: ExplanationMethod): Promise<Float32Array[]> => {
    const base = backboneModel(prepared.weights, run.config.imageSize);
    const images = {
      count: examples.length,
      read: (rows: readonly number[]) => prepared.images.read(rows.map((row) => examples[row]!.image)),
    };
    const { maps } = await explainImages({ base, head: trained.layers, layer, images, method });
    base.dispose();
    return maps.map(({ values }) => values);
  };

  // The folded graph and the layers model agree in the features within 5e-4 of values up to 6, so in a map within 1e-4 of its largest.
  it.each([
    ['out_relu', 2],
    ['block_6_expand_relu', 8],
  ])('gives at %s the maps of explainImages within 1e-4, %d places wide', async (layer, side) => {
    const before = tf.memory().numTensors;
    const explained = await explainPictures(at(layer), prepared, trained, examples);
    const expected = await directly(layer);
    expect(explained).toHaveLength(examples.length);
    explained.forEach(({ prediction, map }, i) => {
      expect(prediction).toEqual(examples[i]);
      expect([map.width, map.height]).toEqual([side, side]);
      const largest = expected[i]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBeGreaterThan(0);
      expect(largestDifference(map.values, expected[i]!)).toBeLessThan(1e-4 * Math.max(largest, 1));
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('explains the price of a hurdle model', async () => {
    const hurdle = await trainedPriceModel(run, prepared, 'hurdle');
    const [found] = await explainPictures(at('out_relu'), prepared, hurdle, examples.slice(0, 1));
    const base = backboneModel(prepared.weights, run.config.imageSize);
    const expected = await explainImages({
      base,
      head: hurdle.layers,
      layer: 'out_relu',
      images: { count: 1, read: () => prepared.images.read([examples[0]!.image]) },
      target: outputColumn(1),
    });
    base.dispose();
    expect(largestDifference(found!.map.values, expected.maps[0]!.values)).toBeLessThan(1e-4); // as below
    expect(explainedScore('hurdle').name).toContain('log price');
    const units = (['log1p', 'hurdle', 'standardized'] as const).map((kind) => explainedScore(kind).unit);
    const [log] = units;
    expect(units).toEqual([log, log, 'standard deviations of the price']);
    expect(log).toBe('standard deviations of the log price');
    hurdle.dispose();
  });

  it('explains by any method, each with a map of its own', async () => {
    const by = async (method?: AnyMethodName): Promise<Float32Array[]> =>
      (await explainPictures(at('out_relu'), prepared, trained, examples, method)).map(
        ({ map }) => map.values,
      );
    const found = await by('hirescam');
    const expected = await directly('out_relu', explanationMethods.hirescam);
    found.forEach((values, i) => {
      expect(largestDifference(values, expected[i]!)).toBeLessThan(1e-4); // as above
    });
    expect(await by()).toEqual(await by('grad-cam'));
    expect(largestDifference(found[0]!, (await by('grad-cam'))[0]!)).toBeGreaterThan(0);
  });

  it('has what lowers a price also by methods that only know what raises one, with steady progress', async () => {
    const steps: [number, number][] = [];
    const shown: Run = {
      ...at('out_relu'),
      progress: () => ({ update: (done, total) => steps.push([done, total]), done: () => {} }),
    };
    for (const method of ['grad-cam', 'layercam', 'grad-cam++'] as const) {
      for (const { map, raises: up, lowers: down } of await explainPictures(
        shown,
        prepared,
        trained,
        examples,
        method,
      )) {
        if (method === 'grad-cam') expect([up, down]).toEqual([raises(map), lowers(map)]);
        else expect(Math.max(...down.values)).toBeGreaterThan(0);
        expect(
          largestDifference(
            map.values,
            up.values.map((value, i) => value - down.values[i]!),
          ),
        ).toBe(0);
        expect(Math.min(...up.values, ...down.values)).toBeGreaterThanOrEqual(0);
      }
    }
    const count = examples.length;
    expect(steps).toEqual([
      [count, count],
      [count / 2, count],
      [count, count],
      [count / 2, count],
      [count, count],
    ]);
  });

  it('explains by hiding parts of a picture: a map of its size', async () => {
    const before = tf.memory().numTensors;
    const { run: shown, labels } = watched(at('out_relu'));
    const [first] = await explainPictures(shown, prepared, trained, examples.slice(0, 1), 'occlusion');
    const { map } = first!;
    expect([map.width, map.height]).toEqual([64, 64]);
    expect(new Set(map.values).size).toBeGreaterThan(10);
    expect(map.values.every(Number.isFinite)).toBe(true);
    expect(labels).toContain('Pictures explained');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops between batches when it is told to', async () => {
    const signal = AbortSignal.abort();
    for (const layer of ['out_relu', 'block_6_expand_relu']) {
      const stopped = explainPictures({ ...at(layer), signal }, prepared, trained, examples);
      await expect(stopped).rejects.toEqual(withCode('INTERRUPTED'));
    }
  });

  it('gives nothing for no pictures', async () => {
    for (const layer of ['out_relu', 'block_6_expand_relu']) {
      expect(await explainPictures(at(layer), prepared, trained, [])).toEqual([]);
    }
  });

  it('refuses a layer that the base does not have, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const wrong = explainPictures(at('top_relu'), prepared, trained, examples);
    await expect(wrong).rejects.toEqual(withCode('BAD_INPUT'));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('explains predictions once for all figures of a report, and takes them from there again', async () => {
    const result = await trainedPriceModel(run, prepared, 'log1p');
    const first = await explainPredictions(run, prepared, result, examples);
    const again = await explainPredictions(run, prepared, result, examples);
    expect([first.reused, again.reused]).toEqual([false, true]);
    expect(again.value).toEqual(first.value);
    const asked = await explainPictures(run, prepared, trained, examples);
    expect(again.value).toEqual(asked);
    const fewer = await explainPredictions(run, prepared, result, examples.slice(1));
    expect([fewer.reused, fewer.value.length]).toEqual([false, examples.length - 1]);
    expect((await explainPredictions(run, prepared, result, [])).value).toEqual([]);
    result.dispose();
  });
});
