import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../../../lib/core/random';
import { answerLength } from '../../../../lib/studies/prices/base/labels';
import type { BaseTrainingSettings } from '../../../../lib/studies/prices/base/learner';
import { type BasePictures, picturesPerGame } from '../../../../lib/studies/prices/base/pictures';
import { trainBase } from '../../../../lib/studies/prices/base/training';
import type { ViewSettings } from '../../../../lib/studies/prices/base/views';
import { loadTensorFlow } from '../../../../lib/tensorflow/backend';
import { largestDifference, temporaryFolder } from '../../../networks/weightFiles';

const size = 32;
const count = 8;
const folder = temporaryFolder();
const { integer } = random(3, 'pixels');
const pixels = Uint8Array.from({ length: count * size * size * 3 }, () => integer(0, 255));
const bytes = size * size * 3;
/** Noise that shows nothing, whose answers are all the first ones. */
const pictures: BasePictures = {
  count,
  size,
  key: 'noise',
  seconds: 0,
  read: (rows) =>
    Uint8Array.from(rows.flatMap((row) => [...pixels.subarray(row * bytes, (row + 1) * bytes)])),
  answersOf: (rows) => new Float32Array(rows.length * answerLength),
};
const view: ViewSettings = { height: size, width: size, scale: [0.8, 1], brightness: 0.1, hue: 20 };
const settings: BaseTrainingSettings = {
  alpha: 0.35,
  seed: 1,
  epochs: 3,
  windowEpochs: 1,
  window: view,
  whole: view,
  gamesPerBatch: 2,
  pairs: { weight: 1, temperature: 0.2, dims: 8 },
  learningRate: 0.003,
  warmUp: 2,
  momentum: 0.9,
  calibrationBatches: 2,
};
const games = count / picturesPerGame;

let native: boolean;
beforeAll(async () => {
  native = (await loadTensorFlow()).name === 'tensorflow';
});

describe('training the base', () => {
  it('goes on after an interruption and ends where it would have ended without', async ({ skip }) => {
    skip(!native, 'training needs native TensorFlow');
    const options = { pictures, games, settings };
    const whole = await trainBase({ ...options, checkpoint: path.join(folder, 'whole.bin') });
    expect(whole.losses).toHaveLength(3);
    expect(whole.losses[2]).toBeLessThan(whole.losses[0]!); // it learns what is always the same
    const checkpoint = path.join(folder, 'parts.bin');
    const controller = new AbortController();
    const interrupted = trainBase({
      ...options,
      checkpoint,
      signal: controller.signal,
      onEpoch: (epoch) => epoch === 2 && controller.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const epochs: number[] = [];
    const resumed = await trainBase({ ...options, checkpoint, onEpoch: (epoch) => epochs.push(epoch) });
    expect(epochs).toEqual([3]);
    expect(resumed.losses).toEqual(whole.losses);
    const differences = resumed.arrays.map(({ data }, i) => largestDifference(data, whole.arrays[i]!.data));
    expect(Math.max(...differences)).toBeLessThan(1e-6); // the order of sums over threads may differ
  }, 60_000);

  it('starts anew for other settings', async ({ skip }) => {
    skip(!native, 'as above');
    const checkpoint = path.join(folder, 'whole.bin');
    const epochs: number[] = [];
    await trainBase({
      pictures,
      games,
      settings: { ...settings, epochs: 1, seed: 2 },
      checkpoint,
      onEpoch: (epoch) => epochs.push(epoch),
    });
    expect(epochs).toEqual([1]);
  });
});
