import { open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../../../core/files';
import { mapBounded, throwIfAborted } from '../../../core/pool';
import { random } from '../../../core/random';
import { type Run, withProgress } from '../../../core/run';
import { stage } from '../../../core/stage';
import { prepareImage } from '../../../images/prepare';
import { type DrawingOrder, drawTogether } from '../../../samples/drawTogether';
import { styles } from '../../../samples/styles';
import type { WorkerTask } from '../../../storage/workers';
import { drawScene, encodeScene } from '../sample/scene';
import { settings } from '../settings';
import { baseTraining } from './settings';
import type { BaseLabel } from './task';

/** Pictures of each game, one after the other: rows 2i and 2i + 1 show game i. */
export const picturesPerGame = 2;

/** What is drawn, and how it is prepared: as the report's pictures are. */
const drawing = {
  games: baseTraining.games.training + baseTraining.games.heldOut,
  seed: 42,
  size: 96,
  background: settings.background.initial,
};

/** Prepared pictures, `[rows, size, size, 3]`, with what they were drawn from, in memory. */
export interface BasePictures {
  size: number;
  key: string;
  pixels: Uint8Array;
  drawn: BaseLabel['drawn'][];
}

const inFlight = 4; // pictures: one being drawn, the others being encoded or decoded by the thread pool
const PIXELS = 'pixels.bin';

/** Draws the pictures the base learns from, or takes those drawn earlier; style and quality are independent, so that style does not stand for price. */
export async function basePictures(
  run: Pick<Run, 'progress' | 'signal'>,
  folder: string,
): Promise<BasePictures> {
  const { value, key } = await stage({
    name: 'base pictures',
    version: 4,
    folder,
    inputs: drawing,
    make: (target) =>
      withProgress(run, 'Drawing', async (onProgress) => {
        const rows = Array.from({ length: drawing.games * picturesPerGame }, (_, row) => row);
        await writeFile(path.join(target, PIXELS), '');
        const labels = await drawTogether(drawRows, target, rows, (done) => {
          throwIfAborted(run.signal);
          onProgress(done, rows.length);
        });
        await writeAtomic(path.join(target, 'drawn.json'), JSON.stringify(labels));
      }),
    load: async (target) => ({
      pixels: await readFile(path.join(target, PIXELS)),
      drawn: JSON.parse(await readFile(path.join(target, 'drawn.json'), 'utf8')) as BaseLabel['drawn'][], // as written above
    }),
  });
  return { size: drawing.size, key, ...value };
}

/** Draws rows of pictures into their places in the file of pixels, and gives what each was drawn from. */
export const drawRows: WorkerTask<DrawingOrder<number>, BaseLabel['drawn'][]> = {
  module: 'studies/prices/base/pictures',
  name: 'drawRows',
  run: async ({ folder, jobs }) => {
    const { seed, size, background } = drawing;
    const file = await open(path.join(folder, PIXELS), 'r+');
    try {
      return await mapBounded(jobs, inFlight, async (row) => {
        const appid = `base-${Math.floor(row / picturesPerGame)}`;
        const source = random(seed, 'base game', appid);
        const [style, quality] = [source.pick(styles), source.next()];
        const scene = drawScene({ seed, appid, picture: row % picturesPerGame, quality, style });
        const { pixels } = await prepareImage(await encodeScene(scene), size, background);
        await file.write(pixels, 0, pixels.length, row * pixels.length);
        const { place, hour, figures, hud, text } = scene.labels;
        return { style, place, hour, figures, hud, text };
      });
    } finally {
      await file.close();
    }
  },
};
