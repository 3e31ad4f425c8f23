import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { mapBounded, streamBounded } from '../../core/pool';
import { drawScene, type SceneLabels } from '../../samples/scene';
import type { Task } from '../../storage/task';
import { hereOnly, openProcesses } from '../../storage/workers';
import { encodeMask, encodeScene, enlargeMask } from './screenshotImage';
import type { AppId } from './units';

/** One picture of the sample, to be drawn and written. */
export interface PictureJob {
  seed: number;
  appid: AppId;
  /** Number of the picture within its game, from 0. */
  picture: number;
  /** Production value of the game, see `qualityOf`. */
  quality: number;
  /** Name of its folder under `screenshots/`: the appid, or a malformed spelling of it. */
  name: string;
  mask: boolean;
}

/** One line of `labels.jsonl`: what a picture was drawn from. Pictures with flaws have none. */
export type LabelLine = { appid: string; file: string } & SceneLabels;

export interface DrawnPicture {
  line: LabelLine;
  /** Of the JPEG file. */
  bytes: number;
}

/** What is drawn at once, by one process. */
interface DrawingOrder {
  /** `screenshots/` (and `masks/`) lie in it, with a folder for each game. */
  folder: string;
  jobs: readonly PictureJob[];
}

const inFlight = 4; // pictures: one being drawn here, the others being encoded or written by the thread pool

/** Draws pictures and gives what is known of each, in the order of the jobs. A picture depends on its job alone. */
export const drawPictures: Task<DrawingOrder, DrawnPicture[]> = {
  module: 'studies/prices/samplePictures',
  name: 'drawPictures',
  run: ({ folder, jobs }) => mapBounded(jobs, inFlight, (job) => drawPicture(folder, job)),
};

async function drawPicture(folder: string, job: PictureJob): Promise<DrawnPicture> {
  const { name, picture, mask } = job;
  const file = `screenshots/${name}/${picture}.jpg`;
  const scene = drawScene(job);
  const jpeg = await encodeScene(scene);
  await writeFile(path.join(folder, file), jpeg);
  if (mask) {
    await writeFile(path.join(folder, 'masks', name, `${picture}.png`), await encodeMask(enlargeMask(scene)));
  }
  return { line: { appid: name, file, ...scene.labels }, bytes: jpeg.length };
}

/** Fewer pictures than this are drawn sooner here than other processes start. */
const WORTH_PROCESSES = 200;
/** Pictures that a process draws before it tells of them. */
const TOGETHER = 16;

/**
 * Draws pictures on all cores; the bytes are the same as on one. `onPictures` is told how many are done after every few of them, and may
 * throw to end it. Throws what drawing throws, in whichever process.
 */
export async function drawTogether(
  folder: string,
  jobs: readonly PictureJob[],
  onPictures: (done: number) => void,
): Promise<DrawnPicture[]> {
  const orders: DrawingOrder[] = [];
  for (let start = 0; start < jobs.length; start += TOGETHER) {
    orders.push({ folder, jobs: jobs.slice(start, start + TOGETHER) });
  }
  const cores = availableParallelism();
  const workers = jobs.length < WORTH_PROCESSES || cores < 2 ? hereOnly() : openProcesses(cores);
  const drawn: DrawnPicture[] = [];
  try {
    const draw = (order: DrawingOrder) => workers.run(drawPictures, order);
    for await (const some of streamBounded(orders, workers.lanes + 1, draw)) {
      drawn.push(...some);
      onPictures(drawn.length);
    }
  } finally {
    workers.close();
  }
  return drawn;
}
