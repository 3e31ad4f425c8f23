import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { largest } from '../core/extremes';
import { bicubic, scale } from '../images/lanczos';
import type { WholePicture } from '../images/prepare';
import { resizedCrop } from '../images/recipe';
import { type NpmPackage, npmPackage, type PackageOptions } from '../storage/packages';
import { channelsFirst, withoutOtherSystems } from './onnx';
import { fetchPublished, published, publishedPlace } from './published';

/** Two networks that give sentences and pictures places in one space, where what belongs together lies close (Radford et al. 2021). */
export interface Clip {
  /** The tokens of a sentence as OpenAI's tokenizer gives them, but for text in a wrong encoding, which it repairs: start, at most 75, end. */
  tokens(sentence: string): number[];
  /** A vector of length 1 for each sentence and each picture; at least one of both. */
  embed(sentences: readonly string[], pictures: readonly WholePicture[]): Promise<Embedded>;
  dispose(): Promise<void>;
}

export interface Embedded {
  sentences: readonly Float32Array[];
  pictures: readonly Float32Array[];
}

interface Tensor {
  data: Float32Array;
  dims: readonly number[];
}

/** What is used of the package. */
interface Library {
  env: { localModelPath: string; allowRemoteModels: boolean };
  Tensor: new (type: 'int64' | 'float32', data: BigInt64Array | Float32Array, dims: number[]) => Tensor;
  AutoTokenizer: {
    from_pretrained(
      folder: string,
    ): Promise<{ encode(text: string, how?: { add_special_tokens: boolean }): number[] }>;
  };
  CLIPModel: {
    from_pretrained(
      folder: string,
      how: { dtype: 'q8' | 'fp32' },
    ): Promise<{
      (inputs: Record<string, Tensor>): Promise<Record<'text_embeds' | 'image_embeds', Tensor>>;
      dispose(): Promise<unknown>;
    }>;
  };
}

const transformers: NpmPackage = { name: '@huggingface/transformers', version: '4.3.2' };

/** Most tokens of a sentence, side of a picture, and what is taken off its colours and what they are divided by. */
const [LONGEST, SIDE] = [77, 224];
const MEANS = [0.48145466, 0.4578275, 0.40821073] as const;
const DEVIATIONS = [0.26862954, 0.26130258, 0.27577711] as const;

/** What cosines are multiplied by before the softmax, as learnt by OpenAI's networks. */
export const LOGIT_SCALE = 100;

/** Opens CLIP from a folder as transformers.js has it, by default the one that `npm run fetch -- clip` fills; npm fetches what runs it the first time. The caller disposes it. Throws `BAD_WEIGHTS`, `HASH_MISMATCH`, `DOWNLOAD_FAILED`, `INTERRUPTED`, `DISK_FULL`. */
export async function openClip(folder?: string, options: PackageOptions = {}): Promise<Clip> {
  const place = folder ?? publishedPlace(published.clip);
  const quantized = existsSync(path.join(place, 'onnx', 'model_quantized.onnx'));
  if (folder === undefined) {
    if (!published.clip.files.every((name) => existsSync(path.join(place, name)))) {
      const advice = 'run "npm run fetch -- clip" where there is a network (154 MB)';
      throw new ReportError('BAD_WEIGHTS', `The weights of CLIP are not on this machine: ${advice}.`);
    }
    await fetchPublished(published.clip); // all are there: holds them to their hashes
  }
  const modules = await npmPackage(transformers, { ...options, trim: onlyNeeded });
  const library = createRequire(path.join(modules, 'package.json'))(transformers.name) as Library; // of this version
  Object.assign(library.env, { localModelPath: '', allowRemoteModels: false });
  try {
    const tokenizer = await library.AutoTokenizer.from_pretrained(place);
    const model = await library.CLIPModel.from_pretrained(place, { dtype: quantized ? 'q8' : 'fp32' });
    const [start = 0, end = 0] = tokenizer.encode(''); // these two
    const tokens = (sentence: string): number[] => {
      const inner = tokenizer.encode(plainText(sentence), { add_special_tokens: false });
      return [start, ...inner.slice(0, LONGEST - 2), end]; // the library's own cut loses the end
    };
    return {
      tokens,
      embed: async (sentences, pictures) => {
        const ids = sentences.map(tokens);
        const longest = largest(ids.map(({ length }) => length));
        const int64 = (at: (of: readonly number[], i: number) => number): Tensor => {
          const flat = ids.flatMap((of) => Array.from({ length: longest }, (_, i) => BigInt(at(of, i))));
          return new library.Tensor('int64', BigInt64Array.from(flat), [ids.length, longest]);
        };
        const pixels = new Float32Array(pictures.length * 3 * SIDE * SIDE);
        for (const [i, picture] of pictures.entries()) pixels.set(clipPixels(picture), i * 3 * SIDE * SIDE);
        const found = await model({
          input_ids: int64((of, i) => of[i] ?? end),
          attention_mask: int64((of, i) => Number(i < of.length)),
          pixel_values: new library.Tensor('float32', pixels, [pictures.length, 3, SIDE, SIDE]),
        });
        return { sentences: rowsOf(found.text_embeds), pictures: rowsOf(found.image_embeds) };
      },
      dispose: async () => void (await model.dispose()),
    };
  } catch (cause) {
    throw new ReportError('BAD_WEIGHTS', `${place} holds no CLIP that can be run (${cause}).`, { cause });
  }
}

/** The cosine of the angle between each picture and each sentence: `[pictures][sentences]`. */
export const cosines = ({ pictures, sentences }: Embedded): number[][] =>
  pictures.map((picture) =>
    sentences.map((sentence) => product(picture, sentence) / (norm(picture) * norm(sentence))),
  );

/** A picture as CLIP takes it, `[3, 224, 224]`: the shorter side scaled to 224 (bicubic), the middle cut out, colours standardised. */
export function clipPixels({ pixels, width, height }: WholePicture): Float32Array {
  const sideOf = (side: number): number => Math.floor((side * SIDE) / Math.min(width, height));
  const [toWidth, toHeight] = [sideOf(width), sideOf(height)];
  const scaled = scale(pixels, width, height, toWidth, toHeight, bicubic);
  const half = (side: number): number => Math.round((side - SIDE) / 2);
  const box = { left: half(toWidth), top: half(toHeight), width: SIDE, height: SIDE };
  const cut = resizedCrop(scaled, toWidth, box, SIDE, SIDE);
  return channelsFirst(cut, 1, (value, channel) => (value / 255 - MEANS[channel]) / DEVIATIONS[channel]);
}

const entities = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }));

/** Text with its HTML entities resolved twice, as OpenAI's tokenizer does; of the named ones only the six that texts of the web are full of. */
function plainText(text: string): string {
  const once = (of: string): string =>
    of.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return entities.get(name) ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    });
  return once(once(text)).trim();
}

const product = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
const norm = (of: Float32Array): number => Math.sqrt(product(of, of));

const rowsOf = ({ data, dims: [rows = 0, columns = 0] }: Tensor): Float32Array[] =>
  Array.from({ length: rows }, (_, i) => data.slice(i * columns, (i + 1) * columns));

/** Of half a gigabyte a tenth is left: without the runtimes of browsers and of other systems. */
async function onlyNeeded(modules: string): Promise<void> {
  await rm(path.join(modules, 'onnxruntime-web'), { recursive: true });
  await withoutOtherSystems(modules);
}
