import path from 'node:path';
import sharp from 'sharp';
import { writeAtomic } from '../../core/files';
import { throwIfAborted } from '../../core/pool';
import { withProgress } from '../../core/run';
import { type AnyMethodName, explainModel, type SidedMap, withModel } from '../../explain/baseAndHead';
import { isLevel, normaliseTogether, peakOf } from '../../explain/heatMap';
import { overlay } from '../../explain/overlay';
import { type Region, regionOf, resizeMap } from '../../explain/resize';
import { pixelsOf, readWholePicture, type WholePicture } from '../../images/prepare';
import { explainedLayer, explainedScore } from './explainStage';
import { findModel, predictFound } from './foundModel';
import type { Run } from './settings';
import { parseAppId } from './units';

export type FileExplanations = Awaited<ReturnType<typeof explainFiles>>;

/** Explains picture files by two overlays each, `NAME.raises.png` and `NAME.lowers.png`. Throws what `findModel` and `explainModel` throw. */
export async function explainFiles(
  run: Run,
  files: readonly string[],
  { out, method = 'grad-cam', layer: wanted }: { out: string; method?: AnyMethodName; layer?: string },
) {
  const found = await findModel(run, files);
  try {
    const { scaler, base, background, weights, pictures, layers } = found;
    const layer = wanted ?? explainedLayer(run, weights);
    const { score: target, name: scoreName } = explainedScore(scaler.kind);
    const predicted = await predictFound(found);
    const source = {
      count: files.length,
      read: (rows: readonly number[]) => pixelsOf(pictures, rows),
      boxes: pictures.map(({ box }) => box),
    };
    const { imageSize } = base;
    const explained = await withProgress(run, 'Pictures explained', (onProgress) =>
      withModel({ weights, imageSize, head: layers }, (open) =>
        explainModel(open, source, { target, layer, method }, { onProgress, signal: run.signal }),
      ),
    );
    const overlays = await withProgress(run, 'Overlays written', async (onProgress) => {
      const names = uniqueNames(files);
      const written: Awaited<ReturnType<typeof writeOverlays>>[] = [];
      for (const [i, file] of files.entries()) {
        throwIfAborted(run.signal);
        const whole = await readWholePicture(file, background);
        const region = regionOf(pictures[i]!.box, imageSize); // one of each for every file, here and below
        const start = path.join(out, names[i]!);
        written.push(await writeOverlays(whole, explained[i]!, region, start));
        onProgress(i + 1, files.length);
      }
      return written;
    });
    const { width, height } = explained[0]!.map; // of one file at least
    return {
      pictures: files.map((file, i) => ({ file, price: predicted[i]!.price, ...overlays[i]! })),
      scoreName,
      /** Places of one map, before it is scaled to the picture. */
      places: { width, height },
      ...{ method, layer, model: { scaler, base } },
      warnings: weights.warning === null ? [] : [weights.warning],
    };
  } finally {
    found.dispose();
  }
}

/** File names without ending, behind the appid of a game's folder, with `2`, `3`, … added where several are the same on a disk that does not tell capitals apart. */
export function uniqueNames(files: readonly string[]): string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const { dir, name: own } = path.parse(file);
    const game = parseAppId(path.basename(dir));
    const plain = game === null ? own : `${game}-${own}`;
    let name = plain;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${plain}-${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

async function writeOverlays(
  { pixels, width, height }: WholePicture,
  { raises, lowers }: SidedMap,
  region: Region,
  start: string,
) {
  const parts = [raises, lowers].map((part) => resizeMap(part, width, height, region));
  const shown = normaliseTogether(parts);
  const write = async (i: 0 | 1, side: 'raises' | 'lowers') => {
    const file = `${start}.${side}.png`;
    const [part, map] = [parts[i]!, shown[i]!]; // two of each
    const raw = { width, height, channels: 3 } as const;
    const painted = sharp(overlay(pixels, map, { width, height }), { raw });
    await writeAtomic(file, await painted.png().toBuffer());
    // `largest` in the unit of the score: the brightest colour stands for the larger one of the two. `level`: it points nowhere.
    return { file, largest: peakOf([part]), level: isLevel(part) };
  };
  return { raises: await write(0, 'raises'), lowers: await write(1, 'lowers') };
}
