import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compareNetworks } from '../../../lib/studies/prices/networks';
import { validationError } from '../../../lib/studies/prices/predictions';
import { type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import { trainedPriceModel } from '../../../lib/studies/prices/priceModel';
import type { Run } from '../../../lib/studies/prices/settings';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let prepared: PreparedData;
beforeAll(async () => {
  vi.stubEnv('PIP_NO_INDEX', '1');
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 1 });
  prepared = await prepareData(run);
});
afterAll(() => prepared.close());

describe('networks on the same split', () => {
  it('are the run’s own with its error, those from scratch, and a reason for each that cannot be had', async () => {
    const before = tf.memory().numTensors;
    const trained = await trainedPriceModel(run, prepared, 'log1p');
    const found = await compareNetworks(run, prepared, trained);
    expect(found.rows.map(({ name, frozen, epochs }) => [name, frozen, epochs])).toEqual([
      ['MobileNetV2, alpha 0.35', true, 1],
      ['small CNN', false, 1],
      ['VGG-like CNN', false, 1],
    ]);
    expect(found.rows[0]!.error).toEqual(await validationError(run, prepared, trained));
    expect(new Set(found.rows.map(({ error }) => error.estimate)).size).toBe(3);
    const [small, vgg] = found.rows.slice(1).map(({ weights }) => weights);
    // Kernels, and gamma and beta of each normalization; 64 px leave 4 × 4 places of 128 channels.
    expect(small).toBe(9 * (3 * 16 + 16 * 32 + 32 * 64 + 64 * 128) + 2 * (16 + 32 + 64 + 128) + 128 + 1);
    const pairs = 3 * 16 + 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64 + 64 * 128 + 128 * 128;
    expect(vgg).toBe(9 * pairs + 4 * (16 + 32 + 64 + 128) + 4 * 4 * 128 * 128 + 128 + 128 + 1);
    expect(found.missing.map((reason) => reason.split(':')[0])).toEqual([
      'efficientnet-lite0',
      'resnet50',
      'efficientnetv2-s',
    ]);
    const again = watched(run);
    expect(await compareNetworks(again.run, prepared, trained)).toEqual(found);
    expect(again.labels).not.toContain('Networks');
    trained.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
