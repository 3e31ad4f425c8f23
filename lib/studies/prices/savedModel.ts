import { dataName, stageFolder } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import { type Calibration, calibrate } from '../../metrics/conformal';
import { loadModel as loadLayers, readModelMeta, saveModel } from '../../networks/modelFile';
import type { BaseWeights } from '../../networks/weights';
import { predictRows, type Trained, trainTarget } from './headStage';
import { perGame } from './perGame';
import { type PreparedData, truePrices } from './preparedData';
import type { Run } from './settings';
import { compareTargets, type TargetComparison, type TrainingWatch } from './targets';

/** The base that a head belongs to, and where its weights can be found again. */
export interface BaseRecord extends Pick<BaseWeights, 'name' | 'source' | 'sha256' | 'alpha'> {
  /** Side of the pictures in pixels. */
  imageSize: number;
  /** The file that the settings named, or that of the fine-tuned base; null for neither. */
  file: string | null;
  /** Whether the base learnt along in a second phase, so that no other file can take its place. */
  fineTuned: boolean;
  /** Determines random weights. */
  seed: number;
}

/** The model of the report with everything that a prediction for a game needs beside its pictures. */
export interface ReportModel extends Trained {
  base: BaseRecord;
  /** Colour of the padding, `#rrggbb`. */
  background: string;
  /** From validation games: how far prices lie from predictions. */
  calibration: Calibration;
  /** Why it learnt this target. */
  comparison: TargetComparison;
}

/** Share of the prices that prediction intervals are to hold. */
export const CONFIDENCE = 0.9;

/** Where the report's model of a run's data set is kept, the one that pages judge and commands use. */
export const modelFolder = ({ config }: Run): string => stageFolder(config, 'models', dataName(config));

/** Where it is kept with the base as it was, before a second phase that is still to come. */
const frozenFolder = (run: Run): string =>
  run.config.fineTuneBlocks === 0 ? modelFolder(run) : `${modelFolder(run)}-frozen`;

/**
 * Trains the report's model on the base as it is, or takes the one an earlier run trained from the same data and settings: the head of the target that
 * `compareTargets` chooses, with intervals calibrated on validation games. The choice is in its manifest. The caller disposes the model.
 */
export async function trainModel(
  run: Run,
  prepared: PreparedData,
  watch?: TrainingWatch,
): Promise<StageResult<ReportModel>> {
  const { value: comparison } = await compareTargets(run, prepared, watch);
  const { results, chosen, setting, games } = comparison;
  const head = await trainTarget(run, prepared, chosen);
  const mae = Object.fromEntries(results.map(({ kind, evaluation }) => [kind, evaluation.mae]));
  const base = baseRecord(run, prepared.weights);
  try {
    const inputs = { head: head.key, target: { setting, chosen, games, mae } };
    return await keepModel(run, prepared, frozenFolder(run), { ...head.value, comparison, base }, inputs);
  } finally {
    head.value.model.dispose();
  }
}

/**
 * Keeps a model with intervals calibrated on the validation games of its prepared, or takes the one kept from the same `inputs`. The caller disposes the
 * model that comes back, and the one given.
 */
export function keepModel(
  run: Run,
  prepared: PreparedData,
  folder: string,
  { model, ...learnt }: Trained & Pick<ReportModel, 'comparison' | 'base'>,
  inputs: Record<string, unknown>,
): Promise<StageResult<ReportModel>> {
  const { background } = run.config;
  return stage<ReportModel>({
    name: 'model',
    version: 6,
    folder,
    inputs: { ...inputs, base: learnt.base, background },
    make: async (target) => {
      const calibration = calibrateOn(run, prepared, { model, ...learnt });
      await saveModel(target, model, { ...learnt, background, calibration });
    },
    load: loadModel,
  });
}

/** What a model that `trainModel` left in `folder` says of itself; needs no TensorFlow. Throws what `readModelMeta` throws. */
export const readModelRecord = async (folder: string): Promise<Omit<ReportModel, 'model'>> =>
  (await readModelMeta(folder)) as unknown as Omit<ReportModel, 'model'>; // as trainModel saved it

/** A model that `trainModel` left in `folder`. The caller disposes it. Throws what the networks' `loadModel` throws. */
export async function loadModel(folder: string): Promise<ReportModel> {
  const { model, meta } = await loadLayers(folder);
  return { ...(meta as unknown as Omit<ReportModel, 'model'>), model }; // as trainModel saved it
}

/** Validation games chose epoch and target too, so their residuals are a little smaller than those of new games; see `calibrate`. */
function calibrateOn(run: Run, prepared: PreparedData, trained: Trained): Calibration {
  const rows = predictRows(run, prepared, trained, ({ part }) => part === 'validation');
  return calibrate(perGame(rows, truePrices(prepared.selection), trained.scaler), CONFIDENCE, 'apart');
}

function baseRecord({ config }: Run, { name, source, sha256, alpha }: BaseWeights): BaseRecord {
  return {
    name,
    source,
    sha256,
    alpha,
    imageSize: config.imageSize,
    file: config.weights,
    fineTuned: false,
    seed: config.seed,
  };
}
