import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { writeAtomic } from '../../lib/core/files';
import { mapBounded } from '../../lib/core/pool';
import { stage } from '../../lib/core/stage';
import { makeSample } from '../../lib/studies/prices/sample/sample';

/** What both sides work on. */
export interface BenchData {
  games: number;
  /** Pictures of 1920 × 1080 pixels. */
  full: number;
}

export const benchData: BenchData = { games: 300, full: 200 };

/**
 * A generated data set in the course's schema, with pictures of 1920 × 1080 pixels in `full/<appid>/` beside the thumbnails; made once. The
 * large ones are thumbnails enlarged and covered with fine grain, so that a file takes as many bytes as a real screenshot does.
 */
export async function makeBenchData(work: string, { games, full }: BenchData = benchData): Promise<string> {
  const { folder } = await stage({
    name: 'bench data',
    version: 2,
    folder: path.join(work, 'bench', 'games'),
    inputs: { games, full },
    make: async (target) => {
      console.error('• Drawing pictures …');
      const { defectivePictures } = await makeSample(target, { games, seed: 42, width: 600 });
      const bad = new Set(defectivePictures.map(({ file }) => file));
      const files = (await thumbnails(target)).filter((file) => !bad.has(file)).slice(0, full);
      await mapBounded(files, 4, (file, i) => enlarge(target, file, i));
    },
    load: () => undefined,
  });
  return folder;
}

/** Files of the thumbnails, relative to the folder, in the order of their names. */
export async function thumbnails(folder: string): Promise<string[]> {
  const games = (await readdir(path.join(folder, 'screenshots'))).filter((name) => /^\d+$/.test(name)).sort();
  const files = await mapBounded(games, 8, async (game) => {
    const names = (await readdir(path.join(folder, 'screenshots', game))).filter((name) =>
      name.endsWith('.jpg'),
    );
    return names.sort().map((name) => `screenshots/${game}/${name}`);
  });
  return files.flat();
}

async function enlarge(folder: string, file: string, seed: number): Promise<void> {
  const [width, height] = [1920, 1080];
  const grain = Buffer.alloc(width * height * 3);
  let state = seed + 1;
  for (let i = 0; i < grain.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0; // a linear congruential generator is random enough for grain
    grain[i] = 128 + (state >> 28);
  }
  const jpeg = await sharp(await readFile(path.join(folder, file)))
    .resize(width, height, { fit: 'fill' })
    .composite([{ input: grain, raw: { width, height, channels: 3 }, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toBuffer();
  const [, game, name] = file.split('/');
  await mkdir(path.join(folder, 'full', game!), { recursive: true });
  await writeAtomic(path.join(folder, 'full', game!, name!), jpeg); // screenshots/<appid>/<name>
}
