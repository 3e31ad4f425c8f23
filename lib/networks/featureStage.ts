import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Part } from '../core/concepts';
import { ReportError } from '../core/errors';
import { partialName, sha256, stableJson, writeAtomic } from '../core/files';
import { dataName, type Run, stageFolder, withProgress } from '../core/run';
import { type GrownResult, growingStage } from '../core/stage';
import { parts } from '../data/split';
import { augment, augmentationOf } from '../images/copies';
import { rowBytes } from '../images/pictureTask';
import type { ImageStore } from '../images/store';
import { mergeRows } from '../storage/merge';
import { openRows } from '../storage/rowReader';
import { fillRows, type RowTask } from '../storage/rowWriter';
import { type Shard, shardOf } from '../storage/shard';
import { openThreads, type Workers } from '../storage/workers';
import { withWorkers } from '../tensorflow/runWorkers';
import { type BaseWeights, shapeOf } from './backbone';
import {
  computeFeatureRows,
  type FeatureColumns,
  type FeatureStore,
  type FeatureTaskRow,
  featureBytes,
  missingFeatures,
  openFeatures,
  writeFeatures,
} from './featureStore';
import { backboneGraph, createExtractor } from './features';

/** One row of the feature store: which picture, which copy of it, and for what. */
export interface FeatureRow {
  image: number;
  /** 0 for the picture itself, else the number of the augmented copy. */
  variant: number;
  part: Part;
}

/** The rows of the feature store: the pictures of every part, then the augmented copies of the training pictures. */
export function featureRows(
  { rows }: { rows: Readonly<Record<Part, readonly number[]>> },
  variants: number,
): FeatureRow[] {
  const originals = parts.flatMap((part) => rows[part].map((image) => ({ image, variant: 0, part })));
  const copies = Array.from({ length: variants }, (_, i) =>
    rows.training.map((image) => ({ image, variant: i + 1, part: 'training' as const })),
  );
  return [...originals, ...copies.flat()];
}

/** Rows of features: where they lie, how they are made, and which are wanted. */
export type FeaturePlan = ReturnType<typeof planFeatures>;

/** What is to be computed for `rows`, in their order: the output of the base's layer `upTo`, by default its last. */
export function planFeatures(
  { config }: Run,
  images: ImageStore,
  weights: BaseWeights,
  rows: readonly Pick<FeatureRow, 'image' | 'variant'>[],
  upTo?: string,
) {
  const { file, sha256: hashes } = images.index.columns;
  const augmentation = stableJson(augmentationOf(config));
  const keys = rows.map(({ image, variant }) => {
    const pixels = hashes[image]!; // a row of the store, as below
    const made = variant === 0 ? pixels : `${pixels} ${file[image]} ${variant} ${augmentation}`;
    return sha256(made).slice(0, 32);
  });
  const part = upTo === undefined ? '' : `-${upTo}`;
  const place = `${dataName(config)}-${config.imageSize}-${weights.sha256.slice(0, 8)}${part}`;
  return {
    folder: stageFolder(config, 'features', place),
    shape: shapeOf(weights, config.imageSize, upTo),
    weights,
    upTo,
    images,
    rows: rows.map(
      ({ image, variant }): FeatureTaskRow => ({
        place: images.places[image]!,
        picture: file[image]!,
        variant,
      }),
    ),
    /** One for each row: two rows with equal keys hold the same features. */
    keys,
  };
}

/** Features of the frozen base up to the layer `upTo`, of which only the missing are computed; row i belongs to `rows[i]`. The caller closes the store. */
export async function computeFeatures(
  run: Run,
  images: ImageStore,
  weights: BaseWeights,
  rows: readonly Pick<FeatureRow, 'image' | 'variant'>[],
  upTo?: string,
): Promise<GrownResult<FeatureStore>> {
  const plan = planFeatures(run, images, weights, rows, upTo);
  const { folder, shape, keys } = plan;
  const found = await growingStage({
    name: 'features',
    version: 2,
    folder,
    inputs: () => ({
      weights: weights.sha256,
      ...(upTo === undefined ? {} : { upTo }), // so that the keys of whole features stay what they were
      size: run.config.imageSize,
      rows: sha256(keys.join('\n')),
    }),
    grow: () => fillFeatures(run, plan),
    load: () => openFeatures(folder, shape, keys),
  });
  requireTelling(weights, keys, found.value);
  return found;
}

/** Pictures whose features are compared: as many as the first look needs. */
const COMPARED = 16;

