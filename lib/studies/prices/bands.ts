import { percentiles } from '../../data/distribution';
import { mean } from '../../data/numbers';
import type { HeatMap } from '../../explain/heatMap';
import { regionOf, resizeMap } from '../../explain/resize';
import { letterbox } from '../../images/letterbox';
import type { ImageStore } from '../../images/store';
import { type BootstrapOptions, bootstrapMean } from '../../metrics/intervals';
import { type PredictedValue, pairsOf } from '../../metrics/regression';
import type { CalibrationGroup } from '../../report/predictionCharts';
import type { SidedPrediction } from './explainStage';

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

/** The mean raw map over the pictures of games whose true prices lie together, from `low` to `high`; in the unit of the maps, signed. */
export type BandMap = ReturnType<typeof meanMapsByPrice>[number];

/** A mean map in pixels: of the shape of most screenshots. */
const MEAN = { width: 192, height: 108 };

/** The mean raw map by price, the cheapest band first, of the pictures without their padding, at 192 × 108 pixels. Throws `BAD_INPUT` for no pictures. */
export function meanMapsByPrice(
  explained: readonly Pick<SidedPrediction, 'prediction' | 'map'>[],
  { size, index }: ImageStore,
  bands = 4,
) {
  const truths = new Map(explained.map(({ prediction: { id, label } }) => [id, label]));
  const games = [...truths];
  return quantileBands(
    Float64Array.from(games, ([, truth]) => truth),
    bands,
  ).map((rows) => {
    const members = new Set(rows.map((row) => games[row]![0])); // rows of the games, here and below
    const prices = rows.map((row) => games[row]![1]);
    const pictures = explained.filter(({ prediction }) => members.has(prediction.id));
    const values = new Float64Array(MEAN.width * MEAN.height);
    for (const { prediction, map } of pictures) {
      const { width, height } = index.columns;
      const box = letterbox(width[prediction.image]!, height[prediction.image]!, size); // a row of the store
      const part = resizeMap(map, MEAN.width, MEAN.height, regionOf(box, size));
      part.values.forEach((value, i) => {
        values[i]! += value / pictures.length; // of the same size
      });
    }
    return {
      low: prices.reduce((a, b) => (b < a ? b : a)),
      high: prices.reduce((a, b) => (b > a ? b : a)),
      games: rows.length,
      pictures: pictures.length,
      map: { ...MEAN, values: Float32Array.from(values) } as HeatMap,
    };
  });
}
