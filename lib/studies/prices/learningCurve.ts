import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Part } from '../../core/concepts';
import { writeAtomic } from '../../core/files';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import { learningCurveSizes, nestedSubsets } from '../../data/subsets';
import { fitBaselines } from '../../metrics/baselines';
import { mae } from '../../metrics/regression';
import { pricesOf, type Selection } from './games';
import { learn, type Trained } from './headStage';
import { type PreparedData, trainingPrices } from './preparedData';
import type { Run } from './settings';
import { validationError } from './validationError';

/** The mean absolute error per validation game of a head that has learnt from so many training games; EUR cents, with a 95% interval. */
export interface LearningPoint {
  games: number;
  error: number;
  low: number;
  high: number;
}

/** Numbers of training games at which a head is trained, the whole number included: each point takes as long as the model itself, of many games less. */
const STEPS = 4;

/**
 * How the error falls with the number of training games: heads with the settings of `trained`, each on a subset that contains the smaller
 * ones, and `trained` itself for all games. The pictures of a subset are repeated until an epoch has as many as with all games (or 10,000),
 * so that the points differ in the games and not in how long they have learnt. `sizes`: of the subsets, from 16 games on by default.
 */
export function learningCurve(
  run: Run,
  prepared: PreparedData,
  trained: StageResult<Trained>,
  sizes = learningCurveSizes(prepared.selection.split.training.length, STEPS).slice(0, -1),
): Promise<StageResult<LearningPoint[]>> {
  const { training } = prepared.selection.split;
  const { seed } = run.config;
  return stage<LearningPoint[]>({
    name: 'learning-curve',
    version: 2,
    folder: stageFolder(run.config, 'models', `${dataName(run.config)}-learning-curve`),
    inputs: { model: trained.key, sizes, seed },
    make: async (folder) => {
      const points: LearningPoint[] = [];
      await withProgress(run, 'Learning curve', async (onProgress) => {
        const subsets = nestedSubsets(training, sizes, seed);
        for (const [i, games] of subsets.entries()) {
          onProgress(i, subsets.length);
          const { kind } = trained.value.scaler;
          const head = await learn(run, prepared, kind, { games: new Set(games) });
          try {
            points.push(pointOf(run, prepared, head, games.length));
          } finally {
            head.model.dispose();
          }
        }
        onProgress(subsets.length, subsets.length);
      });
      points.push(pointOf(run, prepared, trained.value, training.length));
      await writeAtomic(path.join(folder, 'points.json'), `${JSON.stringify(points, null, 1)}\n`);
    },
    load: (folder) => JSON.parse(readFileSync(path.join(folder, 'points.json'), 'utf8')) as LearningPoint[], // as written above
  });
}

function pointOf(run: Run, prepared: PreparedData, trained: Trained, games: number): LearningPoint {
  const { estimate: error, low, high } = validationError(run, prepared, trained);
  return { games, error, low, high };
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
