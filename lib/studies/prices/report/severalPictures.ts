import type { ImageStore } from '../../../images/store';
import type { PredictedRow } from '../../../metrics/headline';
import type { ErrorCurve } from '../../../report/errorCurves';
import type { ItemStrip } from '../../../report/itemCharts';
import { thinned } from '../../../report/predictionCharts';
import type { Comparison } from '../../../report/tables';
import { errorByImages } from '../errorByImages';
import type { PricePrediction, TargetScaler } from '../target';
import { type AppId, type Cents, formatPrice, inEuros } from '../units';
import { original } from './original';
import { picturePoints } from './testFacts';

type Titles = ReadonlyMap<AppId, string>;

/** `most` games at most, evenly by price, each with its pictures and what each of them says. */
export function stripsByPrice(
  games: readonly PredictedRow[],
  pictures: readonly PricePrediction[],
  titles: Titles,
  store: ImageStore,
  most = 24,
): Promise<ItemStrip[]> {
  const ordered = [...games].sort((a, b) => a.truth - b.truth);
  const strips = thinned(ordered, most).map(async ({ id, truth, predicted }) => {
    const own = pictures.filter((one) => one.id === id);
    const images = await picturePoints(own, titles, store);
    return { title: titles.get(id) ?? id, truth, predicted, images };
  });
  return Promise.all(strips);
}

/** The error by the number of pictures when they are averaged in four ways; the first is that of the report's model. */
export function averagingCurves(
  pictures: readonly PricePrediction[],
  prices: ReadonlyMap<AppId, Cents>,
  scaler: TargetScaler,
  seed: number,
): ErrorCurve[] {
  const options = {
    'mean of what the model says': {},
    median: { how: 'median' },
    'mean without the outer fifths': { how: 'trimmed' },
    'mean of the prices': { space: 'price' },
  } as const;
  return Object.entries(options).map(([name, how]) => ({
    name,
    points: errorByImages(pictures, prices, scaler, { seed, ...how }).map(({ images, mae }) => ({
      count: images,
      error: mae,
    })),
  }));
}

/** A cheap game, one in the middle and a dear one, of those that cost something. */
export function threeGames<Game extends PredictedRow>(games: readonly Game[]): Game[] {
  const paid = games.filter(({ truth }) => truth > 0).sort((a, b) => a.truth - b.truth);
  return [0.1, 0.5, 0.9].flatMap((share) => paid[Math.floor(share * (paid.length - 1))] ?? []);
}

/** Three games beside the three that the original chose. */
export const threeGameRows = (games: readonly PredictedRow[]): Comparison[] =>
  ['A cheap game', 'A game in the middle', 'A dear game'].flatMap((measure, i) => {
    const [ours, theirs] = [games[i], original.games[i]];
    if (!ours || !theirs) return [];
    return {
      measure,
      ours: `${formatPrice(ours.predicted)} for ${formatPrice(ours.truth)}`,
      original: `${inEuros(theirs.predicted)} for ${inEuros(theirs.truth)} (${theirs.id})`,
    };
  });
