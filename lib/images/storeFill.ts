import { mergeRows } from '../storage/merge';
import { fillRows } from '../storage/rowWriter';
import { hereOnly, type Workers } from '../storage/workers';
import type { WantedPicture } from './pictureKey';
import {
  type PictureColumns,
  type PictureSettings,
  pictureColumns,
  prepareRows,
  rowBytes,
} from './pictureTask';
import { missingPictures } from './store';

export interface FillStoreOptions {
  /** Folder that the pictures' files are relative to. */
  dataFolder: string;
  settings: PictureSettings;
  /** Who prepares; default this thread. Does not change the result. */
  workers?: Workers;
  /** Pictures done, and pictures that were missing, bad files included. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Prepares those of the pictures that are not in the store in `folder` yet, and gives their number. The folder (made if need be) is for
 * these settings alone. A picture that cannot be used is noted with its reason; memory holds a few hundred pictures. What was
 * finished before an interruption stays.
 *
 * Throws `INTERRUPTED` when `signal` is aborted, `DISK_FULL`, `BAD_SETTING` for a colour that is none, and `BAD_STORE` for a damaged store.
 */
export async function fillStore(
  folder: string,
  wanted: readonly WantedPicture[],
  options: FillStoreOptions,
): Promise<number> {
  const { dataFolder, settings, workers = hereOnly(), onProgress, signal } = options;
  const missing = missingPictures(folder, settings.size, wanted);
  await fillRows<PictureColumns>({
    folder,
    rowBytes: rowBytes(settings.size),
    keys: missing.map(({ key }) => key),
    lanes: workers.lanes,
    fill: ({ file, slot, start, end }) =>
      workers.run(prepareRows, {
        file,
        slot,
        dataFolder,
        pictures: missing.slice(start, end).map((picture) => picture.file),
        settings,
      }),
    onProgress,
    signal,
  });
  return missing.length;
}

/**
 * Brings a store that several runs or shards have filled into the form that one run over `wanted` would have given it, byte by byte, and
 * drops pictures that are not wanted. Throws `BAD_STORE` when some are missing.
 */
export const mergeStore = (
  folder: string,
  size: number,
  wanted: readonly WantedPicture[],
  options: Pick<FillStoreOptions, 'onProgress' | 'signal'> = {},
): Promise<void> =>
  mergeRows<PictureColumns>({
    folder,
    rowBytes: rowBytes(size),
    keys: [...new Set(wanted.map(({ key }) => key))], // a file that two items show: once
    columns: pictureColumns,
    ...options,
  });
