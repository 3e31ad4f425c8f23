import type { HeatMap } from '../../explain/heatMap';
import { regionOf, resizeMap } from '../../explain/resize';
import { letterbox } from '../../images/letterbox';
import type { ImageStore } from '../../images/store';
import { quantileBands } from './bands';
import type { SidedPrediction } from './explainStage';

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
