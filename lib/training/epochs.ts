import { type Run, withProgress } from '../core/run';
import type { EpochRecord } from './training';

/**
 * Does a training under a progress display that shows its epochs, the last losses and the best validation error so far. `run` null: nothing
 * is shown.
 */
export async function withEpochs<T>(
  run: Run | null,
  label: string,
  epochs: number,
  train: (onEpoch: (record: EpochRecord) => void) => Promise<T>,
): Promise<T> {
  if (!run) return train(() => {});
  let best = Number.POSITIVE_INFINITY;
  return withProgress(run, label, (onProgress) =>
    train((record) => {
      best = Math.min(best, record.valMse);
      const [loss, mse, least] = [record.loss, record.valMse, best].map((value) => value.toPrecision(4));
      onProgress(record.epoch, epochs, `loss ${loss}, validation MSE ${mse} (best ${least})`);
    }),
  );
}
