import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { predictGame } from '../../../lib/studies/prices/foundModel';
import { combine, groupByGame } from '../../../lib/studies/prices/perGame';
import { predictRows } from '../../../lib/studies/prices/predictions';
import { truePrices } from '../../../lib/studies/prices/preparedData';
import { modelFolder, openModel } from '../../../lib/studies/prices/reportModel';
import type { Run } from '../../../lib/studies/prices/settings';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { expectClose, withCode } from '../../data/close';
import { tinyData } from './tinyData';
import { tinyTuning } from './tinyTuning';

/** When set, a second phase counts as one that did not gain: pictures as few as these always let it. */
let inVain = false;
vi.mock('../../../lib/studies/prices/fineTuningStage', async (original) => {
  const module = await original<typeof import('../../../lib/studies/prices/fineTuningStage')>();
  return {
    ...module,
    fineTuneModel: async (...given: Parameters<typeof module.fineTuneModel>) => {
      const tuned = await module.fineTuneModel(...given);
      return tuned && inVain ? { ...tuned, improved: false } : tuned;
    },
  };
});

const tiny = tinyData();
let tf: TensorFlow;
let native: boolean;
const tuning = (changes: Partial<Run['config']> = {}): Run =>
  tiny.run({
    target: 'log1p',
    ...tinyTuning,
    ...changes,
  });
beforeAll(async () => {
  const backend = await loadTensorFlow();
  [tf, native] = [backend.tf, backend.name === 'tensorflow'];
});

describe('opening the report’s model', () => {
  it('gives head and features of the base that has learnt along, and so do the commands', async ({
    skip,
  }) => {
    skip(!native, 'training a convolution needs native TensorFlow');
    const tensors = tf.memory().numTensors;
    const run = tuning();
    const { prepared, model: trained, tuned } = await openModel(run);
    expect(tuned?.improved).toBe(true);
    expect(prepared.weights.sha256).toBe(tuned!.weights.sha256);
    expect(trained.base).toMatchObject({ sha256: tuned!.weights.sha256, fineTuned: true });
    expect(trained.folder).toBe(modelFolder(run));
    const rows = await predictRows(run, prepared, trained, ({ part }) => part === 'test');
    const [game] = groupByGame(rows, truePrices(prepared.selection));
    const files = rows.filter(({ id }) => id === game!.id).map(({ file }) => path.join(tiny.folder, file));
    prepared.close();
    trained.dispose();

    const guess = await predictGame(run, files);
    // Batches of another size may sum in another order: the last bits of float32, through half precision.
    expectClose([guess.price], [combine(game!.pictures, trained.scaler)], 2e-3);
    expect(guess.model.base.name).toMatch(/last 2 blocks fine-tuned$/);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('takes all of it from an earlier run, and refuses to predict when the tuned base is gone', async ({
    skip,
  }) => {
    skip(!native, 'as above');
    const run = tuning();
    const again = await openModel(run);
    expect(again.model.reused).toBe(true);
    const { file } = again.model.base;
    again.prepared.close();
    again.model.dispose();
    expect(existsSync(file!)).toBe(true);
    const picture = path.join(tiny.folder, 'screenshots');
    renameSync(file!, `${file}.away`);
    await expect(predictGame(run, [picture])).rejects.toEqual(withCode('BAD_WEIGHTS'));
    renameSync(`${file}.away`, file!);
  });

  it('stays with the base as it was where validation games do not gain', async ({ skip }) => {
    skip(!native, 'as above');
    const tensors = tf.memory().numTensors;
    inVain = true;
    const run = tuning({ work: path.join(tiny.root, 'in-vain') });
    const { prepared, model: trained, tuned } = await openModel(run);
    inVain = false;
    expect(tuned?.improved).toBe(false);
    expect(trained.base).toMatchObject({ source: 'own', fineTuned: false });
    expect(prepared.weights.sha256).toBe(trained.base.sha256);
    expect(trained.folder).toBe(modelFolder(run));
    prepared.close();
    trained.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('has no second phase unless it is asked for', async () => {
    const run = tuning({ fineTuneBlocks: 0, epochs: 1 });
    const { prepared, model: trained, tuned } = await openModel(run);
    expect(tuned).toBeNull();
    expect(trained.folder).toBe(modelFolder(run));
    prepared.close();
    trained.dispose();
  });
});
