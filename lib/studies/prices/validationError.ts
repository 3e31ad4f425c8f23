import type { Run } from '../../core/run';
import { bootstrapMean, type Interval } from '../../metrics/intervals';
import { type Lessons, predictRows, type Trained, truePrices } from './headStage';
import { perGame } from './perGame';

/** The mean absolute error of a head per validation game (EUR cents), with a 95% interval by bootstrap over the games. */
export function validationError(
  run: Run,
  lessons: Lessons,
  trained: Pick<Trained, 'model' | 'scaler'>,
): Interval {
  const rows = predictRows(run, lessons, trained, ({ part }) => part === 'validation');
  const games = perGame(rows, truePrices(lessons.selection), trained.scaler);
  const errors = games.map(({ predicted, truth }) => Math.abs(predicted - truth));
  return bootstrapMean(errors, { seed: run.config.seed });
}
