import path from 'node:path';
import { dataName, stageFolder } from '../../core/run';
import { recordStage, type Staged } from '../../core/stage';
import { type Calibration, calibrate } from '../../metrics/conformal';
import type { BaseWeights } from '../../networks/backbone';
import { saveModel } from '../../networks/modelFile';
import { BASE_FILE, fineTuneModel } from './fineTuningStage';
import { validationGames } from './predictions';
import { type PreparedData, prepareData } from './preparedData';
import { loadPriceModel, type PriceModel, trainedPriceModel } from './priceModel';
import type { Config, Run } from './settings';
import { compareTargets, type TargetComparison } from './targets';

/** The model that the pages judge and the commands use: with everything that a prediction for a game needs beside its pictures. */
export interface ReportModel extends PriceModel {
  /** The base that the head belongs to, and where its weights can be found again. */
  base: Pick<BaseWeights, 'architecture' | 'name' | 'source' | 'sha256'> &
    Pick<Config, 'backbone' | 'alpha' | 'imageSize' | 'seed'> & {
      /** The file that the settings named, or that of the fine-tuned base; null for neither. */
      file: string | null;
      /** Whether the base learnt along in a second phase, so that no other file can take its place. */
      fineTuned: boolean;
    };
  /** Colour of the padding, `#rrggbb`. */
  background: string;
  /** Of the prices that it has learnt, as ISO 4217 has it. */
  currency: string;
  /** From validation games: how far prices lie from predictions. */
  calibration: Calibration;
  comparison: TargetComparison;
}

/** Share of the prices that prediction intervals are to hold. */
export const CONFIDENCE = 0.9;

/** The folder of the report's model of a run's data set. */
export const modelFolder = ({ config }: Run): string => stageFolder(config, 'models', dataName(config));

/** The folder of the same model on the base as it was, before a second phase that is still to come. */
const frozenFolder = (run: Run): string =>
  run.config.fineTuneBlocks === 0 ? modelFolder(run) : `${modelFolder(run)}-frozen`;

/** The report's model on the base as it is, its intervals calibrated on validation games; or an earlier run's. The caller disposes it. */
export async function trainReportModel(run: Run, prepared: PreparedData): Promise<Staged<ReportModel>> {
  const comparison = await compareTargets(run, prepared);
  const { results, chosen, setting, games } = comparison;
  const head = await trainedPriceModel(run, prepared, chosen);
  const mae = Object.fromEntries(results.map(({ kind, evaluation }) => [kind, evaluation.mae]));
  const { architecture, name, source, sha256 } = prepared.weights;
  const { backbone, alpha, imageSize, weights: file, seed } = run.config;
  const found = { architecture, name, source, sha256 };
  const base = { ...found, backbone, alpha, imageSize, seed, file, fineTuned: false };
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
  model: Pick<ReportModel, 'layers' | 'scaler' | 'history' | 'comparison' | 'base'>,
  inputs: Record<string, unknown>,
): Promise<Staged<ReportModel>> {
  const { background } = run.config;
  const { currency } = prepared.selection.catalogue;
  const { layers, base, scaler, history, comparison } = model;
  return recordStage<ReportModel>({
    name: 'model',
    version: 7,
    folder,
    inputs: { ...inputs, base, background, currency },
    make: async (target) => {
      // Validation games chose the epoch too, so their residuals are a little smaller than those of new games.
      const calibration = calibrate(await validationGames(run, prepared, model), CONFIDENCE);
      await saveModel(target, layers, {
        scaler,
        history,
        comparison,
        base,
        background,
        currency,
        calibration,
      });
    },
    load: loadPriceModel,
  });
}

/** The report's model and its data, on a base that learnt along where validation games gain (then `given` is closed). The caller disposes and closes both. */
export async function openModel(run: Run, given?: PreparedData) {
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
async function openTuned(run: Run, prepared: PreparedData, frozen: Staged<ReportModel>) {
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
