import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { removeWhole } from '../../../lib/core/files';
import type { PictureFile } from '../../../lib/images/pictureKey';
import { withKeys } from '../../../lib/images/pictureKey';
import type { PictureSettings } from '../../../lib/images/pictureTask';
import { chooseDecoder } from '../../../lib/images/preparer';
import { fillStore, type ImageStore, openStore } from '../../../lib/images/store';
import { openProcesses } from '../../../lib/storage/workers';
import { parseAppId } from '../../../lib/studies/prices/units';
import { thumbnails } from '../data';
import type { StageOptions, Work } from './work';

/** The first `count` thumbnails. */
export async function someThumbnails(data: string, count: number): Promise<PictureFile[]> {
  return (await thumbnails(data)).slice(0, count).map(screenshot);
}

/** `screenshots/10/0.jpg` */
function screenshot(file: string): PictureFile {
  return { id: parseAppId(file.split('/')[1]!)!, file }; // as the generator writes them
}

async function fullPictures(data: string): Promise<PictureFile[]> {
  const files = await readdir(path.join(data, 'full'), { recursive: true });
  return files
    .filter((file) => file.endsWith('.jpg'))
    .sort()
    .map((file) => screenshot(path.join('full', file)));
}

/** A store of 2,000 thumbnails at `size` pixels. */
export async function preparedPictures(
  { data, scratch }: StageOptions,
  size: number,
  count = 2000,
): Promise<ImageStore> {
  const settings: PictureSettings = { size, background: '#000000', decoder: await chooseDecoder() };
  const wanted = await withKeys(data, await someThumbnails(data, count));
  const folder = path.join(scratch, `store-${size}`);
  await fillStore(folder, wanted, { dataFolder: data, settings });
  return openStore(folder, size, wanted);
}

/** Prepares pictures to 96 × 96 into a store on disk, hashes and index included, by as many processes as there are cores. */
async function preparing(
  { data, scratch }: StageOptions,
  screenshots: readonly PictureFile[],
): Promise<Work> {
  const settings: PictureSettings = { size: 96, background: '#000000', decoder: await chooseDecoder() };
  const workers = openProcesses(availableParallelism());
  const wanted = await withKeys(data, screenshots);
  const folder = path.join(scratch, 'prepared');
  const fill = async (some: typeof wanted): Promise<number> => {
    await removeWhole(folder);
    return fillStore(folder, some, { dataFolder: data, settings, workers });
  };
  await fill(wanted.slice(0, 600));
  return {
    unit: 'images',
    run: async () => {
      const n = await fill(wanted);
      const store = openStore(folder, settings.size, wanted);
      const mean = store.read([0, 1, 2]).reduce((sum, value) => sum + value, 0) / (3 * 96 * 96 * 3);
      store.close();
      return { n, check: { readable: store.count, mean } };
    },
  };
}

export const prepareThumbnails = async (options: StageOptions): Promise<Work> =>
  preparing(options, await someThumbnails(options.data, 2000));

export const prepareFull = async (options: StageOptions): Promise<Work> =>
  preparing(options, await fullPictures(options.data));
