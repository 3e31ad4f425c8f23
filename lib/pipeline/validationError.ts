import { bootstrapMean, type Interval } from '../evaluation/intervals';
import { perGame } from '../evaluation/perGame';
import { type Lessons, predictRows, type Trained, truePrices } from './model';
import type { Run } from './run';

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
