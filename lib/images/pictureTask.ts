import path from 'node:path';
import { sha256 } from '../core/files';
import { writeRows } from '../storage/rowWriter';
import type { WorkerTask } from '../storage/workers';
import { createPreparer, type Decoder, type Preparer } from './preparer';

/** How the pictures of a store are made; another setting makes another store. */
export interface PictureSettings {
  /** Pixels; side of the prepared square. */
  size: number;
  /** Colour of the padding, `#rrggbb`. */
  background: string;
  decoder: Decoder;
}

/** What a store knows of each of its slots. */
export type PictureColumns = {
  /** Pixels of the picture in its file, after EXIF rotation; 0 when it cannot be read. */
  width: number[];
  height: number[];
  /** Hex SHA-256 of the row's bytes: equal for pictures that look the same to the network. Empty when it cannot be read. */
  sha256: string[];
  /** Why the picture cannot be read (the row is then zero), or null. */
  reason: (string | null)[];
};

export const pictureColumns = ['width', 'height', 'sha256', 'reason'] as const;

export interface PictureTaskInput {
  /** Where the rows go: a file of rows, and the first slot. */
  file: string;
  slot: number;
  /** Folder that the pictures' files are relative to. */
  dataFolder: string;
  pictures: readonly string[];
  settings: PictureSettings;
}

/** Bytes of one row, `[size, size, 3]`. */
export const rowBytes = (size: number): number => size * size * 3;

/** Prepares pictures and writes them into a file of rows. */
export const prepareRows: WorkerTask<PictureTaskInput, PictureColumns> = {
  module: 'images/pictureTask',
  name: 'prepareRows',
  run: async ({ file, slot, dataFolder, pictures, settings }) => {
    const preparer = await preparerFor(settings);
    const bytes = rowBytes(settings.size);
    const rows = new Uint8Array(pictures.length * bytes);
    const results = await preparer.prepareFiles(pictures.map((name) => path.join(dataFolder, name)));
    const columns: PictureColumns = { width: [], height: [], sha256: [], reason: [] };
    results.forEach((result, row) => {
      const bad = 'reason' in result;
      if (!bad) rows.set(result.pixels, row * bytes);
      columns.width.push(bad ? 0 : result.width);
      columns.height.push(bad ? 0 : result.height);
      columns.sha256.push(bad ? '' : sha256(result.pixels));
      columns.reason.push(bad ? result.reason : null);
    });
    await writeRows(file, slot, bytes, rows);
    return columns;
  },
};

let last: { key: string; preparer: Preparer } | undefined;

/** The preparer of the last task, for the next one like it. */
export async function preparerFor({ size, background, decoder }: PictureSettings): Promise<Preparer> {
  const key = `${size} ${background} ${decoder}`;
  if (last?.key === key) return last.preparer;
  last?.preparer.dispose();
  last = undefined;
  const preparer = await createPreparer(size, background, decoder);
  last = { key, preparer };
  return preparer;
}
