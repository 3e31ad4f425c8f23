import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { projectRoot, sha256 } from '../core/files';
import { download } from '../storage/download';
import type { BaseWeights } from './backbone';
import { readKerasWeights } from './hdf5';
import { publishedAlphas } from './mobilenetV2';
import { holdCached, holdDownloaded, kerasFolder, publishedName, weightsFolder } from './published';
import { alphaOf, inModelOrder, mobilenet } from './weightArrays';

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
  const name = publishedName(alpha, request.imageSize);
  const cached = path.join(request.cache ?? weightsFolder(), name);
  if (existsSync(cached)) return fromCache(cached);
  try {
    return await fromNetwork(cached, name, request);
  } catch (error) {
    if (!(error instanceof ReportError) || error.code !== 'DOWNLOAD_FAILED') throw error;
    if (alpha === ownBase.alpha) return ownWeights(error.message);
    const own = `The project's own base has alpha ${ownBase.alpha}, not ${alpha}`;
    throw new ReportError('DOWNLOAD_FAILED', `${error.message} ${own}. ${advice}`);
  }
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
  const url = new URL(name, kerasFolder()).href;
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
