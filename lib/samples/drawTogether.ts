import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { mapBounded, streamBounded } from '../core/pool';
import { hereOnly, openProcesses, type WorkerTask } from '../storage/workers';
import type { Canvas } from './canvas';
import { encodeJpeg } from './picture';

/** Pictures that are drawn at once, by one process. */
export interface DrawingOrder<Job> {
  /** Folder that their files are relative to. */
  folder: string;
  jobs: readonly Job[];
}

const worthProcesses = 200; // pictures; fewer are drawn sooner here than other processes start
const atOnce = 16; // pictures a process draws before it reports them

/** Draws pictures on all cores, and gives what `task` says of each, in their order; `onPictures` may throw to end it. */
export async function drawTogether<Job, Drawn>(
  task: WorkerTask<DrawingOrder<Job>, Drawn[]>,
  folder: string,
  jobs: readonly Job[],
  onPictures: (done: number) => void = () => {},
): Promise<Drawn[]> {
  const orders = Array.from({ length: Math.ceil(jobs.length / atOnce) }, (_, i) => ({
    folder,
    jobs: jobs.slice(i * atOnce, (i + 1) * atOnce),
  }));
  const cores = availableParallelism();
  const workers = jobs.length < worthProcesses || cores < 2 ? hereOnly() : openProcesses(cores);
  const drawn: Drawn[] = [];
  try {
    for await (const some of streamBounded(orders, workers.lanes + 1, (order) => workers.run(task, order))) {
      drawn.push(...some);
      onPictures(drawn.length);
    }
  } finally {
    workers.close();
  }
  return drawn;
}

/** The task that `module` exports as `name`: draws pictures, writes them as JPEG files of the size that `draw` gives, in pixels, and gives their names. */
export const jpegTask = <Job extends { file: string }>(
  module: string,
  name: string,
  draw: (job: Job) => { canvas: Canvas; width: number; height: number },
): WorkerTask<DrawingOrder<Job>, string[]> => ({
  module,
  name,
  run: ({ folder, jobs }) =>
    mapBounded(jobs, 4, async (job) => {
      const { canvas, width, height } = draw(job);
      const file = path.join(folder, job.file);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, await encodeJpeg(canvas, width, height, 'smooth'));
      return job.file;
    }),
});
