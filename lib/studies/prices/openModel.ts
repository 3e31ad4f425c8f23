import path from 'node:path';
import type { StageResult } from '../../core/stage';
import { BASE_FILE, type FineTuned, fineTuneIfWanted } from './fineTuningStage';
import { type PreparedData, prepareData } from './preparedData';
import { keepModel, modelFolder, type ReportModel, trainModel } from './savedModel';
import type { Run } from './settings';
import type { TrainingWatch } from './targets';

/** How the second phase went. */
export type TuningFacts = Omit<FineTuned, 'model'>;

/** The report's model with the prepared whose features it takes. The caller disposes the model and releases the prepared. */
export interface OpenModel {
  prepared: PreparedData;
  trained: StageResult<ReportModel>;
  /** Null where the setting leaves the second phase out, or native TensorFlow is missing. */
  tuned: TuningFacts | null;
}

/**
 * The report's model, trained or taken from an earlier run: on the base as it is or, where `fineTuneBlocks` asks for it and validation games gain, with
 * a base that has learnt along, of which the features are then. `watch` follows the second phase. Throws what the stages throw.
 */
export async function openModel(run: Run, watch?: () => ReturnType<TrainingWatch>): Promise<OpenModel> {
  const prepared = await prepareData(run);
  try {
    const frozen = await trainModel(run, prepared);
    if (run.config.fineTuneBlocks === 0) return { prepared, trained: frozen, tuned: null };
    try {
      return await openTuned(run, prepared, frozen, watch);
    } finally {
      frozen.value.model.dispose();
    }
  } catch (error) {
    prepared.close();
    throw error;
  }
}

/** Releases the given prepared where those of the tuned base take their place. */
async function openTuned(
  run: Run,
  prepared: PreparedData,
  frozen: StageResult<ReportModel>,
  watch?: () => ReturnType<TrainingWatch>,
): Promise<OpenModel> {
  const second = await fineTuneIfWanted(run, prepared, frozen, watch);
  const inputs = { frozen: frozen.key, tuned: second?.key ?? null };
  if (!second) {
    return {
      prepared,
      trained: await keepModel(run, prepared, modelFolder(run), frozen.value, inputs),
      tuned: null,
    };
  }
  const { model: head, ...tuned } = second.value;
  try {
    if (!tuned.improved) {
      return {
        prepared,
        trained: await keepModel(run, prepared, modelFolder(run), frozen.value, inputs),
        tuned,
      };
    }
    const { weights } = tuned;
    const own = await prepareData({ ...run, weights });
    try {
      const { name, source, sha256 } = weights;
      const file = path.join(second.folder, BASE_FILE);
      const base = { ...frozen.value.base, name, source, sha256, file, fineTuned: true };
      const model = { ...frozen.value, model: head, base };
      const trained = await keepModel(run, own, modelFolder(run), model, inputs);
      prepared.close();
      return { prepared: own, trained, tuned };
    } catch (error) {
      own.close();
      throw error;
    }
  } finally {
    head.dispose();
  }
}
