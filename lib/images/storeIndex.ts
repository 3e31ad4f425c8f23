import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../errors';
import type { AppId } from '../units';
import type { Box } from './letterbox';

/** Names of the two files of a store. */
export const storeFiles = { pixels: 'images.bin', index: 'index.json' } as const;

/** Raised when a store is laid out in another way; older ones are then refused. */
export const storeVersion = 1;

/** What a store knows about each row; the columns are equally long, and row i of `images.bin` is described by element i of each. */
export interface StoreColumns {
  appid: AppId[];
  /** The picture's file, relative to the data folder. */
  file: string[];
  /** Pixels of the original picture, after EXIF rotation. */
  width: number[];
  height: number[];
  /** Where the picture lies in its square. */
  box: Box[];
  /** Hex SHA-256 of the row's bytes: equal for pictures that look the same to the network. */
  sha256: string[];
}

/** A picture that could not be used. */
export interface UnreadableImage {
  appid: AppId;
  file: string;
  reason: string;
}

/** `index.json` of a store. */
export interface StoreIndex {
  version: number;
  /** Pixels; every row is `[size, size, 3]`. */
  size: number;
  /** Colour of the padding, `#rrggbb`. */
  background: string;
  /** Rows. */
  count: number;
  columns: StoreColumns;
  unreadable: UnreadableImage[];
}

/** Bytes of one row, of `[size, size, 3]`. */
export const rowBytes = (index: Pick<StoreIndex, 'size'>): number => index.size * index.size * 3;

/** The rows of each game, in the order of the store; games without a readable picture are not in it. */
export function rowsByGame(index: StoreIndex): Map<AppId, number[]> {
  const rows = new Map<AppId, number[]>();
  index.columns.appid.forEach((appid, row) => {
    const known = rows.get(appid);
    if (known) known.push(row);
    else rows.set(appid, [row]);
  });
  return rows;
}

/** The error for a store that cannot be used, with the same advice each time. */
export const badStore = (folder: string, fault: string, cause?: unknown): ReportError =>
  new ReportError(
    'BAD_STORE',
    `The prepared pictures in ${folder} cannot be used: ${fault}. Delete that folder and run again.`,
    {
      cause,
    },
  );

/** Reads and checks `index.json` in `folder`. Throws `BAD_STORE` when it is missing, damaged, of another version or contradicts itself. */
export function readStoreIndex(folder: string): StoreIndex {
  const file = path.join(folder, storeFiles.index);
  let index: StoreIndex;
  try {
    index = JSON.parse(readFileSync(file, 'utf8')) as StoreIndex; // written by writeStore; checked below
  } catch (error) {
    throw badStore(folder, `${storeFiles.index} is missing or damaged`, error);
  }
  if (index?.version !== storeVersion) {
    throw badStore(folder, `its version is ${index?.version}, expected ${storeVersion}`);
  }
  const { size, count, columns } = index;
  if (!Number.isInteger(size) || size < 1 || !Number.isInteger(count) || count < 0) {
    throw badStore(folder, `${storeFiles.index} tells of ${count} images of ${size} pixels`);
  }
  for (const name of ['appid', 'file', 'width', 'height', 'box', 'sha256'] as const) {
    const length = columns?.[name]?.length;
    if (length !== count) {
      throw badStore(
        folder,
        `${storeFiles.index} tells of ${count} images, but its column ${name} has ${length ?? 'no'} entries`,
      );
    }
  }
  return index;
}
