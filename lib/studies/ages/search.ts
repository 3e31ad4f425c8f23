import { dataName, ofThisRun, type Run, stageFolder, withProgress } from '../../core/run';
import { jsonStage } from '../../core/stage';
import { pictureSource } from '../../training/pictureSource';
import { evaluate } from '../../training/predict';
import { search, type Trial } from '../../training/search';
import { classes as classTask } from '../../training/tasks';
import type { AgeData } from './data';
import { faceCnn } from './networks';
import type { Config } from './settings';

/** What the original says it looked for. */
export interface CnnChoice {
  dropout: number;
  learningRate: number;
}

/** Epochs after which the trials are compared; half of them go on. */
export const searchRungs = [3, 8];

const choices: readonly CnnChoice[] = [0, 0.25, 0.4, 0.6].flatMap((dropout) =>
  [0.0003, 0.001, 0.003].map((learningRate) => ({ dropout, learningRate })),
);

/** Searches dropout and learning rate of the original's network by successive halving, or takes what an earlier search found: best first, by the share of validation faces that are put into the wrong class. */
export async function searchCnn(run: Run<Config>, data: AgeData): Promise<Trial<CnnChoice>[]> {
  const { seed, batchSize } = run.config;
  const task = classTask(data.classes, { bestBy: 'accuracy' });
  const [training, validation] = (['training', 'validation'] as const).map((part) => {
    const rows = data.rows[part];
    const labels = rows.map((row) => data.labels[row]!); // rows of the store
    return pictureSource({ task, images: data.images, rows, labels });
  }) as [ReturnType<typeof pictureSource>, ReturnType<typeof pictureSource>]; // of two parts
  const { value } = await jsonStage({
    ...{ name: 'ages search', version: 1, file: 'search.json' },
    folder: stageFolder(run.config, 'models', `${dataName(run.config)}-search`),
    inputs: { choices, searchRungs, seed, batchSize, sources: [training.key, validation.key] },
    make: () =>
      withProgress(run, 'Networks trained to a rung', (onProgress) => {
        const onOwn = ofThisRun(onProgress);
        return search({
          ...{ choices, rungs: searchRungs, reduction: 2, signal: run.signal },
          plan: ({ dropout, learningRate }) => {
            const model = faceCnn({ dropout }).build(training.shape, task, seed);
            const error = async () => 1 - (await evaluate(model, task, validation, batchSize)).accuracy!; // a metric of the task
            return { model, task, training, validation, settings: { batchSize, learningRate, seed }, error };
          },
          onTrial: (_trial, _rung, done, total) => onOwn(done, total),
        });
      }),
  });
  return value;
}
