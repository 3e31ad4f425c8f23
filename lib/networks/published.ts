import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { cacheFolder, sha256, writeAtomic } from '../core/files';
import { download } from '../storage/download';

/** Weights as others publish them: files of one address, and the servers that it may lead to. */
export interface Published {
  what: string;
  url: string;
  /** Below the cache's folder of weights: a file, or a folder where there are several. */
  place: string;
  files: readonly string[];
  /** Servers beside that of `url`. */
  origins?: readonly string[];
  licence: string;
  /** What to do with it, where `FILE` stands for its place. */
  use: string;
}

const torch = {
  url: 'https://download.pytorch.org/models/',
  place: '',
  licence: "torchvision's (BSD-3-Clause), learnt from ImageNet, whose pictures are for research",
  use: 'Give it to a report with --weights FILE',
};

const keras = 'https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2';

/** Where keras-applications fetches MobileNetV2 from; `REPORT_WEIGHTS_URL` overrides it (a mirror, for instance). */
export const kerasFolder = (): string => (process.env.REPORT_WEIGHTS_URL || keras).replace(/\/*$/, '/');

/** The name of the file Keras publishes for this width and the size nearest to `imageSize`; widths above 1 exist for 224 px only. */
export function publishedName(alpha: number, imageSize: number): string {
  const sizes = alpha > 1 ? [224] : [96, 128, 160, 192, 224];
  const distance = (size: number): number => Math.abs(size - imageSize);
  const size = sizes.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  const width = Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha);
  return `mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${width}_${size}_no_top.h5`;
}

/** The weights that can be fetched by name. */
export const published = {
  mobilenet: {
    what: 'MobileNetV2 without its top, of widths 0.35 and 1.0',
    url: kerasFolder(),
    place: '',
    files: [publishedName(0.35, 96), publishedName(0.35, 224), publishedName(1, 96), publishedName(1, 224)],
    licence: "Keras' (Apache-2.0), learnt from ImageNet, whose pictures are for research",
    use: 'Reports take them from there by themselves.',
  },
  resnet50: {
    ...torch,
    what: 'ResNet-50, IMAGENET1K_V2',
    files: ['resnet50-11ad3fa6.pth'],
    use: 'A report takes it from there with --backbone resnet50',
  },
  'resnet50-v1': { ...torch, what: 'ResNet-50, IMAGENET1K_V1', files: ['resnet50-0676ba61.pth'] },
  'efficientnetv2-s': {
    ...torch,
    what: 'EfficientNetV2-S',
    files: ['efficientnet_v2_s-dd5fe13b.pth'],
    use: 'A report takes it from there with --backbone efficientnetv2-s',
  },
  clip: {
    what: 'CLIP ViT-B/32, quantised, for transformers.js',
    url: 'https://huggingface.co/Xenova/clip-vit-base-patch32/resolve/main/',
    place: 'Xenova/clip-vit-base-patch32',
    files: [
      ...['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'],
      'onnx/model_quantized.onnx',
    ],
    origins: ['https://*.huggingface.co', 'https://*.hf.co'],
    licence: 'MIT (OpenAI)',
    use: 'The study digits takes it from there.',
  },
} as const satisfies Record<string, Published>;

/** Where a set of weights lies once it is there: its file, or its folder. */
export const publishedPlace = ({ place, files }: Published, cache = weightsFolder()): string =>
  path.join(cache, place === '' && files.length === 1 ? (files[0] ?? '') : place);

/** The cache's folder of weights. */
export const weightsFolder = (): string => path.join(cacheFolder(), 'weights');

export interface FetchOptions {
  /** Where downloads are kept; default `weightsFolder()`. */
  cache?: string;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Fetches some weights, holds them to the hashes of the first time, and says where they lie. Throws what `download` throws, `HASH_MISMATCH`. */
export async function fetchPublished(weights: Published, options: FetchOptions = {}): Promise<string> {
  const { cache = weightsFolder(), onProgress, signal } = options;
  for (const name of weights.files) {
    const file = path.join(cache, weights.place, name);
    if (existsSync(file)) await holdCached(file);
    else {
      const check = (_partial: string, hash: string) => holdDownloaded(file, hash);
      await download(weights.url + name, file, { check, onProgress, signal, origins: weights.origins });
    }
  }
  return publishedPlace(weights, cache);
}

/** The hash of a file that is there. Throws `HASH_MISMATCH` when it is not that of the first download. */
export async function holdCached(file: string): Promise<void> {
  const advice = `delete ${file} and run again to download it anew`;
  await holdToHash(file, sha256(await readFile(file)), advice);
}

/** Holds a new download to the hash of the first one. Throws `HASH_MISMATCH`. */
export const holdDownloaded = (file: string, hash: string): Promise<void> =>
  holdToHash(file, hash, `delete ${file}.sha256 if you trust the new one`);

/** Remembers `hash` beside `file` the first time, and throws `HASH_MISMATCH` when it is another one later. */
async function holdToHash(file: string, hash: string, advice: string): Promise<void> {
  const record = `${file}.sha256`;
  const named = /-([0-9a-f]{8})\.pth$/.exec(file)?.[1]; // torch names files after the first digits of their hash
  const remembered = existsSync(record) ? (await readFile(record, 'utf8')).trim().split(/\s+/)[0] : named;
  if (remembered !== undefined && !hash.startsWith(remembered)) {
    const found = `${path.basename(file)} has SHA-256 ${hash}, but ${existsSync(record) ? record : 'its name'} says ${remembered}`;
    throw new ReportError('HASH_MISMATCH', `${found}: ${advice}.`);
  }
  if (existsSync(record)) return;
  await writeAtomic(record, `${hash}  ${path.basename(file)}\n`).catch((error: unknown) => {
    if ((error as Partial<ReportError>).code !== 'NOT_ALLOWED') throw error; // in somebody else's cache there is only reading
  });
}
