import type { Part } from '../../core/concepts';
import { ReportError } from '../../core/errors';
import { sha256, stableJson } from '../../core/files';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { type GrownResult, growingStage } from '../../core/stage';
import { findLeaks, type Leaks } from '../../data/leaks';
import { partOf, parts, rowsOf, type Split } from '../../data/split';
import { type WantedPicture, withKeys } from '../../images/pictureKey';
import type { PictureSettings } from '../../images/pictureTask';
import { chooseDecoder } from '../../images/preparer';
import { type ImageStore, missingPictures, openStore, storeName } from '../../images/store';
import { fillStore } from '../../images/storeFill';
import { type Shard, shardOf } from '../../storage/shard';
import { withWorkers } from '../../tensorflow/runWorkers';
import type { Selection } from './games';
import type { Run } from './settings';

/** A store of prepared pictures: where it lies, how its pictures are made, and which are wanted. */
export interface PicturePlan {
  folder: string;
  dataFolder: string;
  settings: PictureSettings;
  wanted: readonly WantedPicture[];
}

/** What is to be prepared for a selection, all of its pictures in the order of the games. Throws `NO_SCREENSHOTS` when it has none. */
export async function planPictures({ config }: Run, { folder, index }: Selection): Promise<PicturePlan> {
  if (!index) {
    throw new ReportError(
      'NO_SCREENSHOTS',
      `${folder} has no folder screenshots/: put each game's pictures in screenshots/<appid>/.`,
    );
  }
  const { imageSize: size, background } = config;
  const settings = { size, background, decoder: await chooseDecoder() };
  const wanted = await withKeys(folder, [...index.games.values()].flat());
  const place = stageFolder(config, 'prepared', `${dataName(config)}-${storeName(settings)}`);
  return { folder: place, dataFolder: folder, settings, wanted };
}

/**
 * Prepares the pictures of the table's games that no earlier run has prepared: new games cost their own pictures only. The caller closes
 * the store.
 */
export async function preparePictures(run: Run, selection: Selection): Promise<GrownResult<ImageStore>> {
  const plan = await planPictures(run, selection);
  const { folder, settings, wanted } = plan;
  return growingStage({
    name: 'prepared',
    version: 2,
    folder,
    inputs: ({ index }) => ({
      ...settings,
      pictures: sha256(stableJson([index.columns.file, index.columns.sha256])),
    }),
    grow: () => fillPictures(run, plan),
    load: () => openStore(folder, settings.size, wanted),
  });
}

/** Prepares those of the pictures (or of one shard of them) that are not there yet, and gives their number. Throws what `fillStore` throws. */
export async function fillPictures(
  run: Run,
  { folder, dataFolder, settings, wanted }: PicturePlan,
  shard: Shard = { number: 1, count: 1 },
): Promise<number> {
  const missing = missingPictures(folder, settings.size, shardOf(wanted, shard));
  if (missing.length === 0) return 0;
  return withWorkers(run, { kind: 'pictures', rows: missing.length }, (workers) =>
    withProgress(run, 'Preparing pictures', (onProgress) =>
      fillStore(folder, missing, { dataFolder, settings, workers, onProgress, signal: run.signal }),
    ),
  );
}

/** The rows of the store in each part, and what had to be taken out so that the parts do not know each other. */
export interface PartRows {
  rows: Record<Part, number[]>;
  /** What was found before anything was taken out. */
  leaks: Leaks;
  /** Rows left out of training or validation because the same picture is also in a later part. */
  withheld: number[];
}

/**
 * Deals the store's rows to the parts of the split. A picture that is, pixel by pixel, in two parts stays in the later one (test before
 * validation before training) and is withheld from the other.
 */
export function dealRows(store: ImageStore, split: Split): PartRows {
  const { item: id, file, sha256: hash } = store.index.columns;
  const dealt = rowsOf(split, id);
  const partOfGame = partOf(split);
  const used = parts.flatMap((part) => dealt[part]);
  const leaks = findLeaks(
    used.map((row) => ({
      id: id[row]!,
      file: file[row]!,
      part: partOfGame.get(id[row]!)!,
      hash: hash[row]!,
    })), // rows of the store, games of the split
  );
  const lastPart = new Map(leaks.pictures.map((leak) => [leak.hash, leak.parts.at(-1)]));
  const stays = (row: number, part: Part): boolean => (lastPart.get(hash[row]!) ?? part) === part;
  const rows = Object.fromEntries(parts.map((part) => [part, dealt[part].filter((row) => stays(row, part))]));
  const withheld = parts.flatMap((part) => dealt[part].filter((row) => !stays(row, part)));
  return { rows: rows as Record<Part, number[]>, leaks, withheld }; // one entry per part
}
