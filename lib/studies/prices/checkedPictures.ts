import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs';
import { mapBounded } from '../../core/pool';
import { random } from '../../core/random';
import type { PlacedPicture } from '../../explain/controls';
import { headScore, type ScoreTarget } from '../../explain/scoreTarget';
import type { Subject } from '../../explain/subject';
import { letterbox } from '../../images/letterbox';
import { prepareImage } from '../../images/prepare';
import { createExtractor, type Extractor } from '../../networks/features';
import { tensorflow } from '../../tensorflow/backend';
import type { PreparedData } from './preparedData';
import type { AppId } from './units';

/** A test picture over which explanations are checked. */
export interface CheckedPicture extends PlacedPicture {
  id: AppId;
  /** Relative to the data folder. */
  file: string;
  /** `[size, size]`: 1 where a pixel is known to carry the price; null where nobody knows, as of real pictures. */
  mask: Uint8Array | null;
}

/** Pictures prepared or masks read at once. */
const AT_ONCE = 4;

/**
 * `each` pictures of each test game, drawn from the seed, as many games as `limit` pictures allow (drawn as well); with their masks where the data
 * set has some. In the order of the store.
 */
export async function checkedPictures(
  { images, parts, selection }: Pick<PreparedData, 'images' | 'parts' | 'selection'>,
  { each, limit, seed }: { each: number; limit: number; seed: number },
): Promise<CheckedPicture[]> {
  const { size, index } = images;
  const { item: id, file, width, height } = index.columns;
  const games = new Map<AppId, number[]>();
  for (const row of parts.rows.test) games.set(id[row]!, [...(games.get(id[row]!) ?? []), row]); // rows of the store
  const source = random(seed, 'checked pictures');
  const drawn = [...games.values()].map((rows) => source.shuffle(rows).slice(0, each));
  const rows = source
    .shuffle(drawn)
    .slice(0, Math.max(1, Math.floor(limit / each)))
    .flat()
    .sort((a, b) => a - b);
  return mapBounded(rows, AT_ONCE, async (row) => ({
    id: id[row]!,
    file: file[row]!,
    pixels: images.readOne(row),
    size,
    box: letterbox(width[row]!, height[row]!, size),
    mask: await preparedMask(selection.folder, file[row]!, size),
  }));
}

/** The mask that the generator wrote for a picture, prepared as the picture was: in where it covers half of a pixel. Null where there is none. */
async function preparedMask(folder: string, picture: string, size: number): Promise<Uint8Array | null> {
  const file = path.join(folder, picture.replace(/^screenshots\//, 'masks/').replace(/\.[^.]+$/, '.png'));
  if (file === path.join(folder, picture) || !existsSync(file)) return null;
  const { pixels } = await prepareImage(file, size, '#000000');
  return Uint8Array.from({ length: size * size }, (_, i) => (pixels[3 * i]! >= 128 ? 1 : 0)); // grey: one channel says all
}

/** A model that can be asked about pictures. `dispose` frees the extractor; the head stays the caller's. */
export interface AskedModel {
  subject: (pictures: readonly PlacedPicture[]) => Subject;
  dispose: () => void;
}

/** Feature maps that go through the head at once. */
const HEAD_BATCH = 128;

/** The base and a head, and what of its output is asked for. Throws what `createExtractor` throws. */
export async function askedModel(
  base: Subject['base'],
  size: number,
  head: LayersModel,
  target: ScoreTarget,
): Promise<AskedModel> {
  const extractor = await createExtractor(base, size);
  const scores = (pixels: Uint8Array, count: number): Float32Array =>
    headScores(extractor.extract(pixels, count), extractor.shape, head, target);
  return {
    subject: (pictures) => {
      const pixels = new Uint8Array(pictures.length * size * size * 3);
      pictures.forEach((picture, i) => {
        pixels.set(picture.pixels, i * size * size * 3);
      });
      const activations = extractor.extract(pixels, pictures.length);
      return {
        pixels,
        size,
        activations,
        shape: [pictures.length, ...extractor.shape],
        score: headScore(head, target),
        base,
        head,
        target,
        scores,
      };
    },
    dispose: extractor.dispose,
  };
}

function headScores(
  activations: Float32Array,
  shape: Extractor['shape'],
  head: LayersModel,
  target: ScoreTarget,
): Float32Array {
  const { tf } = tensorflow();
  const length = shape.reduce((a, b) => a * b);
  const count = activations.length / length;
  const result = new Float32Array(count);
  for (let start = 0; start < count; start += HEAD_BATCH) {
    const batch = Math.min(HEAD_BATCH, count - start);
    const part = activations.subarray(start * length, (start + batch) * length);
    result.set(
      tf.tidy(() => headScore(head, target)(tf.tensor4d(part, [batch, ...shape])).dataSync<'float32'>()),
      start,
    );
  }
  return result;
}
