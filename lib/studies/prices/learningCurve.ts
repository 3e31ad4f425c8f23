import type { Part } from '../../core/concepts';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { jsonStage } from '../../core/stage';
import { learningCurveSizes, nestedSubsets } from '../../data/subsets';
import { fitBaselines } from '../../metrics/baselines';
import type { Interval } from '../../metrics/intervals';
import { mae } from '../../metrics/regression';
import { pricesOf, type Selection } from './games';
import { validationError } from './predictions';
import { type PreparedData, trainingPrices } from './preparedData';
import { type PriceModel, type SavedModel, trainPriceModel } from './priceModel';
import type { Run } from './settings';

/** The mean absolute error per validation game of a model that has learnt from so many training games; EUR cents, with a 95% interval. */
export interface LearningPoint extends Pick<Interval, 'low' | 'high'> {
  games: number;
  error: number;
}

/** Points of the curve, the whole number of games included. */
const STEPS = 4;

/**
 * How the error falls with the number of training games: models with the settings of `model`, each trained on a subset that contains the smaller ones
 * (repeated until an epoch is as long as with all games), and `model` itself for all. `sizes`: of the subsets, from 16 games on by default.
 */
export async function learningCurve(
  run: Run,
  prepared: PreparedData,
  model: SavedModel,
  sizes = learningCurveSizes(prepared.selection.split.training.length, STEPS).slice(0, -1),
): Promise<LearningPoint[]> {
  const { training } = prepared.selection.split;
  const { seed } = run.config;
  const pointOf = async (games: number, trained: PriceModel): Promise<LearningPoint> => {
    const { estimate: error, low, high } = await validationError(run, prepared, trained);
    return { games, error, low, high };
  };
  const { value } = await jsonStage<LearningPoint[]>({
    name: 'learning-curve',
    version: 2,
    folder: stageFolder(run.config, 'models', `${dataName(run.config)}-learning-curve`),
    inputs: { model: model.key, sizes, seed },
    file: 'points.json',
    make: () =>
      withProgress(run, 'Learning curve', async (onProgress) => {
        const points: LearningPoint[] = [];
        for (const games of nestedSubsets(training, sizes, seed)) {
          onProgress(points.length, sizes.length);
          const smaller = await trainPriceModel(run, prepared, model.scaler.kind, { games: new Set(games) });
          try {
            points.push(await pointOf(games.length, smaller));
          } finally {
            smaller.dispose();
          }
        }
        onProgress(sizes.length, sizes.length);
        return [...points, await pointOf(training.length, model)];
      }),
  });
  return value;
}

/** The mean absolute error (EUR cents) when every game of a part is given the median of the training prices. */
export function medianPriceError(selection: Selection, part: Part): number {
  const prices = pricesOf(selection.kept, selection.split[part]);
  const median = fitBaselines(trainingPrices(selection)).find(({ name }) => name === 'median')!.value; // one of the two
  return mae(
    prices,
    prices.map(() => median),
  );
}
