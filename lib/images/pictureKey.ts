import { stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../core/errors';
import { mapBounded } from '../core/pool';
import type { Screenshot } from '../studies/prices/screenshots';

/** A picture of the data set as it is on disk now. */
export interface WantedPicture extends Screenshot {
  /** Name, size and time of change: as long as they stay, what was prepared from the file is reused. */
  key: string;
}

/**
 * The pictures with their keys. Their content is not looked at, which would take as long as preparing them; of a file that cannot be
 * looked at at all, the reason stands in the key, so that it is tried again when that has changed.
 */
export function withKeys(folder: string, screenshots: readonly Screenshot[]): Promise<WantedPicture[]> {
  return mapBounded(screenshots, 32, async (screenshot) => {
    const { file } = screenshot;
    try {
      const { size, mtimeMs } = await stat(path.join(folder, file));
      return { ...screenshot, key: `${file} ${size} ${mtimeMs}` };
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      return { ...screenshot, key: `${file} ${code}` };
    }
  });
}
