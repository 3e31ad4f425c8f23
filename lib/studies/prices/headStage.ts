import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs';
import { writeAtomic } from '../../core/files';
import { dataName, type Run, stageFolder } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import type { Part } from '../../data/split';
import type { ImageStore } from '../../images/store';
import type { FeatureStore } from '../../networks/featureStore';
import { buildHead, type FeatureShape } from '../../networks/head';
import { loadHead, saveHead } from '../../networks/headFile';
import type { BaseWeights } from '../../networks/weights';
import { epochEvents } from '../../training/eventFile';
import { hashOf, weightValues } from '../../training/modelState';
import { type FeatureSource, predictHead } from '../../training/prediction';
import { type EpochRecord, type TrainingHistory, trainHead } from '../../training/training';
import type { CheckpointSettings } from '../../training/trainingOptions';
import type { TrainingSettings } from '../../training/trainingSettings';
import { baseWeights, computeFeatures, type FeatureRow, featureRows } from './featureStage';
import { pricesOf, type Selection, selectGames } from './games';
import { headSettings } from './headSettings';
import { dealRows, type PartRows, preparePictures } from './pictureStage';
import { comparePriceRules } from './priceRule';
import { lessonHashes, recordRun } from './runs';
import {
  fitTarget,
  type Predicted,
  predictedOf,
  type TargetKind,
  type TargetScaler,
  toPrice,
  toTarget,
} from './target';
import type { AppId, Cents } from './units';

/** Everything that a head learns from. `release` closes the files. */
export interface Lessons {
  selection: Selection;
  images: StageResult<ImageStore>;
  parts: PartRows;
  weights: BaseWeights;
  rows: readonly FeatureRow[];
  features: StageResult<FeatureStore>;
  release: () => void;
}

/** A head that has learnt, and how. */
export interface Trained {
  model: LayersModel;
  /** From prices to what the model learns and back; fitted on training games. */
  scaler: TargetScaler;
  history: TrainingHistory;
}

/** What a model says of one picture. */
export interface ImagePrediction {
  appid: AppId;
  /** Row of the image store. */
  image: number;
  file: string;
  part: Part;
  predicted: Predicted;
  /** The prediction as a price, and the true one. */
  price: Cents;
  truth: Cents;
}

/**
 * Selects games, prepares pictures, finds weights and computes features, or takes what earlier notebooks, runs or shards left of it. The
 * caller calls `release`.
 */
export async function gatherLessons(given: Run): Promise<Lessons> {
  const run = { ...given }; // with one signal to the end: a notebook's is a fresh one after an interrupt
  const selection = await selectGames(run);
  const images = await preparePictures(run, selection);
  try {
    const parts = dealRows(images.value, selection.split);
    const weights = run.weights ?? (await baseWeights(run));
    const rows = featureRows(parts, run.config.variants);
    const features = await computeFeatures(run, images, weights, rows);
    const release = (): void => {
      features.value.close();
      images.value.close();
    };
    return { selection, images, parts, weights, rows, features, release };
  } catch (error) {
    images.value.close();
    throw error;
  }
}

/** The true price of each game of the selection. */
export const truePrices = ({ kept }: Selection): Map<AppId, Cents> =>
  new Map(kept.map(({ appid, price }) => [appid, price]));

/** The prices of the training games, each game counted once. */
export const trainingPrices = ({ kept, split }: Selection): Cents[] => pricesOf(kept, split.training);

/** The target's transformation, from the prices of the training games, each game counted once. */
export const fitScaler = (selection: Selection, kind: TargetKind): TargetScaler =>
  fitTarget(kind, trainingPrices(selection));