/** Throws `BAD_WEIGHTS` when the base has the same features for all of the pictures that are looked at. */
function requireTelling({ name }: BaseWeights, keys: readonly string[], features: FeatureStore): void {
  const rows = [...new Map(keys.map((key, row) => [key, row])).values()].slice(0, COMPARED);
  if (rows.length < COMPARED) return;
  const values = features.read(rows);
  const size = values.length / rows.length;
  if (values.every((value, i) => Number.isNaN(value) || value === values[i % size])) {
    features.close();
    throw new ReportError(
      'BAD_WEIGHTS',
      `The base gives all pictures the same features with the weights ${name}: they are damaged, give another file with --weights.`,
    );
  }
}

/** Features up to the layer `upTo`, or whole, of every picture of the store, or a copy of each, in their order. The caller closes the store. */
export async function pictureFeatures(
  run: Run,
  images: ImageStore,
  weights: BaseWeights,
  { variant = 0, upTo }: { variant?: number; upTo?: string | undefined } = {},
): Promise<FeatureStore & { key: string }> {
  const rows = images.places.map((_, image) => ({ image, variant }));
  const { value, key } = await computeFeatures(run, images, weights, rows, upTo);
  return { ...value, key };
}

/** Computes those of the rows (or of one shard of them) that are missing, and gives their number. Throws `INTERRUPTED`. */
export async function fillFeatures(
  run: Run,
  plan: FeaturePlan,
  shard: Shard = { number: 1, count: 1 },
): Promise<number> {
  const { folder, shape, keys, rows } = plan;
  const missing = missingFeatures(folder, shape, shardOf(keys, shard));
  const first = keys.flatMap((key, i) => (missing.delete(key) ? [i] : [])); // each once
  if (first.length === 0) return 0;
  const [ownKeys, ownRows] = [first.map((i) => keys[i]!), first.map((i) => rows[i]!)]; // one key for each row
  await withWorkers(run, { kind: 'features', rows: first.length }, (workers) =>
    withProgress(run, 'Features of the base', (onProgress) =>
      withFiller(run, plan, workers, (fill) =>
        fillRows<FeatureColumns>({
          folder,
          rowBytes: featureBytes(shape),
          keys: ownKeys,
          lanes: workers.lanes,
          fill: (task) => fill(task, ownRows.slice(task.start, task.end)),
          onProgress,
          signal: run.signal,
        }),
      ),
    ),
  );
  return first.length;
}

/** Lays computed features down as one run would have, byte by byte, and drops rows that are not wanted. Throws `BAD_STORE` when some are missing. */
export function mergeFeatures({ signal }: Run, { folder, shape, keys }: FeaturePlan): Promise<void> {
  const layout = { folder, rowBytes: featureBytes(shape), keys: [...new Set(keys)] };
  return mergeRows<FeatureColumns>({ ...layout, columns: [], signal });
}

type Filler = (task: RowTask, rows: readonly FeatureTaskRow[]) => Promise<FeatureColumns>;

/** Gives `use` a function that computes rows: in the workers' processes, or here with threads that make the copies meanwhile. */
async function withFiller(
  run: Run,
  { weights, upTo, shape, images }: FeaturePlan,
  workers: Workers,
  use: (fill: Filler) => Promise<void>,
): Promise<void> {
  const { imageSize: size, work } = run.config;
  const common = { images: images.folder, size, ...augmentationOf(run.config) };
  if (workers.lanes > 1) {
    const graph = partialName(path.join(work, 'base.graph')); // as long as the processes live
    await writeAtomic(graph, backboneGraph(weights, size, upTo));
    try {
      await use(({ file, slot }, rows) =>
        workers.run(computeFeatureRows, { ...common, file, slot, rows, graph, shape }),
      );
    } finally {
      await rm(graph, { force: true });
    }
    return;
  }
  const extractor = await createExtractor(weights, size, undefined, upTo);
  const reader = openRows(images.folder, rowBytes(size));
  const threads = availableParallelism() > 1 ? openThreads(availableParallelism()) : null;
  try {
    await use(({ file, slot }, rows) =>
      writeFeatures(extractor, reader, { ...common, file, slot, rows }, threads),
    );
  } finally {
    threads?.close();
    reader.close();
    extractor.dispose();
  }
}

/** `[rows, size, size, 3]` bytes: pictures as they are and augmented copies, in the order of `rows`. */
export function shownPixels({ config }: Run, images: ImageStore, rows: readonly FeatureRow[]): Uint8Array {
  const { file } = images.index.columns;
  const pixels = images.read(rows.map(({ image }) => image));
  const copies = rows.map(({ image, variant }) => ({ picture: file[image]!, variant })); // rows of the store
  return augment({ pixels, size: images.size, copies, ...augmentationOf(config) });
}
