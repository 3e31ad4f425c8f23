import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mapBounded } from '../../../core/pool';
import type { DrawingOrder } from '../../../samples/drawTogether';
import { encodeSubject } from '../../../samples/picture';
import type { WorkerTask } from '../../../storage/workers';
import { drawScene, encodeScene, type SceneLabels, type SceneRequest } from './scene';

/** One picture of the sample, to be drawn and written. */
export interface PictureJob extends SceneRequest {
  /** Name of its folder under `screenshots/`: the appid, or a malformed spelling of it. */
  name: string;
  /** Pixels. */
  width?: number;
}

/** One line of `labels.jsonl`: what a picture was drawn from. Pictures with flaws have none. */
export type LabelLine = { appid: string; file: string; seed: number; picture: number } & SceneLabels;

const inFlight = 4; // pictures: one being drawn here, the others being encoded or written by the thread pool

/** Draws pictures and gives what is known of each, in the order of the jobs. A picture depends on its job alone. */
export const drawPictures: WorkerTask<DrawingOrder<PictureJob>, LabelLine[]> = {
  module: 'studies/prices/sample/pictures',
  name: 'drawPictures',
  run: ({ folder, jobs }) => mapBounded(jobs, inFlight, (job) => drawPicture(folder, job)),
};

async function drawPicture(folder: string, job: PictureJob): Promise<LabelLine> {
  const { name, seed, picture } = job;
  const file = `screenshots/${name}/${picture}.jpg`;
  const scene = drawScene(job);
  await writeFile(path.join(folder, file), await encodeScene(scene, job.width));
  return { appid: name, file, seed, picture, ...scene.labels };
}

/** The lines of a data set's `labels.jsonl` by picture file; empty where the pictures were not generated. */
export async function readLabels(folder: string): Promise<Map<string, LabelLine>> {
  const file = path.join(folder, 'labels.jsonl');
  if (!existsSync(file)) return new Map();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as LabelLine).map((line) => [line.file, line])); // as makeSample writes them
}

/** Draws a picture again as a PNG file that is white where it carries the price, in figures and overlay. */
export function drawSubject({ seed, appid, picture, quality }: LabelLine): Promise<Uint8Array> {
  return encodeSubject(drawScene({ seed, appid, picture, quality }).canvas);
}
