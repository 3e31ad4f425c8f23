import { percentiles } from '../../data/distribution';
import { mean } from '../../data/numbers';
import { type BootstrapOptions, bootstrapMean } from '../../metrics/intervals';
import { type PredictedValue, pairsOf } from '../../metrics/regression';
import type { CalibrationGroup } from '../../report/predictionCharts';

/** The error (EUR cents) by bands of about equally many games, the cheapest first; games of one price share a band. Throws `BAD_INPUT`. */
export function errorByPriceBand(games: readonly PredictedValue[], bands = 5) {
  const { y, p } = pairsOf(games);
  return quantileBands(y, bands).map((rows) => {
    const truths = rows.map((row) => games[row]!.truth); // rows of the games, here and below
    return {
      low: truths.reduce((a, b) => (b < a ? b : a)),
      high: truths.reduce((a, b) => (b > a ? b : a)),
      games: rows.length,
      mae: mean(rows.map((row) => Math.abs(p[row]! - y[row]!))),
      /** Mean of prediction minus truth: above 0 where games are predicted too dear. */
      bias: mean(rows.map((row) => p[row]! - y[row]!)),
    };
  });
}

/** Mean prediction and mean price of groups of about equally many games, by quantiles of the prediction. Throws what `errorByPriceBand` throws. */
export function actualByPrediction(
  games: readonly PredictedValue[],
  options: BootstrapOptions,
  groups = 10,
): CalibrationGroup[] {
  const { y, p } = pairsOf(games);
  return quantileBands(p, groups).map((rows) => ({
    count: rows.length,
    predicted: mean(rows.map((row) => p[row]!)),
    actual: bootstrapMean(
      rows.map((row) => y[row]!),
      options,
    ),
  }));
}

/** The rows of the values up to each quantile and above the one before, ascending by value; without empty bands. */
export function quantileBands(values: Float64Array, bands: number): number[][] {
  const edges = percentiles(
    values,
    Array.from({ length: bands }, (_, i) => (100 * (i + 1)) / bands),
  );
  const rows = Array.from({ length: bands }, (): number[] => []);
  for (const [row, value] of values.entries()) {
    rows[edges.findIndex((edge) => value <= edge)]!.push(row); // the last edge is the largest value
  }
  return rows.filter((band) => band.length > 0);
}
