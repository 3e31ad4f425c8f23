import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainImages } from '../../../lib/explain/explainImages';
import { lowers, raises } from '../../../lib/explain/heatMap';
import type { ExplanationMethod } from '../../../lib/explain/method';
import { explanationMethods } from '../../../lib/explain/methods';
import { outputColumn } from '../../../lib/explain/scoreTarget';
import { assignWeights, buildMobilenet } from '../../../lib/networks/mobilenet';
import {
  type Example,
  explainedScore,
  explainPictures,
  pickExamples,
} from '../../../lib/studies/prices/explainStage';
import {
  type ImagePrediction,
  predictPictures,
  type Trained,
  trainTarget,
} from '../../../lib/studies/prices/headStage';
import type { AnyMethodName } from '../../../lib/studies/prices/pictureExplainer';
import { type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import type { Run } from '../../../lib/studies/prices/settings';
import { type AppId, cents, targetValue } from '../../../lib/studies/prices/units';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';
import { largestDifference } from '../../networks/weightFiles';
import { tinyData, watched } from './tinyData';

describe('picking examples', () => {
  const prediction = (game: number, predicted: number, price: number, truth: number): ImagePrediction => ({
    id: String(game) as AppId,
    image: 10 * game + predicted,
    file: `${game}.jpg`,
    part: 'test',
    predicted: targetValue(predicted),
    price: cents(price),
    truth: cents(truth),
  });

  it('takes the cheapest, the dearest, then the best and worst predictions of the rest, one picture a game', () => {
    const games = [
      prediction(1, 0, 500, 100), // a cheap one
      prediction(2, 0, 500, 200),
      prediction(3, 0, 300, 300), // exact
      prediction(4, 0, 900, 400), // off by a factor of 2¼
      prediction(5, 0, 490, 500), // nearly
      prediction(6, 0, 600, 900),
      prediction(7, 0, 600, 5000), // a dear one, and far off
      prediction(8, 0, 600, 4000),
    ];
    const told = (each?: number): string[] =>
      pickExamples(games, each).map((example) => `${example.kind}: ${example.prediction.id}`);
    expect(told(1)).toEqual(['cheap: 1', 'dear: 7', 'well predicted: 3', 'badly predicted: 8']);
    expect(told()).toEqual([
      'cheap: 1',
      'cheap: 2',
      'dear: 7',
      'dear: 8',
      'well predicted: 3',
      'well predicted: 5',
      'badly predicted: 4',
      'badly predicted: 6',
    ]);
    expect(told(0)).toEqual([]);
  });

  it('shows of a game the picture in the middle of its predictions', () => {
    const pictures = [5, 1, 3].map((predicted) => prediction(1, predicted, 100 * predicted, 100));
    expect(pickExamples(pictures, 2)).toEqual([{ kind: 'cheap', prediction: pictures[2] }]);
  });

  it('takes fewer when there are not enough games, and none from none', () => {
    const games = [1, 2, 3].map((game) => prediction(game, 0, 100, 100 * game));
    expect(pickExamples(games).map(({ kind }) => kind)).toEqual(['cheap', 'cheap', 'dear']);
    expect(pickExamples([])).toEqual([]);
  });
});

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
let trained: Trained;
let examples: Example[];

describe('explaining pictures', () => {
  beforeAll(async () => {
    ({ tf } = await loadTensorFlow());
    run = tiny.run({ epochs: 2 });
    prepared = await prepareData(run);
    const result = await trainTarget(run, prepared, 'log1p');
    trained = result.value;
    examples = pickExamples((await predictPictures(run, prepared, result)).value, 1);
  });
  afterAll(() => {
    trained.model.dispose();
    prepared.close();
  });

  const at = (gradCamLayer: string): Run => ({ ...run, config: { ...run.config, gradCamLayer } });

  /** The same by way of the layers model, from the pixels of the store. */
  const directly = async (layer: string, method?: ExplanationMethod): Promise<Float32Array[]> => {
    const base = buildMobilenet(prepared.weights.alpha, run.config.imageSize);
    assignWeights(base, prepared.weights.arrays);
    const pixels = prepared.images.read(examples.map(({ prediction }) => prediction.image));
    const images = Float32Array.from(pixels, (value) => value / 127.5 - 1);
    const { maps } = await explainImages({ base, head: trained.model, layer, images, method });
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
    explained.forEach(({ kind, prediction, map }, i) => {
      expect({ kind, prediction }).toEqual(examples[i]);
      expect([map.width, map.height]).toEqual([side, side]);
      const largest = expected[i]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBeGreaterThan(0);
      expect(largestDifference(map.values, expected[i]!)).toBeLessThan(1e-4 * Math.max(largest, 1));
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('explains the price or the hurdle of a hurdle model, and no hurdle where there is none', async () => {
    const { value: hurdle } = await trainTarget(run, prepared, 'hurdle');
    const maps = async (output?: 'price' | 'paid'): Promise<Float32Array> =>
      (await explainPictures(at('out_relu'), prepared, hurdle, examples.slice(0, 1), output))[0]!.map.values;
    const expected = async (column: number): Promise<Float32Array> => {
      const base = buildMobilenet(prepared.weights.alpha, run.config.imageSize);
      assignWeights(base, prepared.weights.arrays);
      const pixels = prepared.images.read([examples[0]!.prediction.image]);
      const images = Float32Array.from(pixels, (value) => value / 127.5 - 1);
      const target = outputColumn(column);
      const { maps: found } = await explainImages({
        base,
        head: hurdle.model,
        layer: 'out_relu',
        images,
        target,
      });
      base.dispose();
      return found[0]!.values;
    };
    const [paid, price] = [await maps('paid'), await maps('price')];
    expect(largestDifference(price, await expected(1))).toBeLessThan(1e-4); // as below
    expect(largestDifference(paid, await expected(0))).toBeLessThan(1e-4);
    expect(largestDifference(paid, price)).toBeGreaterThan(1e-3);
    expect(await maps()).toEqual(price);
    expect(explainedScore('hurdle').name).toContain('log price');
    const units = (['log1p', 'hurdle', 'standardized'] as const).map((kind) => explainedScore(kind).unit);
    const [log] = units;
    expect(units).toEqual([log, log, 'standard deviations of the price']);
    expect(log).toBe('standard deviations of the log price');
    expect(explainedScore('hurdle', 'paid').unit).toBe('logits');
    expect(() => explainedScore('log1p', 'paid')).toThrow(withCode('BAD_INPUT'));
    hurdle.model.dispose();
  });

  it('explains by any method, each with a map of its own', async () => {
    const by = async (method?: AnyMethodName): Promise<Float32Array[]> =>
      (await explainPictures(at('out_relu'), prepared, trained, examples, 'price', method)).map(
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
        'price',
        method,
      )) {
        expect(up).toEqual(raises(map));
        if (method === 'grad-cam') expect(down).toEqual(lowers(map));
        else expect(Math.max(...down.values)).toBeGreaterThan(0);
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
    const [first] = await explainPictures(
      shown,
      prepared,
      trained,
      examples.slice(0, 1),
      'price',
      'occlusion',
    );
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
});
