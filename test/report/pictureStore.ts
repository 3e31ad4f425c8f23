import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { withKeys } from '../../lib/images/pictureKey';
import { fillStore, type ImageStore, openStore } from '../../lib/images/store';
import { parseAppId } from '../../lib/studies/prices/units';
import { picture, plain, wavePixels } from '../images/pictures';

/** The pictures of `pictureStore`, by row: two games with four and two pictures, of unequal kinds. */
export const files = [
  'screenshots/10/0.jpg', // 600 × 338
  'screenshots/10/1.jpg', // the same kind
  'screenshots/10/2.JPG', // the same kind, written in capitals
  'screenshots/10/3.png', // half transparent
  'screenshots/20/0.jpg', // upright, by its EXIF rotation only
  'screenshots/20/1.gif', // small
] as const;

/** A data folder with the pictures above and a store of them at 32 pixels. For the top level of a file: hooks count only there. */
export function pictureStore(): { folder: string; store: () => ImageStore } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'report-pictures-'));
  let store: ImageStore;
  beforeAll(async () => {
    await mkdir(path.join(folder, 'screenshots', '10'), { recursive: true });
    await mkdir(path.join(folder, 'screenshots', '20'), { recursive: true });
    const place = (row: number): string => path.join(folder, files[row]!); // one of the rows above
    for (const row of [0, 1, 2]) {
      await picture(wavePixels(600, 338, row), 600, 338)
        .jpeg()
        .toFile(place(row));
    }
    await plain(50, 40, [255, 0, 0, 0.5]).png().toFile(place(3));
    const lying = await picture(wavePixels(600, 338, 4), 600, 338)
      .jpeg()
      .toBuffer();
    await sharp(lying).withMetadata({ orientation: 6 }).jpeg().toFile(place(4));
    await plain(20, 30, [0, 0, 255]).gif().toFile(place(5));
    const screenshots = files.map((file) => ({ id: appidOf(file), file }));
    const wanted = await withKeys(folder, screenshots);
    const settings = { size: 32, background: '#000000', decoder: 'sharp' } as const;
    await fillStore(path.join(folder, 'store'), wanted, { dataFolder: folder, settings });
    store = openStore(path.join(folder, 'store'), 32, wanted);
  });
  afterAll(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, store: () => store };
}

/** `screenshots/10/0.jpg` → 10 */
const appidOf = (file: string): string => parseAppId(file.split('/')[1]!)!; // as the files above are written

/** The pixels and the size behind the `src` of a picture. */
export async function decoded(src: string | Uint8Array): Promise<{ data: Uint8Array; size: string }> {
  const bytes = typeof src === 'string' ? Buffer.from(src.split(',')[1]!, 'base64') : src;
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data, size: `${info.width} × ${info.height} × ${info.channels}` };
}
