import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backboneModel } from '../../lib/networks/backbone';
import { restartDropout } from '../../lib/networks/dropout';
import { buildHead, type HeadSettings } from '../../lib/networks/head';
import { loadModel, readModelMeta, saveModel } from '../../lib/networks/modelFile';
import { modelWeights } from '../../lib/networks/modelWeights';
import { smallCnn } from '../../lib/networks/smallCnn';
import { mobilenet, randomWeights } from '../../lib/networks/weightArrays';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { output, withHead } from './heads';

const small: HeadSettings = { l2: 0.01, dropout1: 0.6, dropout2: 0.7, seed: 42, filters: 4, units: [6, 5] };

let tf: TensorFlow;
let folder: string;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  folder = await mkdtemp(path.join(tmpdir(), 'model-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a browser would fetch from a server of this folder. */
const fetchFrom =
  (place: string) =>
  async (url: unknown): Promise<Response> =>
    new Response(await readFile(path.join(place, new URL(String(url)).pathname)));

describe('saveModel and loadModel', () => {
  it('give back a head with the same predictions, weights and remarks, and free nothing but their own', async () => {
    const before = tf.memory().numTensors;
    const place = path.join(folder, 'good');
    const head = buildHead([3, 3, 8], small);
    await saveModel(place, head, { target: { kind: 'log1p', mean: 6.5 } });
    const loaded = await loadModel(place);
    expect(loaded.meta).toEqual({ target: { kind: 'log1p', mean: 6.5 } });
    expect(modelWeights(loaded.model)).toEqual(modelWeights(head));
    expect(output(loaded.model)).toEqual(output(head));
    restartDropout(head, 7);
    restartDropout(loaded.model, 7);
    expect(output(loaded.model, true)).toEqual(output(head, true));
    head.dispose();
    loaded.model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('replace the head that was there and leave one file of weights', async () => {
    const place = path.join(folder, 'twice');
    for (const seed of [1, 2]) {
      await withHead(buildHead([3, 3, 8], { ...small, seed }), (head) => saveModel(place, head, { seed }));
    }
    const { model, meta } = await loadModel(place);
    expect(meta).toEqual({ seed: 2 });
    expect((await readdir(place)).filter((name) => name.endsWith('.bin'))).toHaveLength(1);
    model.dispose();
  });

  it('keep any model of one output, such as one built in a notebook', async () => {
    const own = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [2, 2, 3] }),
        tf.layers.dense({ units: 4, activation: 'tanh' }),
        tf.layers.dense({ units: 1 }),
      ],
    });
    await saveModel(path.join(folder, 'own'), own);
    const { model } = await loadModel(path.join(folder, 'own'));
    expect(output(model)).toEqual(output(own));
    own.dispose();
    model.dispose();
  });

  it('are read by plain TensorFlow.js as a browser reads them, dropout included', async () => {
    const place = path.join(folder, 'browser');
    const head = buildHead([3, 3, 8], small);
    await saveModel(place, head, { task: 'price' });
    const model = await tf.loadLayersModel(
      tf.io.http('http://host/model.json', { fetchFunc: fetchFrom(place) }),
    );
    expect(model.getLayer('dropout1').getClassName()).toBe('Dropout');
    expect(model.getUserDefinedMetadata()).toEqual({ task: 'price' });
    expect(output(model)).toEqual(output(head));
    head.dispose();
    model.dispose();
  });

  it.each([
    ['the small CNN', () => smallCnn.build([32, 32, 3], { outputs: 3 }, 1)],
    ['a base and its ReLU6', () => backboneModel(mobilenet(randomWeights(0.35, 1), 0.35), 32)],
  ])('keep %s, which plain TensorFlow.js loads too', async (name, build) => {
    const place = path.join(folder, name);
    const own = build();
    await saveModel(place, own);
    const { model } = await loadModel(place);
    const plain = await tf.loadLayersModel(
      tf.io.http('http://host/model.json', { fetchFunc: fetchFrom(place) }),
    );
    expect(output(model)).toEqual(output(own));
    expect(output(plain)).toEqual(output(own));
    for (const each of [own, model, plain]) each.dispose();
  });

  it('give what was said of the model without its weights', async () => {
    const place = path.join(folder, 'said');
    await withHead(buildHead([3, 3, 8], small), (head) => saveModel(place, head, { seed: 3 }));
    await Promise.all(
      (await readdir(place))
        .filter((name) => name.endsWith('.bin'))
        .map((name) => rm(path.join(place, name))),
    );
    expect(await readModelMeta(place)).toEqual({ seed: 3 });
  });

  const damages: [string, (place: string, weights: string) => Promise<unknown>][] = [
    ['weights cut off', (_, weights) => truncate(weights, 100)],
    [
      'weights changed',
      async (_, weights) => {
        const bytes = await readFile(weights);
        bytes[40]! ^= 1;
        await writeFile(weights, bytes);
      },
    ],
    ['weights missing', (_, weights) => rm(weights)],
    ['a record cut off', (place) => truncate(path.join(place, 'model.json'), 50)],
    [
      'a record of something else',
      (place) => writeFile(path.join(place, 'model.json'), '{"format":"graph-model"}'),
    ],
    [
      'layers that do not exist',
      async (place) => {
        const file = path.join(place, 'model.json');
        await writeFile(file, (await readFile(file, 'utf8')).replaceAll('"Conv2D"', '"Conv9D"'));
      },
    ],
    [
      'layers of another size',
      async (place) => {
        const file = path.join(place, 'model.json');
        await writeFile(file, (await readFile(file, 'utf8')).replace('"filters": 4', '"filters": 5'));
      },
    ],
    ['nothing at all', (place) => rm(place, { recursive: true })],
  ];
  it.each(damages)('report %s as BAD_WEIGHTS and keep no tensor', async (name, damage) => {
    const place = path.join(folder, name);
    await withHead(buildHead([3, 3, 8], small), (head) => saveModel(place, head));
    const weights = (await readdir(place)).find((file) => file.endsWith('.bin'))!;
    await damage(place, path.join(place, weights));
    const before = tf.memory().numTensors;
    await expect(loadModel(place)).rejects.toMatchObject({ name: 'ReportError', code: 'BAD_WEIGHTS' });
    expect(tf.memory().numTensors).toBe(before);
  });
});
