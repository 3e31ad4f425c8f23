import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs';
import type { Part } from '../../core/concepts';
import { writeAtomic } from '../../core/files';
import { dataName, stageFolder } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import { buildHead, type FeatureShape } from '../../networks/head';
import { loadModel, saveModel } from '../../networks/modelFile';
import { epochEvents } from '../../training/eventFile';
import { hashOf, weightValues } from '../../training/modelState';
import { type FeatureSource, predictHead } from '../../training/prediction';
import { type EpochRecord, type TrainingHistory, trainHead } from '../../training/training';
import type { CheckpointSettings } from '../../training/trainingOptions';
import type { TrainingSettings } from '../../training/trainingSettings';
import type { FeatureRow } from './featureStage';
import { pricesOf } from './games';
import { headSettings } from './headSettings';
import { featureSource, fitScaler, type PreparedData, truePrices } from './preparedData';
import { comparePriceRules } from './priceRule';
import { dataHashes, recordRun } from './runs';
import type { Run } from './settings';
import {
  fitTarget,
  type Predicted,
  predictedOf,
  type TargetKind,
  type TargetScaler,
  toPrice,
} from './target';
import type { AppId, Cents } from './units';

/** A head that has learnt, and how. */
export interface Trained {
  model: LayersModel;
  /** From prices to what the model learns and back; fitted on training games. */
  scaler: TargetScaler;
  history: TrainingHistory;
}

/** What a model says of one picture. */
export interface ImagePrediction {
  id: AppId;
  /** Row of the image store. */
  image: number;
  file: string;
  part: Part;
  predicted: Predicted;
  /** The prediction as a price, and the true one. */
  price: Cents;
  truth: Cents;
}

/** Takes each epoch of a training as it ends, and the most epochs there can be. */
export type OnEpoch = (record: EpochRecord, epochs: number) => void;

/** How a head learns, where it is not as the settings say. */
export type TrainingWay = Partial<Pick<TrainingSettings, 'optimizer' | 'schedule' | 'learningRate'>>;

export interface LearningOptions {
  /** Default: as the settings say. */
  way?: TrainingWay;
  /** Training games to learn from; default all. */
  games?: ReadonlySet<AppId>;
  /** Awaited, if it gives a promise. */
  onEpoch?: OnEpoch | ((record: EpochRecord, epochs: number) => Promise<void>);
  checkpoint?: CheckpointSettings;
}

/** Pictures in an epoch from which on a head gains from more of them and hardly from more steps. */
const ENOUGH = 10_000;

/**
 * A head that has learnt targets of a kind from the training pictures, or from those of some training `games`, repeated until an epoch has
 * as many (or 10,000, which are enough); its scaler is fitted to the same games. Validation games choose the epoch and the rule of a hurdle. The caller disposes the model.
 */
