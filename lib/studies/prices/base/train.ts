import path from 'node:path';
import { ofThisRun, type Run, withProgress } from '../../../core/run';
import { stage } from '../../../core/stage';
import type { NamedArray } from '../../../networks/hdf5';
import { initialKernel } from '../../../networks/initialWeights';
import { mobilenetV2 } from '../../../networks/mobilenetV2';
import { modelWeights } from '../../../networks/modelWeights';
import { randomWeights } from '../../../networks/weightArrays';
import { buildWeighted } from '../../../networks/weighted';
import { readCheckpoint, writeCheckpoint } from '../../../training/checkpoint';
import { type TrainingHistory, train } from '../../../training/train';
import { type BasePictures, picturesPerGame } from './pictures';
import type { BaseSettings } from './settings';
import { baseTask } from './task';
import { viewSource } from './views';

export interface TrainedBase {
  /** 260 arrays in the model's order. */
  arrays: NamedArray[];
  histories: TrainingHistory[];
}

/** Trains a MobileNetV2 from random weights on the pictures; what was interrupted goes on. Throws what `train` throws. */
export async function trainBase(
  run: Pick<Run, 'progress' | 'signal'>,
  folder: string,
  pictures: BasePictures,
  settings: BaseSettings,
): Promise<TrainedBase> {
  const { alpha, seed, games, momentum, phases } = settings;
  const base = randomWeights(alpha, seed);
  const { outputs } = baseTask;
  // Behind the mean features, of which the last array has one number each: a layer that answers the questions and projects what is compared.
  const kernel = initialKernel({ name: 'answers/kernel', shape: [base.at(-1)!.data.length, outputs] }, seed);
  const bias = { name: 'answers/bias', shape: [outputs], data: new Float32Array(outputs) };
  let arrays = [...base, kernel, bias];
  const histories: TrainingHistory[] = [];
  for (const [i, { view, gamesPerBatch, epochs, learningRate, warmUpEpochs }] of phases.entries()) {
    const source = (first: number, count: number) =>
      viewSource(pictures, { first, games: count }, view, seed);
    const trainPhase = async (
      target: string,
      onBatch: (done: number, total: number) => void,
    ): Promise<void> => {
      const layers = mobilenetV2(alpha, view.side).map((layer) => ({ ...layer, momentum })); // which others than batch normalization do not have
      const mean = { kind: 'globalAveragePool', name: 'mean' } as const;
      const answers = { kind: 'dense', name: 'answers', units: outputs } as const;
      const model = buildWeighted({ layers: [...layers, mean, answers], arrays });
      try {
        const history = await train({
          model,
          task: baseTask,
          training: source(0, games.training),
          validation: source(games.training, games.heldOut),
          settings: {
            epochs,
            patience: epochs,
            batchSize: gamesPerBatch * picturesPerGame,
            learningRate,
            schedule: { kind: 'cosine', warmUpEpochs },
            seed,
            shuffle: false, // the source does, game by game
          },
          checkpoint: { file: path.join(folder, `phase-${i}.checkpoint`) },
          onBatch,
          signal: run.signal,
        });
        await writeCheckpoint(path.join(target, 'trained'), '', { arrays: modelWeights(model), history });
      } finally {
        model.dispose();
      }
    };
    const { value } = await stage({
      name: 'base training',
      version: 1,
      folder: path.join(folder, `phase-${i}`),
      inputs: { pictures: pictures.key, settings: { ...settings, phases: phases.slice(0, i + 1) } },
      make: (target) =>
        withProgress(run, `Training, phase ${i + 1}`, (onBatch) => trainPhase(target, ofThisRun(onBatch))),
      load: (target) =>
        readCheckpoint<{ arrays: NamedArray[]; history: TrainingHistory }>(path.join(target, 'trained'), ''),
    });
    arrays = value!.arrays; // the stage is there
    histories.push(value!.history);
  }
  return { arrays: base.map((array, i) => ({ ...array, data: arrays[i]!.data })), histories }; // in the same order
}
