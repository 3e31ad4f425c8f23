import path from 'node:path';
import { deviation, mean } from '../../data/numbers';
import { logs, mae, r2, spreadRatio } from '../../metrics/regression';
import { judge } from './judgement';
import { modelNames } from './modelNames';
import { gameFeatures, ridgePredictions } from './pictureBaselines';
import { predictRows } from './predictions';
import { trainingPrices } from './preparedData';
import { openModel } from './reportModel';
import type { Run } from './settings';

/** Trains and judges the report's model for each seed, which deals the games anew, in a folder of its own. Throws what the stages throw. */
export async function judgeSplits(
  run: Run,
  seeds: readonly number[],
  onSplit?: (result: SplitResult) => void,
): Promise<SplitResult[]> {
  const results: SplitResult[] = [];
  for (const seed of seeds) {
    const { work, data } = run.config;
    const folder = path.join(work, 'splits', data === null ? `sample-${seed}` : ''); // data of one's own share their pictures
    const result = await judgeSplit({ ...run, config: { ...run.config, seed, work: folder } });
    results.push(result);
    onSplit?.(result);
  }
  return results;
}

/** The report's model on one split, beside ridge regression on the features of its base. Plain JSON. */
export type SplitResult = Awaited<ReturnType<typeof judgeSplit>>;
export type SplitScore = ReturnType<typeof scoreOf>;

async function judgeSplit(run: Run) {
  const { prepared, model } = await openModel(run);
  const { scaler } = model;
  try {
    const test = await predictRows(run, prepared, model, ({ part }) => part === 'test');
    const { games, baselines } = judge(test, trainingPrices(prepared.selection), scaler);
    const ids = games.map(({ id }) => id);
    const ridge = ridgePredictions(modelNames.base, gameFeatures(prepared, 'base'), prepared, ids);
    const median = baselines.find(({ name }) => name === 'median')!; // one of the two
    const score = (predicted: readonly number[]): SplitScore =>
      scoreOf(
        games.map(({ truth }) => truth),
        predicted,
        median.evaluation.mae,
      );
    return {
      seed: run.config.seed,
      games: games.length,
      target: scaler.kind,
      model: score(games.map(({ predicted }) => predicted)),
      ridge: score(ids.map((id) => ridge.predicted.get(id)!)), // asked for each of them
    };
  } finally {
    model.dispose();
    prepared.close();
  }
}

/** R² of log prices, mean absolute error over that of the median training price, and the spread of predicted log prices over that of true ones. */
function scoreOf(truth: readonly number[], predicted: readonly number[], medianMae: number) {
  const [y, p] = [logs(truth), logs(predicted)];
  return { r2Log: r2(y, p), relativeError: mae(truth, predicted) / medianMae, spread: spreadRatio(y, p) };
}

/** Mean, sample standard deviation (0 for a single split) and standard error of a figure, as if splits were independent. */
export function overSplits(results: readonly SplitResult[], figure: (result: SplitResult) => number) {
  const values = results.map(figure);
  const count = values.length;
  const spread = count > 1 ? deviation(values) * Math.sqrt(count / (count - 1)) : 0;
  return { mean: mean(values), deviation: spread, error: spread / Math.sqrt(count) };
}
