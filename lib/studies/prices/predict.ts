import { valueInterval } from '../../metrics/conformal';
import { findModel, predictFound } from './foundModel';
import { combine } from './perGame';
import type { Run } from './settings';

/** What the model says of a game, from its pictures alone. */
export type GameGuess = Awaited<ReturnType<typeof predictGame>>;

/**
 * Predicts the price of one game from its picture files with the model that an earlier run left, as the report would. Throws what
 * `findModel` throws.
 */
export async function predictGame(run: Run, files: readonly string[]) {
  const found = await findModel(run, files);
  try {
    const { scaler, base, calibration, weights } = found;
    const predicted = await predictFound(found);
    const price = combine(predicted, scaler);
    return {
      price,
      /** Where nine prices in ten of games like those of the data set lie around such a prediction; see `calibrate`. */
      interval: valueInterval(calibration, price),
      confidence: calibration.confidence,
      /** In the order of the files. */
      pictures: files.map((file, i) => ({ file, price: predicted[i]!.price })), // one for each
      model: { scaler, base },
      /** What makes the guess worth less, as sentences. */
      warnings: [weights.warning, calibration.warning].filter((text): text is string => text !== null),
    };
  } finally {
    found.dispose();
  }
}
