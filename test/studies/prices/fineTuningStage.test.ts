import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backboneFile } from '../../../lib/networks/backbones';
import { fineTuneModel } from '../../../lib/studies/prices/fineTuningStage';
import { predictPictures } from '../../../lib/studies/prices/predictions';
import { featureSource, type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import { trainedPriceModel } from '../../../lib/studies/prices/priceModel';
import { priceTask } from '../../../lib/studies/prices/priceTask';
import type { Run } from '../../../lib/studies/prices/settings';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { evaluate } from '../../../lib/training/predict';
import { withCode } from '../../data/close';
import { tinyData, watched } from './tinyData';
import { tinyTuning } from './tinyTuning';

const tiny = tinyData();
let tf: TensorFlow;
let native: boolean;
let run: Run;
let prepared: PreparedData;
let trained: Awaited<ReturnType<typeof trainedPriceModel>>;
const kind = 'log1p';
beforeAll(async () => {
  const backend = await loadTensorFlow();
  [tf, native] = [backend.tf, backend.name === 'tensorflow'];
  run = tiny.run({
    ...tinyTuning,
  });
  prepared = await prepareData(run);
  if (native) trained = await trainedPriceModel(run, prepared, kind);
});
afterAll(() => {
  prepared.close();
  if (native) trained.dispose();
});

describe('fine-tuning the report’s model', () => {
  it('leaves a base that any run can take, with a head that fits it', async ({ skip }) => {
    skip(!native, 'training a convolution needs native TensorFlow');
    const tensors = tf.memory().numTensors;
    const seen = watched(run);
    const tuned = (await fineTuneModel(seen.run, prepared, trained))!;
    const { weights, layers, before, after, improved, history } = tuned;
    expect(seen.counts('Fine-tuning')).toEqual(['1/2', '2/2']);
    expect(history.settings.learningRate).toBeCloseTo(0.0003, 12);
    expect(improved).toBe(true);
    expect(after.mse).toBeLessThan(before.mse!);
    const alone = (source: PreparedData) =>
      featureSource(source, trained.scaler, ({ part }) => part === 'validation');
    const { batchSize } = run.config;
    // What is kept before the blocks is rounded to half precision, as features are: a per cent of the error.
    const task = priceTask(trained.scaler);
    const frozen = await evaluate(trained.layers, task, alone(prepared), batchSize);
    expect(Math.abs(frozen.mse! / before.mse! - 1)).toBeLessThan(0.01);

    const file = path.join(tuned.folder, 'base.h5');
    const found = await backboneFile(file);
    expect(found.sha256).toBe(weights.sha256);
    expect(found.arrays.map(({ data }) => data)).toEqual(weights.arrays.map(({ data }) => data));
    expect(weights.name).toMatch(/last 2 blocks fine-tuned$/);
    const next = await prepareData({ ...run, weights });
    const whole = await evaluate(layers, task, alone(next), batchSize);
    expect(Math.abs(whole.mse! / after.mse! - 1)).toBeLessThan(0.01);
    expect((await predictPictures(run, next, tuned)).length).toBeGreaterThan(0);
    next.close();
    tuned.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('is done once and leaves no checkpoint', async ({ skip }) => {
    skip(!native, 'as above');
    const again = (await fineTuneModel(run, prepared, trained))!;
    expect(again.reused).toBe(true);
    again.dispose();
    expect(readdirSync(path.dirname(again.folder)).filter((name) => name.endsWith('.checkpoint'))).toEqual(
      [],
    );
  });

  it('keeps a checkpoint when it is interrupted, and goes on from there', async ({ skip }) => {
    skip(!native, 'as above');
    const controller = new AbortController();
    const other = { ...run, config: { ...run.config, fineTuneBlocks: 1 } };
    const stopped = watched({ ...other, signal: controller.signal }, (label) =>
      label === 'Fine-tuning' ? controller.abort() : undefined,
    );
    await expect(fineTuneModel(stopped.run, prepared, trained)).rejects.toEqual(withCode('INTERRUPTED'));
    const seen = watched(other);
    const tuned = (await fineTuneModel(seen.run, prepared, trained))!;
    expect(seen.counts('Fine-tuning')).toEqual(['2/2']);
    tuned.dispose();
  });

  it('is not done while no block is to learn', async () => {
    const none = { ...run, config: { ...run.config, fineTuneBlocks: 0 } };
    expect(await fineTuneModel(none, prepared, trained)).toBeNull();
  });

  it('is refused for a base whose blocks it does not know', async ({ skip }) => {
    skip(!native, 'training a convolution needs native TensorFlow');
    const other = { ...prepared, weights: { ...prepared.weights, architecture: 'ResNet-50' } };
    await expect(fineTuneModel(run, other, trained)).rejects.toEqual(withCode('BAD_SETTING'));
  });
});
