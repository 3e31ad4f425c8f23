import { mapBounded } from '../../core/pool';
import { random } from '../../core/random';
import type { CheckedPicture } from '../../explain/comparison';
import { letterbox } from '../../images/letterbox';
import { prepareImage } from '../../images/prepare';
import type { PreparedData } from './preparedData';
import { drawSubject, type LabelLine, readLabels } from './sample/pictures';
import type { AppId } from './units';

/** Masks drawn at once. */
const AT_ONCE = 4;

/** `each` pictures of test games drawn by the seed, `limit` at most, with masks where they were generated; in the order of the store. */
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
  const labels = await readLabels(selection.folder);
  const maskOf = async (line: LabelLine | undefined) => (line ? preparedMask(line, size) : null);
  return mapBounded(rows, AT_ONCE, async (row) => ({
    id: id[row]!,
    file: file[row]!,
    pixels: images.readOne(row),
    size,
    box: letterbox(width[row]!, height[row]!, size),
    mask: await maskOf(labels.get(file[row]!)),
  }));
}

/** What a picture was drawn with, prepared as the picture was: 1 where figures and overlay cover half of a pixel. */
async function preparedMask(line: LabelLine, size: number): Promise<Uint8Array> {
  const { pixels } = await prepareImage(await drawSubject(line), size, '#000000');
  return Uint8Array.from({ length: size * size }, (_, i) => (pixels[3 * i]! >= 128 ? 1 : 0)); // grey: one channel says all
}
