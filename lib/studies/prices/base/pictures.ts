import { open, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { writeAtomic } from '../../../core/files';
import { mapBounded, streamBounded } from '../../../core/pool';
import { random } from '../../../core/random';
import { type Run, withProgress } from '../../../core/run';
import { stage } from '../../../core/stage';
import { prepareImage } from '../../../images/prepare';
import { styles } from '../../../samples/styles';
import { openProcesses, type WorkerTask } from '../../../storage/workers';
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
const atOnce = 20; // games that a process draws at a time

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
    make: (target) => withProgress(run, 'Drawing', (onGames) => drawAll(target, onGames, run.signal)),
    load: async (target) => ({
      pixels: await readFile(path.join(target, 'pixels.bin')),
      drawn: JSON.parse(await readFile(path.join(target, 'drawn.json'), 'utf8')) as BaseLabel['drawn'][], // as drawAll writes them
    }),
  });
  return { size: drawing.size, key, ...value };
}

async function drawAll(
  target: string,
  onGames: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { games } = drawing;
  const firsts = Array.from({ length: Math.ceil(games / atOnce) }, (_, i) => i * atOnce);
  const workers = openProcesses(availableParallelism());
  const file = await open(path.join(target, 'pixels.bin'), 'w');
  const labels: BaseLabel['drawn'][] = [];
  try {
    const draw = (first: number) => workers.run(drawGames, { first, games: Math.min(atOnce, games - first) });
    for await (const drawn of streamBounded(firsts, workers.lanes + 1, draw, { signal })) {
      for (const picture of drawn) await file.writeFile(picture.pixels);
      labels.push(...drawn.map(({ label }) => label));
      onGames(labels.length / picturesPerGame, games);
    }
  } finally {
    workers.close();
    await file.close();
  }
  await writeAtomic(path.join(target, 'drawn.json'), JSON.stringify(labels));
}

export const drawGames: WorkerTask<
  { first: number; games: number },
  { pixels: Uint8Array; label: BaseLabel['drawn'] }[]
> = {
  module: 'studies/prices/base/pictures',
  name: 'drawGames',
  run: ({ first, games }) => {
    const { seed, size, background } = drawing;
    const rows = Array.from({ length: games * picturesPerGame }, (_, row) => row);
    return mapBounded(rows, inFlight, async (row) => {
      const appid = `base-${first + Math.floor(row / picturesPerGame)}`;
      const source = random(seed, 'base game', appid);
      const [style, quality] = [source.pick(styles), source.next()];
      const scene = drawScene({ seed, appid, picture: row % picturesPerGame, quality, style });
      const { pixels } = await prepareImage(await encodeScene(scene), size, background);
      const { place, hour, figures, hud, text } = scene.labels;
      return { pixels, label: { style, place, hour, figures, hud, text } };
    });
  },
};
