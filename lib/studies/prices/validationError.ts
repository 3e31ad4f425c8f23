import { bootstrapMean, type Interval } from '../../metrics/intervals';
import { predictRows, type Trained } from './headStage';
import { perGame } from './perGame';
import { type PreparedData, truePrices } from './preparedData';
import type { Run } from './settings';

/** The mean absolute error of a head per validation game (EUR cents), with a 95% interval by bootstrap over the games. */
export function validationError(
  run: Run,
  prepared: PreparedData,
  trained: Pick<Trained, 'model' | 'scaler'>,
): Interval {
  const rows = predictRows(run, prepared, trained, ({ part }) => part === 'validation');
  const games = perGame(rows, truePrices(prepared.selection), trained.scaler);
  const errors = games.map(({ predicted, truth }) => Math.abs(predicted - truth));
  return bootstrapMean(errors, { seed: run.config.seed });
}
