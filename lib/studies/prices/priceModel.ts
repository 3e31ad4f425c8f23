import type { LayersModel } from '@tensorflow/tfjs';
import type { Shape, Task } from '../../core/concepts';
import { dataName, stageFolder } from '../../core/run';
import { recordStage, type Staged } from '../../core/stage';
import type { FeatureRow } from '../../networks/featureStage';
import { buildHead } from '../../networks/head';
import { loadModel, saveModel } from '../../networks/modelFile';
import type { CheckpointSettings } from '../../training/checkpoint';
import { withEpochs } from '../../training/epochs';
import { type TrainingSettings, trainingSettings } from '../../training/settings';
import { rowsOf } from '../../training/sources';
import { train } from '../../training/train';
import { pricesOf } from './games';
import { comparePriceRules } from './perGame';
import { predictRows } from './predictions';
import { dataHashes, featureSource, fitScaler, type PreparedData, truePrices } from './preparedData';
import { type PriceModel, priceTask } from './priceTask';
import type { Run } from './settings';
import { fitTarget, outputsOf, type TargetKind, type TargetScaler } from './target';
import type { AppId } from './units';

export type { PriceModel };

/** What decides about a head beside its features and targets. */
export function headSettings({ config }: Run, kind: TargetKind) {
  const { seed, l2, dropout1, dropout2 } = config;
  return {
    head: { l2, dropout1, dropout2, seed, outputs: outputsOf(kind) },
    settings: trainingSettings(config),
  };
}

export interface PriceTraining {
  /** What is not as the run's settings say. */
  changes?: Partial<Pick<TrainingSettings, 'optimizer' | 'schedule' | 'learningRate'>>;
  /** Training games to learn from; default all. */
  games?: ReadonlySet<AppId>;
  /** What learns in place of the head, from rows of this shape. */
  build?: (shape: Shape, task: Pick<Task, 'outputs'>) => LayersModel;
  label?: string;
  checkpoint?: CheckpointSettings;
}

/** Pictures in an epoch from which on a head gains from more of them and hardly from more steps. */
const ENOUGH = 10_000;

/** Trains a head on the training games or some of them, repeated to an epoch as long; validation games choose epoch and rule. The caller disposes the model. */
export async function trainPriceModel(
  run: Run,
  prepared: PreparedData,
  kind: TargetKind,
  { changes, games, build, label, checkpoint }: PriceTraining = {},
): Promise<PriceModel> {
  const { head, settings: usual } = headSettings(run, kind);
  const settings: TrainingSettings = { ...usual, ...changes };
  const { kept, split } = prepared.selection;
  const { item: id } = prepared.images.index.columns;
  const learnt = games ? split.training.filter((game) => games.has(game)) : split.training;
  const fitted = fitTarget(kind, pricesOf(kept, learnt));
  const pictures = prepared.rows.filter(({ part }) => part === 'training').length;
  const own = featureSource(
    prepared,
    fitted,
    ({ part, image }) => part === 'training' && (!games || games.has(id[image]!)), // a row of the store
  );
  const length = Math.max(own.count, Math.min(pictures, ENOUGH));
  const repeated = Array.from({ length }, (_, row) => row % own.count);
  const task = priceTask(fitted);
  const { shape } = prepared.features;
  const layers = build ? build(shape, task) : buildHead(shape, head);
  const dispose = (): void => void layers.dispose();
  try {
    const shown = label === undefined ? null : run;
    const history = await withEpochs(shown, label ?? '', settings.epochs, task, (show) =>
      train({
        model: layers,
        task,
        training: rowsOf(own, repeated),
        validation: featureSource(prepared, fitted, isValidation),
        settings,
        onEpoch: show,
        signal: run.signal,
        checkpoint,
      }),
    );
    const scaler = await withBestRule(run, prepared, { layers, scaler: fitted });
    return { layers, task: priceTask(scaler), scaler, history, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

const isValidation = ({ part }: FeatureRow): boolean => part === 'validation';

/** The scaler with the rule that makes the smaller error on validation games, where there is a choice. */
export async function withBestRule(
  run: Run,
  prepared: PreparedData,
  model: Pick<PriceModel, 'layers' | 'scaler'>,
): Promise<TargetScaler> {
  const { scaler } = model;
  if (scaler.kind !== 'hurdle') return scaler;
  const rows = await predictRows(run, prepared, model, isValidation);
  const [best] = comparePriceRules(rows, truePrices(prepared.selection), scaler);
  return { ...scaler, rule: best!.rule }; // one entry for each rule
}

/** As `trainPriceModel` with the run's settings, or the model that an earlier run trained from the same data and settings. */
export async function trainedPriceModel(
  run: Run,
  prepared: PreparedData,
  kind: TargetKind,
): Promise<Staged<PriceModel>> {
  const { head, settings } = headSettings(run, kind);
  const scaler = fitScaler(prepared.selection, kind);
  const { features, parts, prices } = dataHashes(prepared);
  const name = `${dataName(run.config)}-${kind}`;
  const folder = stageFolder(run.config, 'models', name);
  return recordStage<PriceModel>({
    name: 'head',
    version: 4,
    folder,
    inputs: { features, parts, prices, target: kind, scaler, head, settings },
    make: async (target) => {
      const { layers, scaler, history, dispose } = await trainPriceModel(run, prepared, kind, {
        label: `Training, target ${kind}`,
        checkpoint: { file: `${folder}.checkpoint` },
      });
      try {
        await saveModel(target, layers, { scaler, history });
      } finally {
        dispose();
      }
    },
    load: loadPriceModel,
  });
}

/** A model in the folder of a stage, with everything that was saved with it. The caller disposes it. Throws what `loadModel` throws. */
export async function loadPriceModel<T extends PriceModel>(folder: string): Promise<T> {
  const { model: layers, meta } = await loadModel(folder);
  const saved = meta as unknown as Pick<T, 'scaler'>; // as the stage saved it
  return { ...saved, layers, task: priceTask(saved.scaler), dispose: () => void layers.dispose() } as T;
}
