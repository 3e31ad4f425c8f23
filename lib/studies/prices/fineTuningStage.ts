import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../../core/errors';
import { sha256 } from '../../core/files';
import { dataName, stageFolder } from '../../core/run';
import { recordStage, type Staged } from '../../core/stage';
import type { BaseWeights } from '../../networks/backbone';
import { computeFeatures } from '../../networks/featureStage';
import { readKerasWeights, writeKerasWeights } from '../../networks/hdf5';
import { layerBefore } from '../../networks/mobilenetV2';
import { loadModel, saveModel } from '../../networks/modelFile';
import { tensorflow } from '../../tensorflow/backend';
import { withEpochs } from '../../training/epochs';
import { type FineTuning, fineTune } from '../../training/fineTuning';
import type { TrainingSettings } from '../../training/settings';
import { featureSource, type PreparedData } from './preparedData';
import { loadPriceModel, type PriceModel } from './priceModel';
import { priceTask } from './priceTask';
import type { Run } from './settings';

/** A base and a head that were trained on together, in the folder of a stage. */
export type FineTuned = PriceModel &
  Omit<FineTuning, 'arrays'> & {
    /** The base as weights of its own: features made with the ones before do not fit the head. */
    weights: BaseWeights;
  };

export const BASE_FILE = 'base.h5';

/** The base moves by a hundredth of the rate at which the head learnt. */
const rateShare = 0.01;

/** Trains the base's last `fineTuneBlocks` blocks with the head; null for 0 or without native TensorFlow. The caller disposes the model. */
export async function fineTuneModel(
  run: Run,
  prepared: PreparedData,
  model: Staged<PriceModel>,
): Promise<Staged<FineTuned> | null> {
  const { epochs, patience, batchSize, learningRate, seed, fineTuneBlocks: blocks } = run.config;
  if (blocks === 0 || tensorflow().name !== 'tensorflow') return null;
  if (!prepared.weights.architecture.startsWith('MobileNetV2')) {
    const advice = 'leave it at 0, or choose --backbone mobilenetv2';
    throw new ReportError(
      'BAD_SETTING',
      `REPORT_FINE_TUNE_BLOCKS is ${blocks}, but only MobileNetV2's blocks can learn here: ${advice}.`,
    );
  }
  const rate = rateShare * learningRate;
  const settings: TrainingSettings = { epochs, patience, batchSize, learningRate: rate, seed };
  const folder = stageFolder(run.config, 'models', `${dataName(run.config)}-fine-tuned`);
  const { scaler } = model;
  return recordStage<FineTuned>({
    name: 'fine-tuning',
    version: 4,
    folder,
    inputs: { model: model.key, features: prepared.stages.features.key, blocks, settings },
    make: async (target) => {
      const { head, arrays, ...rest } = await tune(run, prepared, model, settings, `${folder}.checkpoint`);
      try {
        await writeKerasWeights(path.join(target, BASE_FILE), arrays);
        await saveModel(target, head, { scaler, ...rest });
      } finally {
        head.dispose();
      }
    },
    load: async (target) => ({
      ...(await loadPriceModel<PriceModel & Omit<FineTuning, 'arrays'>>(target)),
      weights: await readBase(target, prepared.weights, blocks),
    }),
  });
}

/** The head comes back as one of its own, which the caller disposes. */
async function tune(
  run: Run,
  prepared: PreparedData,
  { scaler, folder }: Staged<PriceModel>,
  settings: TrainingSettings,
  checkpoint: string,
): Promise<FineTuning & { head: LayersModel }> {
  const from = layerBefore(run.config.fineTuneBlocks);
  const rows = prepared.rows.filter(({ part }) => part !== 'test');
  const features = await computeFeatures(run, prepared.images, prepared.weights, rows, from);
  const { model: head } = await loadModel(folder);
  const task = priceTask(scaler);
  const data = { ...prepared, rows, features: features.value, stages: { features } };
  const source = (part: 'training' | 'validation') => featureSource(data, scaler, (row) => row.part === part);
  try {
    const tuned = await withEpochs(run, 'Fine-tuning', settings.epochs, task, (show) =>
      fineTune({
        base: prepared.weights,
        imageSize: run.config.imageSize,
        from,
        head,
        task,
        training: source('training'),
        validation: source('validation'),
        settings,
        onEpoch: show,
        checkpoint: { file: checkpoint },
        signal: run.signal,
      }),
    );
    return { ...tuned, head };
  } catch (error) {
    head.dispose();
    throw error;
  } finally {
    features.value.close();
  }
}

async function readBase(folder: string, before: BaseWeights, blocks: number): Promise<BaseWeights> {
  const file = path.join(folder, BASE_FILE);
  return {
    ...before,
    source: 'file',
    name: `${before.name}, its last ${blocks === 1 ? 'block' : `${blocks} blocks`} fine-tuned`,
    sha256: sha256(await readFile(file)),
    arrays: await readKerasWeights(file),
  };
}
