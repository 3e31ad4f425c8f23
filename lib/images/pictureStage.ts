import { sha256, stableJson } from '../core/files';
import { dataName, type Run, stageFolder, withProgress } from '../core/run';
import { type GrownResult, growingStage } from '../core/stage';
import { type Shard, shardOf } from '../storage/shard';
import { withWorkers } from '../tensorflow/runWorkers';
import { type PictureFile, type WantedPicture, withKeys } from './pictureKey';
import type { PictureSettings } from './pictureTask';
import { chooseDecoder } from './preparer';
import { fillStore, type ImageStore, missingPictures, openStore, storeName } from './store';

/** A store of prepared pictures: where it lies, how its pictures are made, and which are wanted. */
export interface PicturePlan {
  folder: string;
  dataFolder: string;
  settings: PictureSettings;
  wanted: readonly WantedPicture[];
}

/** What is to be prepared for a data set in `dataFolder`: these pictures, in their order. */
export async function planStore(
  { config }: Run,
  dataFolder: string,
  pictures: readonly PictureFile[],
): Promise<PicturePlan> {
  const { imageSize: size, background } = config;
  const settings = { size, background, decoder: await chooseDecoder() };
  const folder = stageFolder(config, 'prepared', `${dataName(config)}-${storeName(settings)}`);
  return { folder, dataFolder, settings, wanted: await withKeys(dataFolder, pictures) };
}

/** Prepares those of the pictures that no earlier run has prepared, and opens the store. The caller closes it. */
export const openPictures = (run: Run, plan: PicturePlan): Promise<GrownResult<ImageStore>> =>
  growingStage({
    name: 'prepared',
    version: 2,
    folder: plan.folder,
    inputs: ({ index }) => ({
      ...plan.settings,
      pictures: sha256(stableJson([index.columns.file, index.columns.sha256])),
    }),
    grow: () => fillPictures(run, plan),
    load: () => openStore(plan.folder, plan.settings.size, plan.wanted),
  });

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
