import type { Source } from '../../core/concepts';
import { sha256, stableJson } from '../../core/files';
import type { GrownResult } from '../../core/stage';
import { findNearDuplicates, type NearDuplicates } from '../../data/nearDuplicates';
import { dealRows, type PartRows } from '../../data/partRows';
import { parts } from '../../data/split';
import { openPictures as openImages, type PicturePlan, planStore } from '../../images/pictureStage';
import { type ImageStore, storedHash } from '../../images/store';
import type { BaseWeights } from '../../networks/backbone';
import { openBackbone } from '../../networks/backbones';
import { computeFeatures, type FeatureRow, featureRows } from '../../networks/featureStage';
import type { FeatureStore } from '../../networks/featureStore';
import { labelledSource } from '../../training/sources';
import { pricesOf, type Selection, selectGames } from './games';
import { priceTask } from './priceTask';
import { noScreenshots } from './screenshots';
import type { Run } from './settings';
import { fitTarget, type TargetKind, type TargetScaler } from './target';
import type { AppId, Cents } from './units';

/** The games of a run with their pictures, dealt to training, validation and test. `close` closes the files. */
export interface PreparedPictures {
  selection: Selection;
  images: ImageStore;
  parts: PartRows;
  stages: { images: GrownResult<ImageStore> };
  close: () => void;
}

/** The same with the features of the base for every picture and augmented copy: all that a head is trained on. */
export interface PreparedData extends PreparedPictures {
  weights: BaseWeights;
  /** What each row of `features` shows. */
  rows: readonly FeatureRow[];
  features: FeatureStore;
  stages: PreparedPictures['stages'] & { features: GrownResult<FeatureStore> };
}

/** What is to be prepared for a selection, all of its pictures in the order of the games. Throws `NO_SCREENSHOTS` when it has none. */
export async function planPictures(run: Run, { folder, index }: Selection): Promise<PicturePlan> {
  if (index) return planStore(run, folder, [...index.games.values()].flat());
  throw noScreenshots(folder);
}

/** The pictures of the selected games, of which those are prepared that no earlier run has prepared. The caller calls `close`. */
export async function openPictures(run: Run, selection: Selection): Promise<PreparedPictures> {
  const stage = await openImages(run, await planPictures(run, selection));
  const images = stage.value;
  const parts = dealRows(images, selection.split);
  return { selection, images, parts, stages: { images: stage }, close: () => images.close() };
}

/** Selects games, prepares pictures, finds weights and computes features, or takes what is there. The caller calls `close`, which closes the pictures too. */
export async function prepareData(given: Run, opened?: PreparedPictures): Promise<PreparedData> {
  const run = { ...given }; // with one signal to the end: a notebook's is a fresh one after an interrupt
  const pictures = opened ?? (await openPictures(run, await selectGames(run)));
  try {
    const weights = run.weights ?? (await openBackbone(run));
    const rows = featureRows(pictures.parts, run.config.variants);
    const stage = await computeFeatures(run, pictures.images, weights, rows);
    const features = stage.value;
    const close = (): void => {
      features.close();
      pictures.close();
    };
    return { ...pictures, weights, rows, features, stages: { ...pictures.stages, features: stage }, close };
  } catch (error) {
    if (!opened) pictures.close();
    throw error;
  }
}

/** The true price of each game of the selection. */
export const truePrices = ({ kept }: Selection): Map<AppId, Cents> =>
  new Map(kept.map(({ id, price }) => [id, price]));

/** The prices of the training games, each game counted once. */
export const trainingPrices = ({ kept, split }: Selection): Cents[] => pricesOf(kept, split.training);

/** The target's transformation, from the prices of the training games, each game counted once. */
export const fitScaler = (selection: Selection, kind: TargetKind): TargetScaler =>
  fitTarget(kind, trainingPrices(selection));

export interface FeatureRows extends Pick<PreparedData, 'rows' | 'features' | 'images' | 'selection'> {
  stages: { features: { key: string } };
}

/** The features of some rows with the prices of their games, read from disk as they are needed. */
export function featureSource(
  { rows, features, images, selection, stages }: FeatureRows,
  scaler: TargetScaler,
  wanted: (row: FeatureRow) => boolean,
): Source {
  const prices = truePrices(selection);
  const chosen = rows.flatMap((row, i) => (wanted(row) ? [i] : []));
  const { item: id } = images.index.columns;
  const labels = chosen.map((i) => prices.get(id[rows[i]!.image]!)!); // rows of kept games
  return labelledSource(priceTask(scaler), labels, {
    shape: features.shape, // written by computeFeatures: height, width, channels
    key: sha256(stableJson([stages.features.key, chosen])),
    read: (positions) => features.read(positions.map((position) => chosen[position]!)), // below count
  });
}

/** Hashes of what heads learn from. Equal ones: the same pictures for the same use, with the same features and prices. */
export const dataHashes = ({ stages, rows, selection, weights }: PreparedData): Record<string, string> => ({
  features: stages.features.key,
  parts: sha256(stableJson(rows.map(({ part }) => part))), // features are the same whatever a row is for
  prices: sha256(stableJson(selection.kept.map(({ id, price }) => [id, price]))),
  base: weights.sha256,
});

/** Near-identical pictures in more than one part, among the rows that are used: identical ones have been withheld already. */
export function findSharedPictures(images: ImageStore, { rows }: PartRows): NearDuplicates[] {
  const { item: id, file } = images.index.columns;
  return findNearDuplicates(
    parts.flatMap((part) =>
      rows[part].map((row) => ({
        id: id[row]!, // a row of the store, here and below
        file: file[row]!,
        part,
        hash: storedHash(images, row),
      })),
    ),
  );
}
