import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Screenshot } from '../dataset/screenshots';
import { explainDiskError } from '../errors';
import { sha256, stableJson, writeAtomic } from '../files';
import { streamBounded } from '../pool';
import { type PreparedImage, tryPrepareImage } from './prepare';
import { type StoreIndex, storeFiles, storeVersion } from './storeIndex';

export interface StoreOptions {
  /** Folder that the screenshots' files are relative to. */
  dataFolder: string;
  /** Pixels; side of the prepared square. */
  size: number;
  /** Colour of the padding, `#rrggbb`. */
  background: string;
  /** Pictures in work at the same time, and with them the memory; does not change the result. */
  concurrency?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Prepares `screenshots` and writes them into `folder` (made if need be) as a store, in the order given. A picture that cannot be used is
 * left out and noted with its reason; the index, written last, makes the store whole. Pixels in memory: `concurrency` pictures.
 *
 * Throws `INTERRUPTED` when `signal` is aborted, `DISK_FULL`, and `BAD_SETTING` for a colour that is none; what is then left in `folder`
 * is no store.
 */
export async function writeStore(
  folder: string,
  screenshots: readonly Screenshot[],
  options: StoreOptions,
): Promise<StoreIndex> {
  const { size, background } = options;
  const index: StoreIndex = {
    version: storeVersion,
    size,
    background,
    count: 0,
    columns: { appid: [], file: [], width: [], height: [], box: [], sha256: [] },
    unreadable: [],
  };
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(path.join(folder, storeFiles.pixels), 'w');
    try {
      await writeRows(handle, screenshots, options, index);
    } finally {
      await handle.close();
    }
    await writeAtomic(path.join(folder, storeFiles.index), stableJson(index));
  } catch (error) {
    throw explainDiskError(error, folder);
  }
  return index;
}

/** Appends each readable picture to the file behind `handle`, and what is known about it to `index`. */
async function writeRows(
  handle: FileHandle,
  screenshots: readonly Screenshot[],
  { dataFolder, size, background, concurrency, onProgress, signal }: StoreOptions,
  index: StoreIndex,
): Promise<void> {
  const limit = concurrency ?? 4 * availableParallelism();
  const prepare = (screenshot: Screenshot) =>
    tryPrepareImage(path.join(dataFolder, screenshot.file), size, background);
  let done = 0;
  for await (const result of streamBounded(screenshots, limit, prepare, { signal })) {
    const { appid, file } = screenshots[done]!; // results come in the order of the screenshots, one each
    if ('reason' in result) {
      index.unreadable.push({ appid, file, reason: result.reason });
    } else {
      await handle.appendFile(result.pixels);
      addRow(index, { appid, file }, result);
    }
    done++;
    onProgress?.(done, screenshots.length);
  }
}

function addRow(index: StoreIndex, { appid, file }: Screenshot, image: PreparedImage): void {
  const { columns } = index;
  columns.appid.push(appid);
  columns.file.push(file);
  columns.width.push(image.width);
  columns.height.push(image.height);
  columns.box.push(image.box);
  columns.sha256.push(sha256(image.pixels));
  index.count++;
}
