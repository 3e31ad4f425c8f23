import { existsSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../../core/errors';
import { pixelsOf, unreadable } from '../../images/prepare';
import { prepareFiles } from '../../images/preparer';
import { valueInterval } from '../../metrics/conformal';
import type { BaseWeights } from '../../networks/backbone';
import { openBackbone } from '../../networks/backbones';
import { batchSize, createExtractor } from '../../networks/features';
import { readModelMeta } from '../../networks/modelFile';
import { loadTensorFlow } from '../../tensorflow/backend';
import { decodeFloat16 } from '../../tensorflow/float16';
import { predictEach } from '../../training/predict';
import { combine } from './perGame';
import { loadPriceModel } from './priceModel';
import { modelFolder, type ReportModel } from './reportModel';
import type { Run } from './settings';
import type { Predicted } from './target';
import { showPricesIn } from './units';

/** The model of an earlier run with prepared pictures; the caller disposes it. Throws `BAD_INPUT`, `NO_MODEL`, `UNREADABLE_IMAGE`, `BAD_WEIGHTS`. */
export async function findModel(run: Run, files: readonly string[]) {
  if (files.length === 0)
    throw new ReportError('BAD_INPUT', 'There is no picture to look at: give one or more files.');
  const absent = files.find((file) => !existsSync(file)); // before anything is loaded
  if (absent !== undefined) throw unreadable(absent, 'there is no such file');
  const folder = modelFolder(run);
  if (!existsSync(path.join(folder, 'model.json'))) {
    throw new ReportError(
      'NO_MODEL',
      `There is no trained model in ${folder}: run "npm run report -- 06" with the same data first.`,
    );
  }
  const { base, background, currency } = (await readModelMeta(folder)) as unknown as ReportModel; // as it was saved
  showPricesIn(currency);
  // Side by side: TensorFlow is loaded while the library that reads the weights is.
  const [weights, prepared] = await Promise.all([
    findBase(run, base),
    prepareFiles(files, base.imageSize, background),
  ]);
  const pictures = prepared.map((picture, i) => {
    if (!('reason' in picture)) return picture;
    throw unreadable(files[i]!, picture.reason); // one of each
  });
  return { ...(await loadPriceModel<ReportModel>(folder)), weights, pictures };
}

/** The weights that the head was trained on: from the file of the settings, else where they were found then. */
async function findBase(run: Run, base: ReportModel['base']): Promise<BaseWeights> {
  const { config } = run;
  const { backbone, alpha, imageSize } = base;
  const file = base.fineTuned ? base.file : (config.weights ?? base.file);
  if (file !== null && !existsSync(file)) {
    throw new ReportError(
      'BAD_WEIGHTS',
      base.fineTuned
        ? `The fine-tuned base was in ${file}, which is gone: run npm run report with the same settings again.`
        : `The weights of the base were in ${file}, which is gone: give the file ${base.name} with --weights.`,
    );
  }
  const found = await openBackbone({
    ...run,
    config: { ...config, weights: file, backbone, alpha, imageSize },
  });
  if (found.sha256 === base.sha256) return found;
  throw new ReportError(
    'BAD_WEIGHTS',
    `The model was trained on ${base.name} (SHA-256 ${base.sha256.slice(0, 12)}…), but ${found.name} ` +
      `(${found.sha256.slice(0, 12)}…) was found: give the former with --weights, or train again with npm run report.`,
  );
}

/** What the model says of each of its pictures, from features in half precision as the store would hold them. */
export async function predictFound({
  base,
  weights,
  pictures,
  ...model
}: Awaited<ReturnType<typeof findModel>>): Promise<Predicted[]> {
  const { gpu } = await loadTensorFlow();
  const batch = Math.min(pictures.length, batchSize(base.imageSize, gpu));
  const extractor = await createExtractor(weights, base.imageSize, batch);
  try {
    const source = {
      count: pictures.length,
      shape: extractor.shape, // height, width, channels
      read: (rows: readonly number[]) => ({
        x: decodeFloat16(extractor.extractHalves(pixelsOf(pictures, rows), rows.length)),
      }),
    };
    return await predictEach(model, source, batch);
  } finally {
    extractor.dispose();
  }
}

export type GameGuess = Awaited<ReturnType<typeof predictGame>>;

/** The price of one game from its picture files, by the model that an earlier run left. Throws what `findModel` throws. */
export async function predictGame(run: Run, files: readonly string[]) {
  const found = await findModel(run, files);
  try {
    const { scaler, base, calibration, weights } = found;
    const predicted = await predictFound(found);
    const price = combine(predicted, scaler);
    return {
      price,
      /** Where nine prices in ten of games like those of the data set lie around such a prediction; see `calibrate`. */
      interval: valueInterval(calibration, price),
      confidence: calibration.confidence,
      pictures: files.map((file, i) => ({ file, price: predicted[i]!.price })), // one for each
      model: { scaler, base },
      warnings: [weights.warning, calibration.warning].filter((text): text is string => text !== null),
    };
  } finally {
    found.dispose();
  }
}
