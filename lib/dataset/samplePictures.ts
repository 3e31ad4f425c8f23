import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mapBounded } from '../pool';
import type { AppId } from '../units';
import { drawScene, type SceneLabels } from './drawing/scene';
import { encodeMask, encodeScene, enlargeMask } from './screenshotImage';

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

const inFlight = 4; // pictures: one being drawn here, the others being encoded or written by the thread pool

/**
 * Draws pictures into `screenshots/` (and `masks/`) of `folder`, whose folders must be there. The results are in the order of the
 * jobs; `onPicture` is called after each and may throw to end it. A picture depends on its job alone.
 */
export function drawPictures(
  folder: string,
  jobs: readonly PictureJob[],
  onPicture: (drawn: DrawnPicture) => void,
): Promise<DrawnPicture[]> {
  return mapBounded(jobs, inFlight, async (job) => {
    const { name, picture, mask } = job;
    const file = `screenshots/${name}/${picture}.jpg`;
    const scene = drawScene(job);
    const jpeg = await encodeScene(scene);
    await writeFile(path.join(folder, file), jpeg);
    if (mask) {
      await writeFile(
        path.join(folder, 'masks', name, `${picture}.png`),
        await encodeMask(enlargeMask(scene)),
      );
    }
    const drawn = { line: { appid: name, file, ...scene.labels }, bytes: jpeg.length };
    onPicture(drawn);
    return drawn;
  });
}
