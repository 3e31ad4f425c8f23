import type { ImageStore } from '../../../images/store';
import type { PictureRow } from '../../../report/gallery';
import { type AppId, type Cents, formatEuros } from '../units';
import { storedPicture } from './pictures';

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

/** One row a game: its two prices, and its first pictures (`most` of them), each with the price predicted from it. */
export const gameRows = (
  games: readonly PredictedGame[],
  pictures: readonly PredictedPicture[],
  store: ImageStore,
  titles: ReadonlyMap<AppId, string>,
  most = 6,
): Promise<PictureRow[]> =>
  Promise.all(
    games.map(async ({ id, truth, predicted }) => {
      const title = titles.get(id) ?? id;
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
