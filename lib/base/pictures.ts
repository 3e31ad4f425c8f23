import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { drawScene } from '../dataset/drawing/scene';
import { styles } from '../dataset/drawing/styles';
import { encodeScene } from '../dataset/screenshotImage';
import { sha256, writeAtomic } from '../files';
import { prepareImage } from '../images/prepare';
import { streamBounded } from '../pool';
import { random } from '../random';
import { stage } from '../stage';
import { answersOf } from './labels';

/** Which pictures the base learns from. */
export interface BasePicturesRequest {
  /** Folder of the parts. */
  folder: string;
  /** Pictures in all; each shows a game of its own. */
  count: number;
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

/** Pictures a part: a killed process loses at most one part. */
export const partSize = 1000;

const inFlight = 4; // pictures: one being drawn here, the others being encoded or decoded by the thread pool

/**
 * Draws the pictures the base learns from, or takes those drawn earlier: parts of `partSize` in folders of their own, each whole or
 * absent. Their games are named `base-0`, `base-1`, …, which no game of the sample is, so no picture of the sample is among them.
 * Style and quality are drawn independently of each other, so that the style does not stand for the price.
 */
export async function basePictures(request: BasePicturesRequest): Promise<BasePictures> {
  const { folder, count, seed, size, background, onProgress, signal } = request;
  const parts: LoadedPart[] = [];
  const keys: string[] = [];
  let seconds = 0;
  for (let first = 0; first < count; first += partSize) {
    const rows = Math.min(partSize, count - first);
    const {
      value,
      key,
      seconds: own,
    } = await stage({
      name: 'base pictures',
      version: 1,
      folder: path.join(folder, `pictures-${String(first / partSize).padStart(2, '0')}`),
      inputs: { first, rows, seed, size, background },
      make: (target) =>
        drawPart(target, first, rows, request, signal, (done) => onProgress?.(first + done, count)),
      load: loadPart,
    });
    parts.push(value);
    keys.push(key);
    seconds += own;
    onProgress?.(first + rows, count);
  }
  const bytes = size * size * 3;
  const partOf = (row: number): LoadedPart => parts[Math.floor(row / partSize)]!; // rows below `count`
  return {
    count,
    size,
    key: sha256(keys.join()),
    seconds,
    read(rows) {
      const target = new Uint8Array(rows.length * bytes);
      rows.forEach((row, i) => {
        const at = (row % partSize) * bytes;
        target.set(partOf(row).pixels.subarray(at, at + bytes), i * bytes);
      });
      return target;
    },
    answersOf: (rows) => Float32Array.from(rows.flatMap((row) => partOf(row).answers[row % partSize]!)), // as above
  };
}

interface LoadedPart {
  /** `[rows, size, size, 3]`. */
  pixels: Uint8Array;
  /** Per picture. */
  answers: number[][];
}

async function drawPart(
  target: string,
  first: number,
  rows: number,
  { seed, size, background }: BasePicturesRequest,
  signal: AbortSignal | undefined,
  onDrawn: (done: number) => void,
): Promise<void> {
  const games = Array.from({ length: rows }, (_, row) => `base-${first + row}`);
  const draw = async (appid: string) => {
    const source = random(seed, 'base picture', appid);
    const [style, quality] = [source.pick(styles), source.next()];
    const scene = drawScene({ seed, appid, picture: 0, quality, style });
    const { pixels } = await prepareImage(await encodeScene(scene), size, background);
    return { pixels, answers: answersOf(scene.labels) };
  };
  const answers: number[][] = [];
  const handle = await open(path.join(target, 'pixels.bin'), 'w');
  try {
    for await (const drawn of streamBounded(games, inFlight, draw, { signal })) {
      await handle.appendFile(drawn.pixels);
      answers.push(drawn.answers);
      onDrawn(answers.length);
    }
  } finally {
    await handle.close();
  }
  await writeAtomic(path.join(target, 'answers.json'), JSON.stringify(answers));
}

async function loadPart(folder: string): Promise<LoadedPart> {
  const pixels = await readFile(path.join(folder, 'pixels.bin'));
  const answers = JSON.parse(await readFile(path.join(folder, 'answers.json'), 'utf8')) as number[][]; // written above, in one stage
  return { pixels, answers };
}
