import type { Part } from '../../core/concepts';
import { stableJson } from '../../core/files';
import { random } from '../../core/random';
import { dataName, ofThisRun, stageFolder, withProgress } from '../../core/run';
import { jsonStage } from '../../core/stage';
import { buildHead } from '../../networks/head';
import { search, type Trial, type TrialPlan } from '../../training/search';
import { validationError } from './predictions';
import { dataHashes, featureSource, fitScaler, type PreparedData } from './preparedData';
import { withBestRule } from './priceModel';
import { priceTask } from './priceTask';
import type { Run } from './settings';
import { outputsOf, targetKinds } from './target';

/** What one trial of a search tries: target, filters of the convolution, units of both dense layers, and so on. */
export type HeadChoice = ReturnType<typeof drawChoice>;

export interface SearchSettings {
  trials: number;
  /** Epochs in all after which they are compared. */
  rungs: readonly number[];
  /** Of so many heads one goes on after each rung. */
  reduction: number;
}

/** Two thirds of the heads are given up after 2 epochs and again after 6, the rest are trained for as long as the report trains its own by default. */
export const defaultSearch: SearchSettings = { trials: 24, rungs: [2, 6, 15], reduction: 3 };

/** The choice of one trial, drawn around the original's head, L2 and rate evenly in their logarithm. It depends on the seed and the trial's number only. */
export function drawChoice(seed: number, trial: number) {
  const draw = random(seed, 'trial', trial);
  const logUniform = (low: number, high: number): number =>
    Math.exp(draw.uniform(Math.log(low), Math.log(high)));
  return {
    filters: draw.pick([16, 32, 64, 96]),
    units: draw.pick([
      [32, 16],
      [64, 32],
      [128, 64],
      [256, 128],
    ] as [number, number][]),
    dropout1: draw.uniform(0, 0.7),
    dropout2: draw.uniform(0, 0.7),
    l2: logUniform(1e-4, 1e-1),
    learningRate: logUniform(1e-4, 1e-2),
    target: draw.pick(targetKinds),
  };
}

/** The settings of this run as choices: one for each target that it may learn. */
export function currentChoices({ config }: Run): HeadChoice[] {
  const { target, dropout1, dropout2, l2, learningRate } = config;
  return (target === 'auto' ? targetKinds : [target]).map((kind) => ({
    target: kind,
    filters: 64, // the defaults of `buildHead`
    units: [128, 64],
    dropout1,
    dropout2,
    l2,
    learningRate,
  }));
}

/** Builds the head of a choice and says what it is trained on; it is judged by its mean absolute error per validation game, in EUR cents. */
export function planTrial(run: Run, prepared: PreparedData, choice: HeadChoice): TrialPlan {
  const { target, learningRate, ...head } = choice;
  const { seed, batchSize } = run.config;
  const scaler = fitScaler(prepared.selection, target);
  const source = (wanted: Part) => featureSource(prepared, scaler, ({ part }) => part === wanted);
  return {
    model: buildHead(prepared.features.shape, { ...head, seed, outputs: outputsOf(target) }),
    task: priceTask(scaler),
    training: source('training'),
    validation: source('validation'),
    settings: { batchSize, learningRate, seed },
    error: async (layers) => {
      const judged = await withBestRule(run, prepared, { layers, scaler });
      return (await validationError(run, prepared, { layers, scaler: judged })).estimate;
    },
  };
}

/** The best settings of the head first, from those of the run on, by errors in EUR cents; see `search`. */
export async function searchModel(
  run: Run,
  prepared: PreparedData,
  settings: SearchSettings = { ...defaultSearch, trials: run.config.searchTrials },
) {
  const { seed, batchSize } = run.config;
  const { trials: count, ...halving } = settings;
  const given = currentChoices(run);
  const choices = Array.from({ length: count }, (_, i) => given[i] ?? drawChoice(seed, i + 1));
  const data = dataHashes(prepared);
  const folder = stageFolder(run.config, 'models', `${dataName(run.config)}-search`);
  const { value } = await jsonStage<{ settings: SearchSettings; trials: Trial<HeadChoice>[] }>({
    name: 'search',
    version: 3,
    folder,
    inputs: { data, choices, settings, seed, batchSize },
    file: 'search.json',
    make: async () => {
      const trials = await withProgress(run, 'Heads trained to a rung', (onProgress) => {
        const onOwn = ofThisRun(onProgress);
        return search({
          ...{ choices, ...halving, signal: run.signal },
          plan: (choice) => planTrial(run, prepared, choice),
          onTrial: (_trial, _rung, done, total) => onOwn(done, total),
          checkpoint: {
            file: `${folder}.checkpoint`,
            data: stableJson({ data, seed, batchSize }),
            everySeconds: 5,
          },
        });
      });
      return { settings, trials };
    },
  });
  return { ...value, folder };
}
