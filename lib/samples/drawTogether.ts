import { availableParallelism } from 'node:os';
import { streamBounded } from '../core/pool';
import { hereOnly, openProcesses, type WorkerTask } from '../storage/workers';

/** Pictures that are drawn at once, by one process. */
export interface DrawingOrder<Job> {
  /** Folder that their files are relative to. */
  folder: string;
  jobs: readonly Job[];
}

const worthProcesses = 200; // pictures; fewer are drawn sooner here than other processes start
const atOnce = 16; // pictures a process draws before it reports them

/** Draws pictures on all cores, and gives what `task` says of each, in the order of the jobs. `onPictures` gets how many are done, and may throw to end it. Throws what drawing throws. */
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