/** Features and targets of some rows, read from disk as they are needed. */
export function featureSource(
  lessons: Lessons,
  scaler: TargetScaler,
  wanted: (row: FeatureRow) => boolean,
): FeatureSource {
  const { rows, features, images, selection } = lessons;
  const prices = truePrices(selection);
  const chosen = rows.flatMap((row, i) => (wanted(row) ? [i] : []));
  const { appid } = images.value.index.columns;
  return {
    count: chosen.length,
    shape: features.value.shape as FeatureShape, // written by computeFeatures: height, width, channels
    read: (positions) => features.value.read(positions.map((position) => chosen[position]!)), // below count
    targets: Float32Array.from(chosen, (i) => toTarget(scaler, prices.get(appid[rows[i]!.image]!)!)), // rows of kept games
  };
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
  lessons: Lessons,
  kind: TargetKind,
  { way, games, onEpoch, checkpoint }: LearningOptions = {},
): Promise<Trained> {
  const { head, settings: usual } = headSettings(run, kind);
  const settings: TrainingSettings = { ...usual, ...way };
  const { kept, split } = lessons.selection;
  const { appid } = lessons.images.value.index.columns;
  const taught = games ? split.training.filter((game) => games.has(game)) : split.training;
  const fitted = fitTarget(kind, pricesOf(kept, taught));
  const pictures = lessons.rows.filter(({ part }) => part === 'training').length;
  const own = featureSource(
    lessons,
    fitted,
    ({ part, image }) => part === 'training' && (!games || games.has(appid[image]!)), // a row of the store
  );
  const model = buildHead(lessons.features.value.shape as FeatureShape, head);
  try {
    const history = await trainHead({
      model,
      features: repeated(own, Math.max(own.count, Math.min(pictures, ENOUGH))),
      validation: featureSource(lessons, fitted, isValidation),
      settings,
      onEpoch: (record) => onEpoch?.(record, settings.epochs),
      signal: run.signal,
      checkpoint,
    });
    const trained = { model, scaler: fitted, history };
    return { ...trained, scaler: withBestRule(run, lessons, trained) };
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
function withBestRule(run: Run, lessons: Lessons, trained: Trained): TargetScaler {
  const { scaler } = trained;
  if (scaler.kind !== 'hurdle') return scaler;
  const rows = predictRows(run, lessons, trained, isValidation);
  const [best] = comparePriceRules(rows, truePrices(lessons.selection), scaler);
  return { ...scaler, rule: best!.rule }; // one entry for each rule
}

/** Trains a head on one kind of target, or takes the one an earlier run trained from the same data and settings. The caller disposes the model. */
export function trainTarget(
  run: Run,
  lessons: Lessons,
  kind: TargetKind,
  onEpoch?: OnEpoch,
): Promise<StageResult<Trained>> {
  const { head, settings } = headSettings(run, kind);
  const scaler = fitScaler(lessons.selection, kind);
  const { features, parts, prices } = lessonHashes(lessons);
  const name = `${dataName(run.config)}-${kind}`;
  const folder = stageFolder(run.config, 'models', name);
  return stage<Trained>({
    name: 'head',
    version: 2,
    folder,
    inputs: { features, parts, prices, target: kind, scaler, head, settings },
    make: async (target) => {
      const events = epochEvents(run.config.tensorboard, name);
      const { model, ...meta } = await learn(run, lessons, kind, {
        onEpoch: async (record, epochs) => {
          await events(record);
          onEpoch?.(record, epochs);
        },
        checkpoint: { file: `${folder}.checkpoint`, data: `${features} ${parts}` },
      });
      try {
        await saveHead(target, model, meta);
        const { seconds, epochs } = meta.history;
        const weights = hashOf(weightValues(model));
        const { output: _, ...chosen } = head;
        await recordRun(run, lessons, {
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
      const { model, meta } = await loadHead(place);
      return { model, scaler: meta.scaler as TargetScaler, history: meta.history as TrainingHistory }; // as saved above
    },
  });
}

/** What a model says of the pictures of some rows, one by one. */
export function predictRows(
  run: Run,
  lessons: Lessons,
  { model, scaler }: Pick<Trained, 'model' | 'scaler'>,
  wanted: (row: FeatureRow) => boolean,
): ImagePrediction[] {
  const outputs = predictHead(model, featureSource(lessons, scaler, wanted), run.config.batchSize);
  const predicted = predictedOf(scaler, outputs);
  const { columns } = lessons.images.value.index;
  const prices = truePrices(lessons.selection);
  return lessons.rows.filter(wanted).map(({ image, part }, i): ImagePrediction => {
    const appid = columns.appid[image]!; // a row of the store
    const said = predicted[i]!; // one for each row
    return {
      appid,
      image,
      file: columns.file[image]!,
      part,
      predicted: said,
      price: toPrice(scaler, said),
      truth: prices.get(appid)!, // a kept game
    };
  });
}

/** What the model says of every validation and test picture, one by one. */
export function predictPictures(
  run: Run,
  lessons: Lessons,
  trained: StageResult<Trained>,
): Promise<StageResult<ImagePrediction[]>> {
  return stage<ImagePrediction[]>({
    name: 'predictions',
    version: 2,
    folder: stageFolder(run.config, 'predictions', dataName(run.config)),
    inputs: { model: trained.key },
    make: async (folder) => {
      const predictions = predictRows(run, lessons, trained.value, ({ part }) => part !== 'training');
      await writeAtomic(path.join(folder, 'predictions.json'), `${JSON.stringify(predictions)}\n`);
    },
    load: (folder) =>
      JSON.parse(readFileSync(path.join(folder, 'predictions.json'), 'utf8')) as ImagePrediction[], // as written above
  });
}
