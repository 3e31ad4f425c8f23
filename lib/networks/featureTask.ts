import { readFileSync } from 'node:fs';
import { type Augmentation, augment, augmentTogether, type Copy } from '../images/copies';
import { rowBytes } from '../images/pictureTask';
import { openRows, type RowReader } from '../storage/rowReader';
import { writeRows } from '../storage/rowWriter';
import type { Place } from '../storage/segment';
import type { WorkerTask } from '../storage/task';
import type { Workers } from '../storage/workers';
import { loadTensorFlow } from '../tensorflow/backend';
import { type Extractor, graphExtractor } from './features';

/** A row of features to be computed: which picture, where it lies, and which copy of it. */
export interface FeatureTaskRow extends Copy {
  place: Place;
}

/** Some rows of features, and where they go. */
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
  /** File with the bytes of the base's folded graph, see `baseGraph`. */
  graph: string;
  alpha: number;
  /** The layer that it goes up to; default the last one. */
  upTo?: string;
}

/** `writeFeatures` in a process of its own. */
export const computeFeatureRows: WorkerTask<FeatureTaskInput, FeatureColumns> = {
  module: 'networks/featureTask',
  name: 'computeFeatureRows',
  run: async (input) => {
    const { extractor, reader } = await toolsFor(input);
    return writeFeatures(extractor, reader, input, null);
  },
};

/** What the last task used, for the next one like it; a process computes features of one kind. */
let last: { key: string; extractor: Extractor; reader: RowReader } | undefined;

async function toolsFor({ graph, alpha, upTo, images, size }: FeatureTaskInput) {
  await loadTensorFlow(); // nothing is awaited below: a task beside this one finds either all of it done or nothing
  const key = [graph, alpha, upTo, images, size].join(' ');
  if (last?.key === key) return last;
  last?.extractor.dispose();
  last?.reader.close();
  last = {
    key,
    extractor: graphExtractor(readFileSync(graph), alpha, size, undefined, upTo),
    reader: openRows(images, rowBytes(size)),
  };
  return last;
}
