import { existsSync } from 'node:fs';
import path from 'node:path';
import { isReportError, ReportError } from '../core/errors';
import { projectRoot } from '../core/files';
import { download } from '../storage/download';
import type { BaseWeights } from './backbone';
import { readKerasWeights } from './hdf5';
import { publishedAlphas } from './mobilenetV2';
import { holdCached, holdDownloaded, kerasFolder, publishedName, weightsFolder } from './published';
import { alphaOf, inModelOrder } from './weightArrays';

/** The project's own base, made by `npm run train-base`; its model card lies beside it. */
export const ownBase = {
  /** Relative to the project's folder. */
  file: 'lib/networks/base/mobilenet_v2_0.35_96_generated.h5',
  card: 'lib/networks/base/README.md',
  alpha: 0.35,
} as const;

export interface WeightsRequest {
  /** Width multiplier, one of `publishedAlphas`. */
  alpha: number;
  /** Pixels; weights were published for some sizes only, and the nearest is taken. */
  imageSize: number;
  /** Bytes of the download; the total is 0 when the server does not say. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
  /** Where downloads are kept; default `cacheFolder()/weights`. */
  cache?: string;
}

/** A file of weights, and how it came here. */
export interface WeightsFile extends Pick<BaseWeights, 'source' | 'warning'> {
  file: string;
}

/** The published weights of MobileNetV2, else with a `warning` the project's own. Throws `HASH_MISMATCH`, `BAD_SETTING`, `DOWNLOAD_FAILED`, `INTERRUPTED`. */
export async function findWeightsFile(request: WeightsRequest): Promise<WeightsFile> {
  const { alpha } = request;
  if (!publishedAlphas.some((published) => published === alpha)) {
    const choices = publishedAlphas.join(', ');
    throw new ReportError('BAD_SETTING', `REPORT_ALPHA is ${alpha}, but weights exist for ${choices} only.`);
  }
  const name = publishedName(alpha, request.imageSize);
  const file = path.join(request.cache ?? weightsFolder(), name);
  try {
    const source = existsSync(file) ? 'cache' : 'download';
    if (source === 'download') await fetchWeights(file, name, request);
    await holdCached(file);
    return { file, source, warning: null };
  } catch (error) {
    if (!isReportError(error, 'DOWNLOAD_FAILED')) throw error;
    if (alpha === ownBase.alpha) return ownFile(error.message);
    const own = `The project's own base has alpha ${ownBase.alpha}, not ${alpha}`;
    throw new ReportError('DOWNLOAD_FAILED', `${error.message} ${own}. ${advice}`);
  }
}

async function fetchWeights(file: string, name: string, request: WeightsRequest): Promise<void> {
  const url = new URL(name, kerasFolder()).href;
  await download(url, file, {
    onProgress: request.onProgress,
    signal: request.signal,
    check: async (partial, hash) => {
      try {
        alphaOf(inModelOrder(await readKerasWeights(partial)));
      } catch (cause) {
        // A page of a proxy or a log-in.
        throw new ReportError('DOWNLOAD_FAILED', `What ${url} sent is not a Keras weights file.`, { cause });
      }
      await holdDownloaded(file, hash);
    },
  });
}

/** The project's own base where others cannot be had, for this reason. */
export const ownFile = (reason: string): WeightsFile => ({
  file: path.join(projectRoot(), ownBase.file),
  source: 'own',
  warning:
    `The base is the project's own, which has seen generated pictures only (${ownBase.card} tells what it is worth): on ` +
    `photographs the published ImageNet weights say more. ${reason} ${advice}`,
});

const advice =
  'Connect to the network and run again, or set REPORT_WEIGHTS to a MobileNetV2 no_top file of Keras.';
