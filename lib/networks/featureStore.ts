import { readFileSync } from 'node:fs';
import type { Shape } from '../core/concepts';
import { type Augmentation, augment, augmentTogether, type Copy } from '../images/copies';
import { rowBytes } from '../images/pictureTask';
import { openRows, type RowReader } from '../storage/rowReader';
import { writeRows } from '../storage/rowWriter';
import { badRows, locateRows, type Place, readSegments } from '../storage/segment';
import type { Workers, WorkerTask } from '../storage/workers';
import { loadTensorFlow } from '../tensorflow/backend';
import { decodeFloat16 } from '../tensorflow/float16';
import { type Extractor, graphExtractor } from './features';

/** Features on disk, as half-precision rows: 23 kB an image at 96 px, 125 kB at 224 px. */
export interface FeatureStore {
  /** Rows; row i has the i-th of the keys that the store was opened with. */
  count: number;
  /** Of one row: `[side, side, channels]`. */
  shape: Shape;
  /** The rows with these numbers, in this order, repeats allowed: float32 `[rows.length, ...shape]`. */
  read(rows: readonly number[]): Float32Array;
  /** Gives the files back; may be called twice. */
  close(): void;
}

/** Bytes of the last feature map of a backbone that halves the sides of its picture five times. */
export const lastMapBytes = (size: number, channels: number): number =>
  featureBytes([Math.ceil(size / 32), Math.ceil(size / 32), channels]);

export const featureBytes = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 2);

/** Those of `keys` that have no row yet. Throws `BAD_STORE` for a damaged store. */
export function missingFeatures(folder: string, shape: Shape, keys: readonly string[]): Set<string> {
  const places = locateRows(readSegments<FeatureColumns>(folder, featureBytes(shape), []), keys);
  return new Set(keys.filter((_, i) => places[i] === null));
}

/** Opens the rows with these keys. Throws `BAD_STORE` when one is missing, or a file is not as long as its index says. */
export function openFeatures(folder: string, shape: Shape, keys: readonly string[]): FeatureStore {
  const bytes = featureBytes(shape);
  const places = locateRows(readSegments<FeatureColumns>(folder, bytes, []), keys).map((place) => {
    if (place) return place;
    throw badRows(folder, 'a row of features is not in it');
  });
  const reader = openRows(folder, bytes);
  return {
    count: keys.length,
    shape,
    read: (rows) => {
      const found = reader.read(rows.map((row) => places[row]!)); // below the count
      return decodeFloat16(new Uint16Array(found.buffer, found.byteOffset, found.byteLength / 2));
    },
    close: reader.close,
  };
}

/** A row of features to be computed: which picture, where it lies, and which copy of it. */
export interface FeatureTaskRow extends Copy {
  place: Place;
}

export interface FeatureRows extends Augmentation {
  /** A file of rows, and the first slot. */
  file: string;
  slot: number;
  /** The folder of the image store, and the side of its pictures in pixels. */
  images: string;
  size: number;
  rows: readonly FeatureTaskRow[];
}

/** Feature rows have no columns: their keys say everything. */
export type FeatureColumns = Record<string, never>;

/** Computes features of pictures and their copies and writes them into a file of rows; `threads` make the copies of the next rows meanwhile. */
export async function writeFeatures(
  extractor: Extractor,
  reader: RowReader,
  input: FeatureRows,
  threads: Workers | null,
): Promise<FeatureColumns> {
  const { file, slot, size, rows, settings, seed } = input;
  const pixels = reader.read(rows.map(({ place }) => place));
  const copies = { pixels, size, copies: rows, settings, seed };
  const shown = threads ? await augmentTogether(copies, threads) : augment(copies);
  const halves = extractor.extractHalves(shown, rows.length);
  const bytes = halves.byteLength / rows.length;
  await writeRows(file, slot, bytes, new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength));
  return {};
}

export interface FeatureTaskInput extends FeatureRows {
  /** File with the bytes of a `backboneGraph`. */
  graph: string;
  shape: Shape;
}

/** `writeFeatures` in a process of its own. */
export const computeFeatureRows: WorkerTask<FeatureTaskInput, FeatureColumns> = {
  module: 'networks/featureStore',
  name: 'computeFeatureRows',
  run: async (input) => {
    const { extractor, reader } = await toolsFor(input);
    return writeFeatures(extractor, reader, input, null);
  },
};

/** What the last task used, for the next one like it; a process computes features of one kind. */
let last: { key: string; extractor: Extractor; reader: RowReader } | undefined;

async function toolsFor({ graph, shape, images, size }: FeatureTaskInput) {
  await loadTensorFlow(); // nothing is awaited below: a task beside this one finds either all of it done or nothing
  const key = [graph, images, size].join(' ');
  if (last?.key === key) return last;
  last?.extractor.dispose();
  last?.reader.close();
  last = {
    key,
    extractor: graphExtractor(readFileSync(graph), shape, size),
    reader: openRows(images, rowBytes(size)),
  };
  return last;
}
