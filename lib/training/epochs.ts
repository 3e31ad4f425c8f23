import type { EpochRecord, Task } from '../core/concepts';
import { ofThisRun, type Run, withProgress } from '../core/run';
import { monitored } from './predict';

/** Does a training under a progress display of its epochs and monitored figure; `run` null: nothing is shown. */
export async function withEpochs<T>(
  run: Run | null,
  label: string,
  epochs: number,
  { monitor }: Pick<Task, 'monitor'>,
  train: (onEpoch: (record: EpochRecord) => void) => Promise<T>,
): Promise<T> {
  if (!run) return train(() => {});
  let best = Number.POSITIVE_INFINITY;
  return withProgress(run, label, (onProgress) => {
    const onOwn = ofThisRun(onProgress);
    return train(({ epoch, training, validation }) => {
      const own = monitored(validation, monitor);
      best = Math.min(best, own);
      const [loss, last, least] = [training.loss!, Math.abs(own), Math.abs(best)].map((value) =>
        value.toPrecision(4),
      ); // every task has a loss
      onOwn(epoch, epochs, `loss ${loss}, validation ${monitor.metric} ${last} (best ${least})`);
    });
  });
}
