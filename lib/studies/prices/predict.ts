import { ReportError } from '../../core/errors';
import { type ValueInterval, valueInterval } from '../../metrics/conformal';
import { findModel, predictFound } from './foundModel';
import { combine } from './perGame';
import type { ReportModel } from './reportModel';
import type { Run } from './settings';
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
  model: Pick<ReportModel, 'scaler' | 'base'>;
  /** What makes the guess worth less, as sentences. */
  warnings: string[];
}

/**
 * Predicts the price of one game from its picture files with the model that an earlier run left, as the report would. Throws `BAD_INPUT` for no
 * pictures, and what `findModel` throws.
 */
export async function predictGame(run: Run, files: readonly string[]): Promise<GameGuess> {
  if (files.length === 0)
    throw new ReportError('BAD_INPUT', 'There is no picture to predict from: give one or more files.');
  const found = await findModel(run, files);
  try {
    const { scaler, base, calibration, weights } = found;
    const predicted = await predictFound(found);
    const price = combine(predicted, scaler);
    return {
      price,
      interval: valueInterval(calibration, price),
      confidence: calibration.confidence,
      pictures: files.map((file, i) => ({ file, price: predicted[i]!.price })), // one for each
      model: { scaler, base },
      warnings: [weights.warning, calibration.warning].filter((text): text is string => text !== null),
    };
  } finally {
    found.dispose();
  }
}
