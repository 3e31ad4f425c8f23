import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { sha256, writeAtomic } from '../../../core/files';
import { mapBounded, streamBounded } from '../../../core/pool';
import { random } from '../../../core/random';
import { type StageResult, stage } from '../../../core/stage';
import { prepareImage } from '../../../images/prepare';
import { styles } from '../../../samples/styles';
import type { WorkerTask } from '../../../storage/task';
import { hereOnly, openProcesses } from '../../../storage/workers';
import { drawScene, encodeScene } from '../sample/scene';
import { answersOf } from './labels';

/** Pictures of each game, one after the other: rows 2i and 2i + 1 show game i. */
export const picturesPerGame = 2;

/** Which pictures the base learns from. */
export interface BasePicturesRequest {
  /** Folder of the parts. */
  folder: string;
  /** Each has `picturesPerGame` pictures. */
  games: number;
  seed: number;
  /** Pixels; side of the prepared square. */
  size: number;
  /** Colour of the padding, `#rrggbb`. */
  background: string;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Prepared pictures with their answers, in memory. */
export interface BasePictures {
  count: number;
  size: number;
  /** Stands for what they were drawn from. */
  key: string;
  /** Seconds it took to draw them all, in this run or earlier ones. */
  seconds: number;
  /** `[rows, size, size, 3]` bytes of the rows asked for, in that order. */
  read(rows: readonly number[]): Uint8Array;
  /** `[rows, answerLength]`, see `answersOf` in labels. */
  answersOf(rows: readonly number[]): Float32Array;
}

/** Games a part: a killed process loses at most one part. */
const partSize = 250;
const inFlight = 4; // pictures: one being drawn here, the others being encoded or decoded by the thread pool

/**
 * Draws the pictures the base learns from on all cores, or takes those drawn earlier: parts of `partSize` games in folders of their own,
 * each whole or absent. The games are named `base-0`, `base-1`, …, which no game of the sample is, so no picture of the sample is among
 * them. Style and quality are drawn independently of each other, so that the style does not stand for the price.
 */
export async function basePictures(request: BasePicturesRequest): Promise<BasePictures> {
  const { folder, games, seed, size, background, onProgress, signal } = request;
  const starts = Array.from({ length: Math.ceil(games / partSize) }, (_, part) => part * partSize);
  const orders = starts.map((first): PartOrder => {
    const name = `pictures-${String(first / partSize).padStart(2, '0')}`;
    return {
      folder: path.join(folder, name),
      first,
      games: Math.min(partSize, games - first),
      seed,
      size,
      background,
    };
  });
  const cores = availableParallelism();
  const workers = cores < 2 ? hereOnly() : openProcesses(cores);
  const parts: StageResult<LoadedPart>[] = [];
  try {
    const make = async (order: PartOrder) => {
      await workers.run(drawPart, order);
      return part(order, loadPart);
    };
    for await (const made of streamBounded(orders, workers.lanes, make, { signal })) {
      parts.push(made);
      onProgress?.(Math.min(games, parts.length * partSize), games);
    }
  } finally {
    workers.close();
  }
  const [bytes, perPart] = [size * size * 3, partSize * picturesPerGame];
  const partOf = (row: number): LoadedPart => parts[Math.floor(row / perPart)]!.value; // rows below `count`
  return {
    count: games * picturesPerGame,
    size,
    key: sha256(parts.map(({ key }) => key).join()),
    seconds: parts.reduce((sum, made) => sum + made.seconds, 0) / workers.lanes,
    read(rows) {
      const target = new Uint8Array(rows.length * bytes);
      rows.forEach((row, i) => {
        const at = (row % perPart) * bytes;
        target.set(partOf(row).pixels.subarray(at, at + bytes), i * bytes);
      });
      return target;
    },
    answersOf: (rows) => Float32Array.from(rows.flatMap((row) => partOf(row).answers[row % perPart]!)), // as above
  };
}

/** A part to be drawn. */
interface PartOrder {
  folder: string;
  /** Number of its first game. */
  first: number;
  games: number;
  seed: number;
  size: number;
  background: string;
}

interface LoadedPart {
  /** `[rows, size, size, 3]`. */
  pixels: Uint8Array;
  /** Per picture. */
  answers: number[][];
}

/** Draws one part unless it is there. */
export const drawPart: WorkerTask<PartOrder, void> = {
  module: 'studies/prices/base/pictures',
  name: 'drawPart',
  run: async (order) => void (await part(order, () => undefined)), // whoever asked for it loads it
};

/** A part as a stage, made where it is missing. */
function part<T>(order: PartOrder, load: (folder: string) => T | Promise<T>): Promise<StageResult<T>> {
  const { folder, ...inputs } = order;
  return stage({
    name: 'base pictures',
    version: 3,
    folder,
    inputs,
    make: (target) => drawGames(target, order),
    load,
  });
}

async function drawGames(target: string, { first, games, seed, size, background }: PartOrder): Promise<void> {
  const wanted = Array.from({ length: games * picturesPerGame }, (_, row) => ({
    appid: `base-${first + Math.floor(row / picturesPerGame)}`,
    picture: row % picturesPerGame,
  }));
  const drawn = await mapBounded(wanted, inFlight, async ({ appid, picture }) => {
    const source = random(seed, 'base game', appid);
    const [style, quality] = [source.pick(styles), source.next()];
    const scene = drawScene({ seed, appid, picture, quality, style });
    const { pixels } = await prepareImage(await encodeScene(scene), size, background);
    return { pixels, answers: answersOf(scene.labels) };
  });
  await writeAtomic(path.join(target, 'pixels.bin'), Buffer.concat(drawn.map(({ pixels }) => pixels)));
  await writeAtomic(path.join(target, 'answers.json'), JSON.stringify(drawn.map(({ answers }) => answers)));
}

async function loadPart(folder: string): Promise<LoadedPart> {
  const pixels = await readFile(path.join(folder, 'pixels.bin'));
  const answers = JSON.parse(await readFile(path.join(folder, 'answers.json'), 'utf8')) as number[][]; // written above, in one stage
  return { pixels, answers };
}
