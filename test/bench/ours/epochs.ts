import type { LayersModel } from '@tensorflow/tfjs';
import type { Source, Task } from '../../../lib/core/concepts';
import { regression } from '../../../lib/training/tasks';
import { train } from '../../../lib/training/train';
import type { Work } from './work';

/** Epochs of a training, one a round: each round is the next epoch of one training. */
export async function timedEpochs(
  model: LayersModel,
  training: Source,
  batchSize: number,
  task: Task = regression(),
): Promise<Work> {
  const few: Source = { ...training, count: 1 };
  let next: (record: { seconds: number; loss: number }) => void = () => {};
  let go: () => void = () => {};
  const waiting = (): Promise<void> =>
    new Promise((resolve) => {
      go = resolve;
    });
  const round = (): Promise<{ seconds: number; loss: number }> =>
    new Promise((resolve) => {
      next = resolve;
      go();
    });
  const epochs = 10_000; // more than anybody asks for
  train({
    model,
    task,
    training,
    validation: few,
    settings: { epochs, patience: epochs, batchSize, learningRate: 0.001, seed: 0 },
    onEpoch: ({ seconds, training: { loss } }) => {
      next({ seconds, loss: loss! });
      return waiting();
    },
  }).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
  await round();
  return {
    unit: 'epochs',
    run: async () => {
      const { seconds, loss } = await round();
      return { n: 1, seconds, check: { images: training.count, batchSize, loss } };
    },
  };
}