export async function learn(
  run: Run,
  prepared: PreparedData,
  kind: TargetKind,
  { way, games, onEpoch, checkpoint }: LearningOptions = {},
): Promise<Trained> {
  const { head, settings: usual } = headSettings(run, kind);
  const settings: TrainingSettings = { ...usual, ...way };
  const { kept, split } = prepared.selection;
  const { item: id } = prepared.images.index.columns;
  const taught = games ? split.training.filter((game) => games.has(game)) : split.training;
  const fitted = fitTarget(kind, pricesOf(kept, taught));
  const pictures = prepared.rows.filter(({ part }) => part === 'training').length;
  const own = featureSource(
    prepared,
    fitted,
    ({ part, image }) => part === 'training' && (!games || games.has(id[image]!)), // a row of the store
  );
  const model = buildHead(prepared.features.shape as FeatureShape, head);
  try {
    const history = await trainHead({
      model,
      features: repeated(own, Math.max(own.count, Math.min(pictures, ENOUGH))),
      validation: featureSource(prepared, fitted, isValidation),
      settings,
      onEpoch: (record) => onEpoch?.(record, settings.epochs),
      signal: run.signal,
      checkpoint,
    });
    const trained = { model, scaler: fitted, history };
    return { ...trained, scaler: withBestRule(run, prepared, trained) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The rows of a source over and over, until there are `count`. */
const repeated = ({ read, targets, ...source }: FeatureSource, count: number): FeatureSource => ({
  ...source,
  count,
  read: (rows) => read(rows.map((row) => row % targets.length)),
  targets: Float32Array.from({ length: count }, (_, row) => targets[row % targets.length]!), // below its length
});

const isValidation = ({ part }: FeatureRow): boolean => part === 'validation';

/** The scaler with the rule that makes the smaller error on validation games, where there is a choice. */
function withBestRule(run: Run, prepared: PreparedData, trained: Trained): TargetScaler {
  const { scaler } = trained;
  if (scaler.kind !== 'hurdle') return scaler;
  const rows = predictRows(run, prepared, trained, isValidation);
  const [best] = comparePriceRules(rows, truePrices(prepared.selection), scaler);
  return { ...scaler, rule: best!.rule }; // one entry for each rule
}

/** Trains a head on one kind of target, or takes the one an earlier run trained from the same data and settings. The caller disposes the model. */
export function trainTarget(
  run: Run,
  prepared: PreparedData,
  kind: TargetKind,
  onEpoch?: OnEpoch,
): Promise<StageResult<Trained>> {
  const { head, settings } = headSettings(run, kind);
  const scaler = fitScaler(prepared.selection, kind);
  const { features, parts, prices } = dataHashes(prepared);
  const name = `${dataName(run.config)}-${kind}`;
  const folder = stageFolder(run.config, 'models', name);
  return stage<Trained>({
    name: 'head',
    version: 3,
    folder,
    inputs: { features, parts, prices, target: kind, scaler, head, settings },
    make: async (target) => {
      const events = epochEvents(run.config.tensorboard, name);
      const { model, ...meta } = await learn(run, prepared, kind, {
        onEpoch: async (record, epochs) => {
          await events(record);
          onEpoch?.(record, epochs);
        },
        checkpoint: { file: `${folder}.checkpoint`, data: `${features} ${parts}` },
      });
      try {
        await saveModel(target, model, meta);
        const { seconds, epochs } = meta.history;
        const weights = hashOf(weightValues(model));
        const { output: _, ...chosen } = head;
        await recordRun(run, prepared, {
          kind: 'head',
          settings: { target: kind, ...chosen, ...settings },
          weights,
          seconds,
          epochs,
        });
      } finally {
        model.dispose();
      }
    },
    load: async (place) => {
      const { model, meta } = await loadModel(place);
      return { model, scaler: meta.scaler as TargetScaler, history: meta.history as TrainingHistory }; // as saved above
    },
  });
}

/** What a model says of the pictures of some rows, one by one. */
export function predictRows(
  run: Run,
  prepared: PreparedData,
  { model, scaler }: Pick<Trained, 'model' | 'scaler'>,
  wanted: (row: FeatureRow) => boolean,
): ImagePrediction[] {
  const outputs = predictHead(model, featureSource(prepared, scaler, wanted), run.config.batchSize);
  const predicted = predictedOf(scaler, outputs);
  const { columns } = prepared.images.index;
  const prices = truePrices(prepared.selection);
  return prepared.rows.filter(wanted).map(({ image, part }, i): ImagePrediction => {
    const id = columns.item[image]!; // a row of the store
    const said = predicted[i]!; // one for each row
    return {
      id,
      image,
      file: columns.file[image]!,
      part,
      predicted: said,
      price: toPrice(scaler, said),
      truth: prices.get(id)!, // a kept game
    };
  });
}

/** What the model says of every validation and test picture, one by one. */
export function predictPictures(
  run: Run,
  prepared: PreparedData,
  trained: StageResult<Trained>,
): Promise<StageResult<ImagePrediction[]>> {
  return stage<ImagePrediction[]>({
    name: 'predictions',
    version: 3,
    folder: stageFolder(run.config, 'predictions', dataName(run.config)),
    inputs: { model: trained.key },
    make: async (folder) => {
      const predictions = predictRows(run, prepared, trained.value, ({ part }) => part !== 'training');
      await writeAtomic(path.join(folder, 'predictions.json'), `${JSON.stringify(predictions)}\n`);
    },
    load: (folder) =>
      JSON.parse(readFileSync(path.join(folder, 'predictions.json'), 'utf8')) as ImagePrediction[], // as written above
  });
}
