import { letterbox } from '../../images/letterbox';
import { colourHistograms, histogramLength } from '../../metrics/colourHistogram';
import type { ModelPredictions } from '../../metrics/modelComparison';
import { averageByGame, type GameFeatures } from './gameFeatures';
import { type PreparedData, truePrices } from './preparedData';
import { ridgePrices } from './ridgeBaseline';
import type { AppId } from './units';

/** What of a picture is averaged over a game: its colours, or the features of the frozen base at every place. */
export type FeatureKind = 'colours' | 'base';

/** Features of every game, averaged over its pictures as they are, without augmented copies. */
export function gameFeatures({ images, features, rows }: PreparedData, kind: FeatureKind): GameFeatures {
  const { item: id, width, height } = images.index.columns;
  const { size } = images;
  const plain = rows.flatMap(({ variant }, i) => (variant === 0 ? [i] : []));
  const imageOf = (i: number): number => rows[plain[i]!]!.image; // a place in the list, here and below
  const games = plain.map((_, i) => id[imageOf(i)]!);
  const box = (row: number) => letterbox(width[row]!, height[row]!, size);
  if (kind === 'base') {
    const channels = features.shape.at(-1)!; // height, width, channels
    return averageByGame(games, channels, (some) => features.read(some.map((i) => plain[i]!)));
  }
  return averageByGame(games, histogramLength, (some) => {
    const pictures = some.map(imageOf);
    return colourHistograms(images.read(pictures), size, pictures.map(box));
  });
}

/**
 * The prices that ridge regression of log prices on `features` predicts for `games`, fitted to the training games. Throws what
 * `ridgePrices` throws.
 */
export function ridgePredictions(
  name: string,
  features: GameFeatures,
  { selection }: PreparedData,
  games: readonly AppId[],
): ModelPredictions {
  const prices = truePrices(selection);
  const training = new Map(selection.split.training.map((game) => [game, prices.get(game)!])); // kept games
  const predicted = ridgePrices(features, training, games);
  return { name, predicted: new Map(games.map((game, i) => [game, predicted[i]!])) }; // one for each
}
