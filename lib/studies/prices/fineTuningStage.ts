import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../../core/errors';
import { sha256 } from '../../core/files';
import { dataName, stageFolder } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import { readKerasWeights } from '../../networks/hdf5';
import { writeKerasWeights } from '../../networks/hdf5Writer';
import { layerBefore } from '../../networks/mobilenetV2';
import { loadModel, saveModel } from '../../networks/modelFile';
import type { BaseWeights } from '../../networks/weights';
import { tensorflow } from '../../tensorflow/backend';
import { epochEvents } from '../../training/eventFile';
import { type FineTuning, fineTune } from '../../training/fineTuning';
import { hashOf, weightValues } from '../../training/modelState';
import type { EpochRecord } from '../../training/training';
import type { TrainingSettings } from '../../training/trainingSettings';
import { computeFeatures } from './featureStage';
import type { Trained } from './headStage';
import { featureSource, type PreparedData } from './preparedData';
import { recordRun } from './runs';
import type { Run } from './settings';
import type { TrainingWatch } from './targets';

/** A base and a head that belong together. */
export interface FineTuned extends Omit<FineTuning, 'arrays'> {
  /** The base as weights of its own: features made with the ones before do not fit the head. */
  weights: BaseWeights;
  model: LayersModel;
}

/** Of the base with the arrays and the head in a stage's folder. */
export const BASE_FILE = 'base.h5';

/** The base moves by a hundredth of the rate at which the head learnt. */
const rateShare = 0.01;

/**
 * Trains the last `fineTuneBlocks` blocks of the base on, together with a head that was trained on the base as it was, or takes what an earlier run
 * came to. What is computed before these blocks is kept like features are. The base lies in the stage's folder as `base.h5`, a file that
 * `--weights` takes. The caller disposes the model. Throws `BAD_SETTING` when the setting is 0, `NO_BACKEND` without native TensorFlow.
 */
export function fineTuneModel(
  run: Run,
  prepared: PreparedData,
  trained: StageResult<Trained>,
  onEpoch?: (record: EpochRecord, epochs: number) => void,
): Promise<StageResult<FineTuned>> {
  const { epochs, patience, batchSize, learningRate, seed, fineTuneBlocks: blocks } = run.config;
  if (blocks === 0) {
    throw new ReportError('BAD_SETTING', 'REPORT_FINE_TUNE_BLOCKS is 0: set it to 1 or more to fine-tune.');
  }
  const settings: TrainingSettings = {
    epochs,
    patience,
    batchSize,
    learningRate: rateShare * learningRate,
    seed,
  };
  const folder = stageFolder(run.config, 'models', `${dataName(run.config)}-fine-tuned`);
  return stage<FineTuned>({
    name: 'fine-tuning',
    version: 2,
    folder,
    inputs: { model: trained.key, features: prepared.stages.features.key, blocks, settings },
    make: async (target) => {
      const tuned = await tune(run, prepared, trained, settings, `${folder}.checkpoint`, onEpoch);
      try {
        const { head, arrays, ...rest } = tuned;
        await writeKerasWeights(path.join(target, BASE_FILE), arrays);
        await saveModel(target, head, { scaler: trained.value.scaler, ...rest });
        await recordRun(run, prepared, {
          kind: 'fine-tuning',
          settings: {
            blocks,
            target: trained.value.scaler.kind,
            model: trained.key.slice(0, 8),
            ...settings,
          },
          weights: hashOf([...arrays.map(({ data }) => data), ...weightValues(head)]),
          seconds: rest.history.seconds,
          epochs: rest.history.epochs,
          metrics: { valMseBefore: rest.before.mse },
        });
      } finally {
        tuned.head.dispose();
      }
    },
    load: async (target) => {
      const { model, meta } = await loadModel(target);
      const { history, before, after, improved } = meta as unknown as FineTuning; // as saved above
      return {
        model,
        history,
        before,
        after,
        improved,
        weights: await readBase(target, prepared.weights, blocks),
      };
    },
  });
}

/** As `fineTuneModel`, followed by `watch`, but null where the setting is 0 or native TensorFlow is missing. */
export async function fineTuneIfWanted(
  run: Run,
  prepared: PreparedData,
  trained: StageResult<Trained>,
  watch?: () => ReturnType<TrainingWatch>,
): Promise<StageResult<FineTuned> | null> {
  if (run.config.fineTuneBlocks === 0 || tensorflow().name !== 'tensorflow') return null;
  const live = watch?.();
  const tuned = await fineTuneModel(run, prepared, trained, live?.epoch);
  live?.done(tuned.reused ? 'an earlier run has done it' : undefined);
  return tuned;
}

/** The head comes back as one of its own, which the caller disposes. */
async function tune(
  run: Run,
  prepared: PreparedData,
  trained: StageResult<Trained>,
  settings: TrainingSettings,
  checkpoint: string,
  onEpoch?: (record: EpochRecord, epochs: number) => void,
): Promise<FineTuning & { head: LayersModel }> {
  const from = layerBefore(run.config.fineTuneBlocks);
  const rows = prepared.rows.filter(({ part }) => part !== 'test');
  const features = await computeFeatures(run, prepared.images, prepared.weights, rows, from);
  const { model: head } = await loadModel(trained.folder);
  const events = epochEvents(run.config.tensorboard, `${dataName(run.config)}-fine-tuning`);
  try {
    const source = (part: 'training' | 'validation') =>
      featureSource(
        { ...prepared, rows, features: features.value },
        trained.value.scaler,
        (row) => row.part === part,
      );
    const tuned = await fineTune({
      base: prepared.weights,
      imageSize: run.config.imageSize,
      from,
      head,
      features: source('training'),
      validation: source('validation'),
      settings,
      onEpoch: async (record) => {
        await events(record);
        onEpoch?.(record, settings.epochs);
      },
      checkpoint: { file: checkpoint, data: features.key },
      signal: run.signal,
    });
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
    source: 'file',
    name: `${before.name}, its last ${blocks === 1 ? 'block' : `${blocks} blocks`} fine-tuned`,
    sha256: sha256(await readFile(file)),
    alpha: before.alpha,
    arrays: await readKerasWeights(file),
    warning: before.warning,
  };
}
