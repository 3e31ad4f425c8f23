import { existsSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../errors';
import { type PriceInterval, priceInterval } from '../evaluation/conformal';
import { combine } from '../evaluation/perGame';
import { chooseDecoder, createPreparer } from '../images/preparer';
import { batchSize, createExtractor } from '../model/features';
import { decodeFloat16 } from '../model/float16';
import type { FeatureShape } from '../model/head';
import { predictHead } from '../model/prediction';
import { type BaseWeights, findWeights } from '../model/weights';
import { predictedOf, toPrice } from '../prices/target';
import { loadTensorFlow } from '../tensorflow/backend';
import type { Cents } from '../units';
import type { Run } from './run';
import { type BaseRecord, loadModel, modelFolder, type ReportModel, readModelRecord } from './savedModel';

/** What the model says of a game, from its pictures alone. */
export interface GameGuess {
  /** The mean of the prices predicted from the single pictures. */
  price: Cents;
  /** Where nine prices in ten of games like those of the data set lie around such a prediction; see `calibrate`. */
  interval: PriceInterval;
  confidence: number;
  /** In the order of the files. */
  pictures: { file: string; price: Cents }[];
  model: Pick<ReportModel, 'scaler' | 'base'>;
  /** What makes the guess worth less, as sentences. */
  warnings: string[];
}

/**
 * Predicts the price of one game from its pictures (paths of files), with the model that an earlier run left for this data set: prepared,
 * featurised and averaged as the games of the report are, so that the same pictures lead to the same price. Needs neither table nor
 * screenshots. Throws `BAD_INPUT` for no pictures, `NO_MODEL` when nothing was trained yet, `UNREADABLE_IMAGE`, and `BAD_WEIGHTS` when the
 * model is damaged or the weights of its base cannot be found again.
 */
export async function predictGame(run: Run, files: readonly string[]): Promise<GameGuess> {
  if (files.length === 0)
    throw new ReportError('BAD_INPUT', 'There is no picture to predict from: give one or more files.');
  const folder = modelFolder(run);
  if (!existsSync(path.join(folder, 'head.json'))) {
    throw new ReportError(
      'NO_MODEL',
      `There is no trained model in ${folder}: run "npm run report -- 06" with the same data first.`,
    );
  }
  const { base, background, scaler, calibration } = await readModelRecord(folder);
  // Side by side: TensorFlow is loaded while the library that reads the weights is.
  const [weights, pixels] = await Promise.all([
    findBase(run, base),
    preparedPixels(files, base.imageSize, background),
  ]);
  const { model } = await loadModel(folder);
  try {
    const features = await featuresOf(weights, base.imageSize, pixels, files.length);
    const outputs = predictHead(model, features, files.length);
    const predicted = predictedOf(scaler, outputs);
    const prices = predicted.map((said) => toPrice(scaler, said));
    const price = combine({ prices, predicted }, scaler);
    return {
      price,
      interval: priceInterval(calibration, price),
      confidence: calibration.confidence,
      pictures: files.map((file, i) => ({ file, price: prices[i]! })), // one for each
      model: { scaler, base },
      warnings: [weights.warning, calibration.warning].filter((text): text is string => text !== null),
    };
  } finally {
    model.dispose();
  }
}

/** The weights that the head was trained on: from the file of the settings, else where they were found then. */
async function findBase({ config, signal }: Run, base: BaseRecord): Promise<BaseWeights> {
  const { alpha, imageSize, seed } = base;
  const file = config.weights ?? base.file;
  if (file !== null && !existsSync(file)) {
    throw new ReportError(
      'BAD_WEIGHTS',
      `The weights of the base were in ${file}, which is gone: give the file ${base.name} with --weights.`,
    );
  }
  const found = await findWeights({ file, alpha, imageSize, seed, signal });
  if (found.sha256 === base.sha256) return found;
  throw new ReportError(
    'BAD_WEIGHTS',
    `The model was trained on ${base.name} (SHA-256 ${base.sha256.slice(0, 12)}…), but ${found.name} ` +
      `(${found.sha256.slice(0, 12)}…) was found: give the former with --weights, or train again with npm run report.`,
  );
}

/** `[files, size, size, 3]` bytes. */
async function preparedPixels(
  files: readonly string[],
  size: number,
  background: string,
): Promise<Uint8Array> {
  const preparer = await createPreparer(size, background, await chooseDecoder());
  try {
    const pixels = new Uint8Array(files.length * size * size * 3);
    const prepared = await preparer.prepareFiles(files);
    prepared.forEach((picture, i) => {
      if ('reason' in picture) {
        throw new ReportError(
          'UNREADABLE_IMAGE',
          `${files[i]} cannot be used: ${picture.reason}. Replace the file or leave it out.`,
        );
      }
      pixels.set(picture.pixels, i * size * size * 3);
    });
    return pixels;
  } finally {
    preparer.dispose();
  }
}

/** Features of the pictures as the store would hold them, in half precision. */
async function featuresOf(weights: BaseWeights, size: number, pixels: Uint8Array, count: number) {
  const { gpu } = await loadTensorFlow();
  const extractor = await createExtractor(weights, size, Math.min(count, batchSize(size, gpu)));
  try {
    const shape = extractor.shape as FeatureShape; // height, width, channels
    const values = decodeFloat16(extractor.extractHalves(pixels, count));
    const length = values.length / count;
    return {
      count,
      shape,
      read: (rows: readonly number[]) =>
        Float32Array.from(rows.flatMap((row) => [...values.subarray(row * length, (row + 1) * length)])),
      targets: new Float32Array(count), // not looked at
    };
  } finally {
    extractor.dispose();
  }
}
