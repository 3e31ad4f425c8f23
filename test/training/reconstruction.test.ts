import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../lib/core/run';
import type { ClassData } from '../../lib/data/classData';
import { mean } from '../../lib/data/numbers';
import { loadTensorFlow } from '../../lib/tensorflow/backend';
import { codes, components, reconstructed, trainAutoencoder } from '../../lib/training/reconstruction';
import { sharedFolder } from '../temporary';
import { openClasses } from './classTraining';

const root = sharedFolder();
let run: Run;
let data: ClassData;
beforeAll(async () => {
  ({ run, data } = await openClasses(root));
});
afterAll(() => data.images.close());

describe('an autoencoder that was trained on pictures', () => {
  it('gives back what its history says, has 128 numbers for each, and leaves no tensor', async () => {
    const { tf } = await loadTensorFlow();
    const before = tf.memory().numTensors;
    const trained = await trainAutoencoder(run, data);
    const { images, rows } = data;
    const { epochs, bestEpoch } = trained.history;
    const { faces, errors } = await reconstructed(trained.folder, images, rows.validation);
    expect(mean(errors)).toBeCloseTo(epochs[bestEpoch - 1]!.validation.mse!, 6); // sums in another order
    expect(faces.map(({ length }) => length)).toEqual(rows.validation.map(() => 32 * 32 * 3));
    const look = await codes(trained, 32).rows(async () => images);
    expect(look.shape).toEqual([1, 1, 4 * 4 * 8]);
    expect(look.read([0, images.count - 1])).toHaveLength(2 * 128);
    expect((await trainAutoencoder(run, data)).reused).toBe(true);
    expect(tf.memory().numTensors).toBe(before);
  }, 60_000);
});

describe('principal components of the pixels', () => {
  it('lose less the more there are, and are the same numbers again for a picture', async () => {
    await loadTensorFlow();
    const [few, more] = [1, 4].map((count) => components(data, count, 1));
    const { test } = data.rows;
    expect(mean(more!.errors(test))).toBeLessThan(mean(few!.errors(test)));
    const { shape, read } = await more!.look.rows(async () => data.images);
    expect(shape).toEqual([1, 1, 4]);
    expect(read([3])).toEqual(read([2, 3]).slice(4));
  });
});
