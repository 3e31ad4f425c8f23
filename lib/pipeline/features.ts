import { ReportError } from '../errors';
import { augmentBatch } from '../images/augment';
import type { ImageStore } from '../images/store';
import { createFeatures, type FeatureStore, openFeatures } from '../model/featureStore';
import { createExtractor } from '../model/features';
import { type BaseWeights, findWeights } from '../model/weights';
import { type Part, parts } from '../split/split';
import { type StageResult, stage } from '../stage';
import { loadTensorFlow } from '../tensorflow/backend';
import type { PartRows } from './pictures';
import { dataName, type Run, stageFolder, withProgress } from './run';

/** One row of the feature store: which picture, which copy of it, and for what. */
export interface FeatureRow {
  /** Row of the image store. */
  image: number;
  /** 0 for the picture itself, else the number of the augmented copy. */
  variant: number;
  part: Part;
}

/** Images augmented and featurised at a time; bounds the memory. */
const CHUNK = 256;

/** The weights that the settings ask for; loads TensorFlow. */
export async function baseWeights(run: Run): Promise<BaseWeights> {
  const { weights: file, alpha, imageSize, seed } = run.config;
  await loadTensorFlow();
  return withProgress(run, 'Weights of the base', (onProgress) =>
    findWeights({ file, alpha, imageSize, seed, onProgress, signal: run.signal }),
  );
}

/** The rows of the feature store: the pictures of every part, then the augmented copies of the training pictures. */
export function featureRows({ rows }: PartRows, variants: number): FeatureRow[] {
  const originals = parts.flatMap((part) => rows[part].map((image) => ({ image, variant: 0, part })));
  const copies = Array.from({ length: variants }, (_, i) =>
    rows.training.map((image) => ({ image, variant: i + 1, part: 'training' as const })),
  );
  return [...originals, ...copies.flat()];
}

/**
 * Features of the frozen base for all rows: each picture goes through the base once for each copy and never again while the head learns.
 * Row i of the store belongs to element i of `rows`. The caller closes the store.
 */
export async function computeFeatures(
  run: Run,
  images: StageResult<ImageStore>,
  weights: BaseWeights,
  rows: readonly FeatureRow[],
): Promise<StageResult<FeatureStore>> {
  const { config } = run;
  const { rotation, shift, shear, zoom, horizontalFlip, seed, variants } = config;
  const augment = variants > 0 ? { rotation, shift, shear, zoom, horizontalFlip, seed } : null;
  return stage({
    name: 'features',
    version: 1,
    folder: stageFolder(config, 'features', `${dataName(config)}-${config.imageSize}`),
    inputs: {
      images: images.key,
      weights: weights.sha256,
      augment,
      rows: rows.map(({ image, variant }) => [image, variant]),
    },
    make: (folder) =>
      withProgress(run, 'Features of the base', (onProgress) =>
        writeFeatures(run, folder, images.value, weights, rows, onProgress),
      ),
    load: openFeatures,
  });
}

async function writeFeatures(
  run: Run,
  folder: string,
  images: ImageStore,
  weights: BaseWeights,
  rows: readonly FeatureRow[],
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const { config, signal } = run;
  const extractor = await createExtractor(weights, config.imageSize);
  try {
    const writer = await createFeatures(folder, { shape: extractor.shape, weights: weights.sha256 });
    try {
      for (let start = 0; start < rows.length; start += CHUNK) {
        if (signal?.aborted)
          throw new ReportError('INTERRUPTED', 'Computing features was interrupted: run the cell again.');
        const chunk = rows.slice(start, start + CHUNK);
        await writer.append(extractor.extract(pixelsOf(run, images, chunk), chunk.length));
        onProgress(start + chunk.length, rows.length);
        await new Promise((resolve) => setImmediate(resolve)); // lets the display and an interrupt through
      }
      await writer.close();
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  } finally {
    extractor.dispose();
  }
}

/** `[rows, size, size, 3]` bytes: pictures as they are and augmented copies, in the order of `rows`. */
export function pixelsOf({ config }: Run, images: ImageStore, rows: readonly FeatureRow[]): Uint8Array {
  const pixels = images.read(rows.map(({ image }) => image));
  const bytes = images.size * images.size * 3;
  rows.forEach(({ image, variant }, i) => {
    if (variant === 0) return;
    const one = pixels.subarray(i * bytes, (i + 1) * bytes);
    const pictures = [images.index.columns.file[image]!]; // a row of the store
    one.set(augmentBatch(one, 1, images.size, config, config.seed, { pictures, variant }));
  });
  return pixels;
}
