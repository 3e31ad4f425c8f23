import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { projectRoot, sha256 } from '../core/files';
import { download } from '../storage/download';
import type { BaseWeights } from './backbone';
import { readKerasWeights } from './hdf5';
import { publishedAlphas } from './mobilenetV2';
import { holdCached, holdDownloaded, weightsFolder } from './published';
import { alphaOf, inModelOrder, mobilenet } from './weightArrays';

/** Where keras-applications fetches them from; `REPORT_WEIGHTS_URL` overrides it (a mirror, for instance). */
const keras = 'https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/';

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

/** The published weights of MobileNetV2, else with a `warning` the project's own. Throws `HASH_MISMATCH`, `BAD_SETTING`, `DOWNLOAD_FAILED`, `INTERRUPTED`. */
export async function findWeights(request: WeightsRequest): Promise<BaseWeights> {
  const { alpha } = request;
  if (!publishedAlphas.some((published) => published === alpha)) {
    const choices = publishedAlphas.join(', ');
    throw new ReportError('BAD_SETTING', `REPORT_ALPHA is ${alpha}, but weights exist for ${choices} only.`);
  }
  try {
    return await publishedMobilenet(request);
  } catch (error) {
    if (!(error instanceof ReportError) || error.code !== 'DOWNLOAD_FAILED') throw error;
    if (alpha === ownBase.alpha) return ownWeights(error.message);
    const own = `The project's own base has alpha ${ownBase.alpha}, not ${alpha}`;
    throw new ReportError('DOWNLOAD_FAILED', `${error.message} ${own}. ${advice}`);
  }
}

/** The published weights, which are downloaded unless they are in the cache. Throws `HASH_MISMATCH`, `DOWNLOAD_FAILED`, `INTERRUPTED`. */
export async function publishedMobilenet(request: WeightsRequest): Promise<BaseWeights> {
  const name = publishedName(request.alpha, request.imageSize);
  const cached = path.join(request.cache ?? weightsFolder(), name);
  return existsSync(cached) ? fromCache(cached) : fromNetwork(cached, name, request);
}

/** The name of the file Keras publishes for this width and the size nearest to `imageSize`; widths above 1 exist for 224 px only. */
export function publishedName(alpha: number, imageSize: number): string {
  const sizes = alpha > 1 ? [224] : [96, 128, 160, 192, 224];
  const distance = (size: number): number => Math.abs(size - imageSize);
  const size = sizes.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  const width = Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha);
  return `mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${width}_${size}_no_top.h5`;
}

/** The weights in a Keras file of a base. */
async function mobilenetFile(file: string): Promise<BaseWeights> {
  const arrays = inModelOrder(await readKerasWeights(file));
  const hash = sha256(await readFile(file));
  const name = path.basename(file);
  return { ...mobilenet(arrays, alphaOf(arrays)), source: 'file', name, sha256: hash, warning: null };
}

async function fromCache(file: string): Promise<BaseWeights> {
  await holdCached(file);
  return { ...(await mobilenetFile(file)), source: 'cache' };
}

async function fromNetwork(file: string, name: string, request: WeightsRequest): Promise<BaseWeights> {
  const base = process.env.REPORT_WEIGHTS_URL || keras;
  const url = new URL(name, base.endsWith('/') ? base : `${base}/`).href;
  await download(url, file, {
    onProgress: request.onProgress,
    signal: request.signal,
    check: async (partial, hash) => {
      await mobilenetFile(partial).catch((cause: unknown) => {
        // A page of a proxy or a log-in.
        throw new ReportError('DOWNLOAD_FAILED', `What ${url} sent is not a Keras weights file.`, { cause });
      });
      await holdDownloaded(file, hash);
    },
  });
  return { ...(await fromCache(file)), source: 'download' };
}

export const ownWeights = async (reason: string): Promise<BaseWeights> => ({
  ...(await mobilenetFile(path.join(projectRoot(), ownBase.file))),
  source: 'own',
  warning:
    `The base is the project's own, which has seen generated pictures only (${ownBase.card} tells what it is worth): on ` +
    `photographs the published ImageNet weights say more. ${reason} ${advice}`,
});

const advice =
  'Connect to the network and run again, or set REPORT_WEIGHTS to a MobileNetV2 no_top file of Keras.';
