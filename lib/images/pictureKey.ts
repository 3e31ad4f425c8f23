import { stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../core/errors';
import { mapBounded } from '../core/pool';

/** A picture of an item. That the file exists and can be decoded is not promised. */
export interface PictureFile {
  /** Of the item. */
  id: string;
  /** Relative to the folder of the data set, with forward slashes. */
  file: string;
}

/** A picture of the data set as it is on disk now. */
export interface WantedPicture extends PictureFile {
  /** Name, size and time of change: as long as they stay, what was prepared from the file is reused. */
  key: string;
}

/** The pictures with their keys; where a file cannot be looked at, the reason stands in the key, so that it is tried again when that has changed. */
export function withKeys(folder: string, pictures: readonly PictureFile[]): Promise<WantedPicture[]> {
  return mapBounded(pictures, 32, async (picture) => {
    const { file } = picture;
    try {
      const { size, mtimeMs } = await stat(path.join(folder, file));
      return { ...picture, key: `${file} ${size} ${mtimeMs}` };
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      return { ...picture, key: `${file} ${code}` };
    }
  });
}
