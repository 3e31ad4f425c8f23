import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { writeAtomic } from '../../lib/core/files';
import { streamBounded } from '../../lib/core/pool';
import { stage } from '../../lib/core/stage';
import { readCatalogue } from '../../lib/studies/prices/catalogue';
import { alignedGames, indexScreenshots } from '../../lib/studies/prices/screenshots';

interface Copy {
  /** File of the sample, relative to its folder. */
  from: string;
  appid: number;
  picture: number;
  /** Which repetition of the sample, from 0. */
  repeat: number;
}

/**
 * A data set of about `images` pictures: the games of the sample in `folder` over and over, each time under other appids and a little darker,
 * so that no two pictures are the same. Made once.
 */
export async function scaleData(work: string, folder: string, images: number): Promise<string> {
  const result = await stage({
    name: 'scale data',
    version: 1,
    folder: path.join(work, 'bench', `games-${images}`),
    inputs: { images },
    make: async (target) => {
      const { copies, rows } = await planCopies(folder, images);
      console.error(`• ${copies.length} pictures …`);
      for (const appid of new Set(copies.map((copy) => copy.appid))) {
        await mkdir(path.join(target, 'screenshots', String(appid)), { recursive: true });
      }
      const make = (copy: Copy) => darken(folder, target, copy);
      for await (const _ of streamBounded(copies, 16, make)) {
        // each is written as it comes
      }
      await writeAtomic(path.join(target, 'games.csv'), `appid,price\n${rows.join('\n')}\n`);
    },
    load: () => undefined,
  });
  return result.folder;
}

async function planCopies(folder: string, images: number): Promise<{ copies: Copy[]; rows: string[] }> {
  const catalogue = await readCatalogue(folder);
  const index = await indexScreenshots(folder, catalogue.games);
  const games = alignedGames(catalogue, index);
  const copies: Copy[] = [];
  const rows: string[] = [];
  for (let number = 0; copies.length < images; number++) {
    const repeat = Math.floor(number / games.length);
    const game = games[number % games.length]!; // below the length
    const appid = 1_000_000 + number;
    rows.push(`${appid},${game.price}`);
    const files = (index.games.get(game.id) ?? []).filter(({ file }) => file.endsWith('.jpg'));
    copies.push(...files.map(({ file }, picture) => ({ from: file, appid, picture, repeat })));
  }
  return { copies, rows };
}

async function darken(folder: string, target: string, { from, appid, picture, repeat }: Copy): Promise<void> {
  const [source, file] = [
    path.join(folder, from),
    path.join(target, 'screenshots', String(appid), `${picture}.jpg`),
  ];
  if (repeat === 0) return copyFile(source, file);
  try {
    await sharp(await readFile(source))
      .linear(1 - 0.003 * repeat, 0)
      .jpeg({ quality: 85 })
      .toFile(file);
  } catch {
    await copyFile(source, file); // one of the sample's damaged files: damaged here too
  }
}
