import { ReportError } from '../core/errors';
import { sha256, stableJson } from '../core/files';
import { mergeRows } from '../storage/merge';
import { openRows } from '../storage/rowReader';
import { fillRows } from '../storage/rowWriter';
import { badRows, locateRows, type Place, readSegments } from '../storage/segment';
import { hereOnly, type Workers } from '../storage/workers';
import { type DifferenceHash, differenceHash } from './differenceHash';
import { letterbox } from './letterbox';
import type { PictureFile, WantedPicture } from './pictureKey';
import {
  type PictureColumns,
  type PictureSettings,
  pictureColumns,
  prepareRows,
  rowBytes,
} from './pictureTask';

/** What a store knows about each row; the columns are equally long, and element i of each describes row i. */
export interface StoreColumns {
  /** Id of the item that the picture shows. */
  item: string[];
  /** The picture's file, relative to the data folder. */
  file: string[];
  /** Pixels of the original picture, after EXIF rotation. */
  width: number[];
  height: number[];
  /** Hex SHA-256 of the row's bytes: equal for pictures that look the same to the network. */
  sha256: string[];
}

/** What is in a store. */
export interface StoreIndex {
  /** Rows. */
  count: number;
  columns: StoreColumns;
  /** The pictures that could not be used. */
  unreadable: (PictureFile & { reason: string })[];
}

/** Prepared pictures on disk, open for reading; rows are in the order in which the pictures were asked for. */
export interface ImageStore {
  readonly folder: string;
  readonly index: StoreIndex;
  /** Pixels; every row is `[size, size, 3]`, RGB, 0 to 255. */
  readonly size: number;
  /** Rows. */
  readonly count: number;
  /** Where each row lies, for readers in other processes. */
  readonly places: readonly Place[];
  /** `[rows, size, size, 3]` bytes of rows in this order. Throws `BAD_INPUT` for one that is not there, `BAD_STORE` for a damaged file. */
  read(rows: readonly number[]): Uint8Array;
  /** `[size, size, 3]` bytes of one row; throws as `read` does. */
  readOne(row: number): Uint8Array;
  /** Closes the files; closing twice does no harm. */
  close(): void;
}

/** Raised when other pictures are made, or refused, from the same files and settings. */
const RULES = 2;

/** The name of the folder for a store of these settings: every setting that changes a picture changes it. */
export const storeName = (settings: PictureSettings): string =>
  `${settings.size}-${sha256(stableJson({ ...settings, rules: RULES })).slice(0, 8)}`;

/** The pictures of `wanted` that are not in the store yet, unreadable ones not counted as missing. Throws `BAD_STORE`. */
export function missingPictures(
  folder: string,
  size: number,
  wanted: readonly WantedPicture[],
): WantedPicture[] {
  const segments = readSegments<PictureColumns>(folder, rowBytes(size), pictureColumns);
  const places = locateRows(
    segments,
    wanted.map(({ key }) => key),
  );
  const seen = new Set<string>();
  return wanted.filter(({ key }, i) => places[i] === null && !seen.has(key) && seen.add(key)); // a file that two items show: once
}

/** Opens the store in `folder` on the pictures that are wanted. Throws `BAD_STORE` when one is missing or a file is damaged. */
export function openStore(folder: string, size: number, wanted: readonly WantedPicture[]): ImageStore {
  const bytes = rowBytes(size);
  const { index, places } = indexOf(folder, bytes, wanted);
  const reader = openRows(folder, bytes);
  const read = (rows: readonly number[]): Uint8Array =>
    reader.read(
      rows.map((row) => {
        const place = places[row];
        if (place) return place;
        throw new ReportError('BAD_INPUT', `Row ${row} is not in a store of ${index.count} images.`);
      }),
    );
  return {
    folder,
    index,
    size,
    count: index.count,
    places,
    read,
    readOne: (row) => read([row]),
    close: reader.close,
  };
}

function indexOf(
  folder: string,
  bytes: number,
  wanted: readonly WantedPicture[],
): { index: StoreIndex; places: Place[] } {
  const segments = readSegments<PictureColumns>(folder, bytes, pictureColumns);
  const columnsOf = new Map(segments.map(({ name, columns }) => [name, columns]));
  const columns: StoreColumns = { item: [], file: [], width: [], height: [], sha256: [] };
  const index: StoreIndex = { count: 0, columns, unreadable: [] };
  const places: Place[] = [];
  const found = locateRows(
    segments,
    wanted.map(({ key }) => key),
  );
  wanted.forEach(({ id, file }, i) => {
    const place = found[i] ?? null;
    if (!place) throw badRows(folder, `${file} is not in it`);
    const { width, height, sha256: hash, reason } = columnsOf.get(place.segment)!; // where it was found
    const unreadable = reason[place.slot] ?? null;
    if (unreadable !== null) {
      index.unreadable.push({ id, file, reason: unreadable });
      return;
    }
    places.push(place);
    columns.item.push(id);
    columns.file.push(file);
    columns.width.push(width[place.slot]!); // as long as the segment, as the next two
    columns.height.push(height[place.slot]!);
    columns.sha256.push(hash[place.slot]!);
    index.count++;
  });
  return { index, places };
}

/** The difference hash of a stored picture, padding left out. */
export function storedHash({ index, size, readOne }: ImageStore, row: number): DifferenceHash | null {
  const { width, height } = index.columns;
  return differenceHash(readOne(row), size, letterbox(width[row]!, height[row]!, size)); // a row of the store
}

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

/** Prepares the pictures that are not in the store yet, and gives their number. Throws `INTERRUPTED`, `DISK_FULL`, `BAD_SETTING`, `BAD_STORE`. */
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

/** Brings a store that several shards have filled into the form that one run over `wanted` would have given it. Throws `BAD_STORE` when some are missing. */
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
