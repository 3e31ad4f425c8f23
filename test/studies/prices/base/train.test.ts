import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot, sha256 } from '../../../../lib/core/files';
import { random } from '../../../../lib/core/random';
import { alphaOf } from '../../../../lib/networks/weightArrays';
import { ownBase } from '../../../../lib/networks/weights';
import { withFigures, writeCard } from '../../../../lib/studies/prices/base/card';
import type { BasePictures } from '../../../../lib/studies/prices/base/pictures';
import type { BaseSettings } from '../../../../lib/studies/prices/base/settings';
import { trainBase } from '../../../../lib/studies/prices/base/train';
import { viewSource } from '../../../../lib/studies/prices/base/views';
import { loadTensorFlow, type TensorFlow } from '../../../../lib/tensorflow/backend';
import { largestDifference } from '../../../networks/weightFiles';
import { sharedFolder } from '../../../temporary';

const size = 36;
const games = { training: 4, heldOut: 2 };
const { integer } = random(3, 'pixels');
/** Noise that shows nothing, whose answers are always the same. */
const pictures: BasePictures = {
  size,
  key: 'noise',
  pixels: Uint8Array.from({ length: 12 * size * size * 3 }, () => integer(0, 255)),
  drawn: Array.from({ length: 12 }, () => ({
    style: 'neon',
    place: 'city',
    hour: 'noon',
    figures: ['car'],
    hud: false,
    text: [],
  })),
};
const view = { side: 32, scale: [0.9, 1], brightness: 0.1, hue: 20 } as const;
const settings: BaseSettings = {
  alpha: 0.35,
  seed: 1,
  games,
  momentum: 0.9,
  phases: [
    { view, gamesPerBatch: 2, epochs: 3, learningRate: 0.003, warmUpEpochs: 1 },
    { view: { ...view, hue: 0 }, gamesPerBatch: 2, epochs: 2, learningRate: 0.0001, warmUpEpochs: 0 },
  ],
};

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

/** A run that is stopped at step `stop` of a training. */
function running(stop = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const update = (done: number): void => {
    if (done === stop) controller.abort();
  };
  return { signal: controller.signal, progress: () => ({ update, done: () => {} }) };
}

describe('training the base', () => {
  it('learns phase by phase, goes on after an interruption, and ends where it would have ended without', async () => {
    const before = tf.memory().numTensors;
    const [folder, other] = [sharedFolder(), sharedFolder()];
    const first = await trainBase(running(), folder, pictures, {
      ...settings,
      phases: settings.phases.slice(0, 1),
    });
    expect(alphaOf(first.arrays)).toBe(0.35);
    const losses = first.histories[0]!.epochs.map(({ training }) => training.loss!); // one phase
    expect(losses[2]).toBeLessThan(losses[0]!); // it learns what is always the same
    cpSync(folder, other, { recursive: true });
    const whole = await trainBase(running(), folder, pictures, settings);
    expect(whole.histories[0]).toEqual(first.histories[0]); // not trained again
    const stopped = trainBase(running(3), other, pictures, settings);
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const resumed = await trainBase(running(), other, pictures, settings);
    const differences = resumed.arrays.map(({ data }, i) => largestDifference(data, whole.arrays[i]!.data));
    expect(Math.max(...differences)).toBeLessThan(1e-6); // the order of sums over threads may differ
    expect(tf.memory().numTensors).toBe(before);

    const card = path.join(folder, 'card.md');
    const given = readFileSync(path.join(projectRoot(), ownBase.card), 'utf8');
    writeFileSync(card, given);
    const weights = new Uint8Array(3);
    const heldOut = viewSource(pictures, { first: games.training, games: games.heldOut }, view, 1);
    await writeCard(card, weights, whole, heldOut);
    const written = readFileSync(card, 'utf8');
    expect(written).toContain(sha256(weights));
    expect(written).toMatch(/\| art style \| [\d.]+% right \| 100.0% \|/);
    expect(withFigures(written, 'none')).toBe(withFigures(given, 'none'));
  }, 300_000);

  it('reads the pictures of a game side by side, in another order in each epoch and as they are in epoch 0', () => {
    const source = viewSource(pictures, { first: 0, games: 4 }, view, 1);
    const plain = viewSource(pictures, { first: 0, games: 6 }, { ...view, scale: [1, 1], hue: 0 }, 1);
    const rows = [0, 1, 2, 3, 4, 5, 6, 7];
    expect(source.read(rows, 1)).toEqual(source.read(rows, 1));
    expect(source.read(rows, 2)).not.toEqual(source.read(rows, 1));
    expect(source.read(rows, 0)).toEqual(plain.read(rows, 0));
  });

  it('refuses a card without a place for figures', () => {
    expect(() => withFigures('# A card', '')).toThrow(/no place for figures/);
  });
});
