import path from 'node:path';
import { dataName, stageFolder } from '../../core/run';
import { stage } from '../../core/stage';
import { type Calibration, calibrate } from '../../metrics/conformal';
import { readModelMeta, saveModel } from '../../networks/modelFile';
import type { MobilenetWeights } from '../../networks/weights';
import { BASE_FILE, type FineTuned, fineTuneModel } from './fineTuningStage';
import { validationGames } from './predictions';
import { type PreparedData, prepareData } from './preparedData';
import { loadPriceModel, type PriceModel, type SavedModel, trainedPriceModel } from './priceModel';
import type { Run } from './settings';
import { compareTargets, type TargetComparison } from './targets';

/** The base that a head belongs to, and where its weights can be found again. */
export interface BaseRecord extends Pick<MobilenetWeights, 'name' | 'source' | 'sha256' | 'alpha'> {
  /** Side of the pictures in pixels. */
  imageSize: number;
  /** The file that the settings named, or that of the fine-tuned base; null for neither. */
  file: string | null;
  /** Whether the base learnt along in a second phase, so that no other file can take its place. */
  fineTuned: boolean;
  /** Determines random weights. */
  seed: number;
}

/** What is saved with the report's model: everything that a prediction for a game needs beside its pictures. */
export interface ModelRecord extends Pick<PriceModel, 'scaler' | 'history'> {
  base: BaseRecord;
  /** Colour of the padding, `#rrggbb`. */
  background: string;
  /** From validation games: how far prices lie from predictions. */
  calibration: Calibration;
  /** Why it learnt this target. */
  comparison: TargetComparison;
}

/** The model that the pages judge and the commands use. */
export type ReportModel = SavedModel & ModelRecord;

/** Share of the prices that prediction intervals are to hold. */
export const CONFIDENCE = 0.9;

/** The folder of the report's model of a run's data set. */
export const modelFolder = ({ config }: Run): string => stageFolder(config, 'models', dataName(config));

/** The folder of the same model on the base as it was, before a second phase that is still to come. */
const frozenFolder = (run: Run): string =>
  run.config.fineTuneBlocks === 0 ? modelFolder(run) : `${modelFolder(run)}-frozen`;

/**
 * The report's model on the base as it is, trained or taken from an earlier run: the head of the target that `compareTargets` chooses, with
 * intervals calibrated on validation games. The caller disposes it.
 */
export async function trainReportModel(run: Run, prepared: PreparedData): Promise<ReportModel> {
  const comparison = await compareTargets(run, prepared);
  const { results, chosen, setting, games } = comparison;
  const head = await trainedPriceModel(run, prepared, chosen);
  const mae = Object.fromEntries(results.map(({ kind, evaluation }) => [kind, evaluation.mae]));
  const { name, source, sha256, alpha } = prepared.weights;
  const { imageSize, weights: file, seed } = run.config;
  const base = { name, source, sha256, alpha, imageSize, file, fineTuned: false, seed };
  const inputs = { head: head.key, target: { setting, chosen, games, mae } };
  try {
    return await calibratedModel(run, prepared, frozenFolder(run), { ...head, comparison, base }, inputs);
  } finally {
    head.dispose();
  }
}

/** A model saved with intervals calibrated on validation games, or the one saved from the same `inputs`. The caller disposes both models. */
async function calibratedModel(
  run: Run,
  prepared: PreparedData,
  folder: string,
  {
    layers,
    scaler,
    history,
    comparison,
    base,
  }: Omit<PriceModel, 'task' | 'dispose'> & Pick<ModelRecord, 'comparison' | 'base'>,
  inputs: Record<string, unknown>,
): Promise<ReportModel> {
  const { background } = run.config;
  const { value, ...about } = await stage({
    name: 'model',
    version: 6,
    folder,
    inputs: { ...inputs, base, background },
    make: async (target) => {
      // Validation games chose the epoch too, so their residuals are a little smaller than those of new games.
      const games = await validationGames(run, prepared, { layers, scaler });
      const calibration = calibrate(games, CONFIDENCE);
      const record: ModelRecord = { scaler, history, comparison, base, background, calibration };
      await saveModel(target, layers, { ...record });
    },
    load: loadReportModel,
  });
  return { ...value, ...about };
}

/** What was saved with the report's model in `folder`; needs no TensorFlow. Throws what `readModelMeta` throws. */
export const readModelRecord = async (folder: string): Promise<ModelRecord> =>
  (await readModelMeta(folder)) as unknown as ModelRecord; // as calibratedModel saved it

/** The report's model in `folder`. The caller disposes it. Throws what `loadModel` throws. */
export const loadReportModel = (folder: string): Promise<PriceModel & ModelRecord> => loadPriceModel(folder);

/** The report's model with the data whose features it takes. The caller disposes the one and closes the other. */
export interface OpenModel {
  prepared: PreparedData;
  model: ReportModel;
  /** How the second phase went; null where there was none. */
  tuned: FineTuned | null;
}

/**
 * The report's model, trained or taken from an earlier run: on the base as it is or, where `fineTuneBlocks` asks for it and validation games
 * gain, on one that has learnt along; then `prepared`, if it was given, is closed. Throws what the stages throw.
 */
export async function openModel(run: Run, given?: PreparedData): Promise<OpenModel> {
  const prepared = given ?? (await prepareData(run));
  try {
    const frozen = await trainReportModel(run, prepared);
    if (run.config.fineTuneBlocks === 0) return { prepared, model: frozen, tuned: null };
    try {
      return await openTuned(run, prepared, frozen);
    } finally {
      frozen.dispose();
    }
  } catch (error) {
    if (!given) prepared.close();
    throw error;
  }
}

/** Closes the given data where those of the tuned base take their place. */
async function openTuned(run: Run, prepared: PreparedData, frozen: ReportModel): Promise<OpenModel> {
  const tuned = await fineTuneModel(run, prepared, frozen);
  const inputs = { frozen: frozen.key, tuned: tuned?.key ?? null };
  const folder = modelFolder(run);
  try {
    if (!tuned?.improved) {
      return { prepared, model: await calibratedModel(run, prepared, folder, frozen, inputs), tuned };
    }
    const { weights, layers } = tuned;
    const own = await prepareData({ ...run, weights });
    try {
      const { name, source, sha256 } = weights;
      const file = path.join(tuned.folder, BASE_FILE);
      const base = { ...frozen.base, name, source, sha256, file, fineTuned: true };
      const model = await calibratedModel(run, own, folder, { ...frozen, layers, base }, inputs);
      prepared.close();
      return { prepared: own, model, tuned };
    } catch (error) {
      own.close();
      throw error;
    }
  } finally {
    tuned?.dispose();
  }
}
