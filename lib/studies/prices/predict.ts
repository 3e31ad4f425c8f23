import { ReportError } from '../../core/errors';
import { type ValueInterval, valueInterval } from '../../metrics/conformal';
import { findModel, predictFound } from './foundModel';
import { combine } from './perGame';
import type { ModelRecord } from './reportModel';
import type { Run } from './settings';
import { toPrice } from './target';
import type { Cents } from './units';

/** What the model says of a game, from its pictures alone. */
export interface GameGuess {
  /** What the mean over the single pictures stands for, see `perGame`. */
  price: Cents;
  /** Where nine prices in ten of games like those of the data set lie around such a prediction; see `calibrate`. */
  interval: ValueInterval;
  confidence: number;
  /** In the order of the files. */
  pictures: { file: string; price: Cents }[];
  model: Pick<ModelRecord, 'scaler' | 'base'>;
  /** What makes the guess worth less, as sentences. */
  warnings: string[];
}

/**
 * Predicts the price of one game from its pictures (paths of files), with the model that an earlier run left for this data set: prepared,
 * featurised and averaged as the games of the report are, so that the same pictures lead to the same price. Needs neither table nor
 * screenshots. Throws `BAD_INPUT` for no pictures, `NO_MODEL` when nothing was trained yet, `UNREADABLE_IMAGE`, and `BAD_WEIGHTS` when the
 * model is damaged or the weights of its base cannot be found again.
 */
export async function predictGame(run: Run, files: readonly string[]): Promise<GameGuess> {
  if (files.length === 0)
    throw new ReportError('BAD_INPUT', 'There is no picture to predict from: give one or more files.');
  const found = await findModel(run, files);
  try {
    const { scaler, base, calibration, weights } = found;
    const predicted = await predictFound(found);
    const prices = predicted.map((one) => toPrice(scaler, one));
    const price = combine({ prices, predicted }, scaler);
    return {
      price,
      interval: valueInterval(calibration, price),
      confidence: calibration.confidence,
      pictures: files.map((file, i) => ({ file, price: prices[i]! })), // one for each
      model: { scaler, base },
      warnings: [weights.warning, calibration.warning].filter((text): text is string => text !== null),
    };
  } finally {
    found.dispose();
  }
}
