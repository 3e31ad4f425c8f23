import { letterbox } from '../../../images/letterbox';
import type { ImageStore } from '../../../images/store';
import { principalPlane } from '../../../metrics/principalComponents';
import type { Chart } from '../../../report/charts';
import type { PictureRow } from '../../../report/gallery';
import { itemMap, MAP_ITEMS } from '../../../report/itemMap';
import { thinned } from '../../../report/predictionCharts';
import { encodeThumbnail } from '../../../report/thumbnail';
import { type GameFeatures, pickGames } from '../gameFeatures';
import { type AppId, type Cents, formatEuros } from '../units';
import { storedPicture } from './pictures';
import { logPrices } from './priceScale';

/** A game with its true price and the one predicted for it. */
export interface PredictedGame {
  id: AppId;
  truth: Cents;
  predicted: Cents;
}

/** A picture of a game and the price predicted from it alone. */
export interface PredictedPicture {
  id: AppId;
  /** Row of the image store. */
  image: number;
  price: Cents;
}

type Titles = ReadonlyMap<AppId, string>;
const titleOf = (titles: Titles, id: AppId): string => titles.get(id) ?? id;

/** One row a game: its two prices, and its first pictures (`most` of them), each with the price predicted from it. */
export const gameRows = (
  games: readonly PredictedGame[],
  pictures: readonly PredictedPicture[],
  store: ImageStore,
  titles: Titles,
  most = 6,
): Promise<PictureRow[]> =>
  Promise.all(
    games.map(async ({ id, truth, predicted }) => {
      const title = titleOf(titles, id);
      const own = pictures.filter((picture) => picture.id === id);
      const shown = own.slice(0, most).map(({ image, price }) => {
        const words = formatEuros(price);
        return storedPicture(store, image, `${title}, predicted ${words}`, words);
      });
      const count = own.length === 1 ? 'its one picture' : `${own.length} pictures`;
      return {
        caption: `**${title}** costs ${formatEuros(truth)}; from ${count} ${formatEuros(predicted)} is predicted.`,
        pictures: await Promise.all(shown),
      };
    }),
  );

/**
 * A map of the games (of every n-th, where they are many) by their features' first two principal components, each with its first picture.
 * Throws `BAD_INPUT` for a game without features, and what `principalPlane` throws.
 */
export async function featureMap(
  games: readonly PredictedGame[],
  pictures: readonly PredictedPicture[],
  features: GameFeatures,
  store: ImageStore,
  titles: Titles,
): Promise<Chart> {
  const { width, height } = store.index.columns;
  const first = new Map([...pictures].reverse().map(({ id, image }) => [id, image]));
  const shown = thinned(
    games.filter(({ id }) => first.has(id)),
    MAP_ITEMS,
  );
  const { values } = pickGames(
    features,
    shown.map(({ id }) => id),
  );
  const mapped = shown.map(async ({ id, truth }) => {
    const row = first.get(id)!; // filtered above
    const box = letterbox(width[row]!, height[row]!, store.size); // a row of the store
    const picture = await encodeThumbnail(store.readOne(row), store.size, box);
    return { title: titleOf(titles, id), value: truth, picture };
  });
  const plane = principalPlane(values, shown.length);
  return itemMap(await Promise.all(mapped), plane, logPrices, 'The test games by their base features');
}
