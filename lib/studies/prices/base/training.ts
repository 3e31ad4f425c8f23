import { setImmediate } from 'node:timers/promises';
import { sha256, stableJson } from '../../../core/files';
import { throwIfAborted } from '../../../core/pool';
import { random } from '../../../core/random';
import type { NamedArray } from '../../../networks/hdf5';
import { readCheckpoint, writeCheckpoint } from '../../../training/checkpoint';
import { tasks } from './labels';
import { type BaseTrainingSettings, type LearnerState, makeLearner } from './learner';
import { type BasePictures, picturesPerGame } from './pictures';

/** A trained base, and how it came about. */
export interface TrainedBase {
  /** 260 arrays in the model's order. */
  arrays: NamedArray[];
  losses: number[];
  /** Of all runs that trained it. */
  seconds: number;
}

export interface BaseTrainingOptions {
  pictures: BasePictures;
  /** The first games of `pictures`, to learn from. */
  games: number;
  settings: BaseTrainingSettings;
  /** Written after each epoch, and gone on from when it belongs to the same settings. */
  checkpoint: string;
  onProgress?: (done: number, total: number) => void;
  /** Epoch, counted from 1, its mean loss and the mean of each task's, with that of the pairs last. */
  onEpoch?: (epoch: number, loss: number, byTask: readonly number[]) => void;
  signal?: AbortSignal;
}

/** Everything that training goes on from. */
interface BaseCheckpoint {
  /** Of all runs so far. */
  seconds: number;
  /** Mean loss of each epoch done. */
  losses: number[];
  learner: LearnerState;
}

/**
 * Trains a MobileNetV2 from random weights on all tasks and on the pairs at once. An interrupted training goes on after its last whole epoch, and ends
 * with the weights it would have had otherwise. Throws `INTERRUPTED`, `NO_BACKEND` without native TensorFlow, `BAD_INPUT` when the loss is no
 * longer a number.
 */
export async function trainBase(options: BaseTrainingOptions): Promise<TrainedBase> {
  const { settings, games, pictures, checkpoint: file, signal, onProgress, onEpoch } = options;
  const key = sha256(stableJson({ settings, games, pictures: pictures.key, tasks }));
  const start = performance.now();
  const learner = makeLearner(settings);
  try {
    const found = await readCheckpoint<BaseCheckpoint>(file, key);
    if (found) learner.restore(found.learner);
    let seconds = found?.seconds ?? 0;
    const losses = found?.losses ?? [];
    const all = Array.from({ length: games }, (_, game) => game);
    const steps = Math.floor(games / settings.gamesPerBatch);
    const before = seconds;
    for (let epoch = losses.length + 1; epoch <= settings.epochs; epoch++) {
      const order = random(settings.seed, 'base epoch', epoch).shuffle(all);
      const sums = new Float64Array(tasks.length + 1);
      for (let step = 0; step < steps; step++) {
        throwIfAborted(signal);
        const batch = rowsOf(order.slice(step * settings.gamesPerBatch, (step + 1) * settings.gamesPerBatch));
        const done = (epoch - 1) * steps + step;
        const each = learner.step(pictures, batch, epoch, done, settings.epochs * steps);
        each.forEach((loss, i) => {
          sums[i]! += loss / steps; // one per task and one more
        });
        onProgress?.(done + 1, settings.epochs * steps);
        await setImmediate(); // lets signals through
      }
      const loss = sums.reduce((a, b) => a + b);
      losses.push(loss);
      seconds = before + (performance.now() - start) / 1000;
      const checkpoint: BaseCheckpoint = { seconds, losses, learner: learner.state() };
      await writeCheckpoint(file, key, checkpoint);
      onEpoch?.(epoch, loss, [...sums]);
    }
    learner.calibrate(pictures, random(settings.seed, 'base calibration').shuffle(rowsOf(all)));
    return { arrays: learner.arrays(), losses, seconds: before + (performance.now() - start) / 1000 };
  } finally {
    learner.dispose();
  }
}

/** All pictures of these games; those of a game follow each other. */
const rowsOf = (games: readonly number[]): number[] =>
  games.flatMap((game) => Array.from({ length: picturesPerGame }, (_, i) => game * picturesPerGame + i));
