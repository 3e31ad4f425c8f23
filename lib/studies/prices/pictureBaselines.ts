import { ReportError } from '../../core/errors';
import { letterbox } from '../../images/letterbox';
import { colourHistograms, histogramLength } from '../../metrics/colourHistogram';
import type { ModelPredictions } from '../../metrics/headline';
import { averageByItem, type ItemFeatures, pickItems } from '../../metrics/itemFeatures';
import { logs } from '../../metrics/regression';
import { lambdaGrid, predictRidge, ridgeByCrossValidation } from '../../metrics/ridge';
import { type PreparedData, truePrices } from './preparedData';
import { type AppId, type Cents, cents } from './units';

/** What of a picture is averaged over a game: its colours, or the features of the frozen base at every place. */
export type FeatureKind = 'colours' | 'base';

/** Features of every game, averaged over its pictures as they are, without augmented copies. */
export function gameFeatures({ images, features, rows }: PreparedData, kind: FeatureKind): ItemFeatures {
  const { item: id, width, height } = images.index.columns;
  const { size } = images;
  const plain = rows.flatMap(({ variant }, i) => (variant === 0 ? [i] : []));
  const imageOf = (i: number): number => rows[plain[i]!]!.image; // a place in the list, here and below
  const games = plain.map((_, i) => id[imageOf(i)]!);
  const box = (row: number) => letterbox(width[row]!, height[row]!, size);
  if (kind === 'base') {
    const channels = features.shape.at(-1)!; // height, width, channels
    return averageByItem(games, channels, (some) => features.read(some.map((i) => plain[i]!)));
  }
  return averageByItem(games, histogramLength, (some) => {
    const pictures = some.map(imageOf);
    return colourHistograms(images.read(pictures), size, pictures.map(box));
  });
}

/** Prices for `games` by ridge regression on `features`, fitted to the training games. Throws what `ridgePrices` throws. */
export function ridgePredictions(
  name: string,
  features: ItemFeatures,
  { selection }: PreparedData,
  games: readonly AppId[],
): ModelPredictions {
  const prices = truePrices(selection);
  const training = new Map(selection.split.training.map((game) => [game, prices.get(game)!])); // kept games
  const predicted = ridgePrices(features, training, games);
  return { name, predicted: new Map(games.map((game, i) => [game, predicted[i]!])) }; // one for each
}

/** Prices (EUR cents) by ridge regression of log(1 + price), within the range of the training prices. Throws `BAD_INPUT`. */
export function ridgePrices(
  features: ItemFeatures,
  prices: ReadonlyMap<AppId, Cents>,
  games: readonly AppId[],
  lambdas: readonly number[] = lambdaGrid,
): Cents[] {
  const training = features.ids.filter((id) => prices.has(id));
  if (training.length < 2) {
    throw new ReportError(
      'BAD_INPUT',
      `A ridge baseline cannot be fitted to ${training.length} games with features and price: give two or more.`,
    );
  }
  const known = logs(
    training.map((id) => prices.get(id)!), // filtered above
    'training prices',
  );
  const { model } = ridgeByCrossValidation(pickItems(features, training).values, known, lambdas);
  const [lowest, highest] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  const predicted = predictRidge(model, pickItems(features, games).values);
  return Array.from(predicted, (value) => cents(Math.expm1(Math.min(highest, Math.max(lowest, value)))));
}
