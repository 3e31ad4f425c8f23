import type { ImageStore } from '../../../images/store';
import type { PredictedRow } from '../../../metrics/headline';
import { type PictureRow, storedPicture } from '../../../report/gallery';
import type { PricePrediction } from '../target';
import { type AppId, formatPrice } from '../units';

/** One row a game: its two prices, and its first pictures (`most` of them), each with the price predicted from it. */
export const gameRows = (
  games: readonly PredictedRow[],
  pictures: readonly Pick<PricePrediction, 'id' | 'image' | 'predicted'>[],
  store: ImageStore,
  titles: ReadonlyMap<AppId, string>,
  most = 6,
): Promise<PictureRow[]> =>
  Promise.all(
    games.map(async ({ id, truth, predicted }) => {
      const title = titles.get(id) ?? id;
      const own = pictures.filter((picture) => picture.id === id);
      const shown = own.slice(0, most).map(({ image, predicted: { price } }) => {
        const words = formatPrice(price);
        return storedPicture(store, image, `${title}, predicted ${words}`, words);
      });
      const count = own.length === 1 ? 'its one picture' : `${own.length} pictures`;
      return {
        caption: `**${title}** costs ${formatPrice(truth)}; from ${count} ${formatPrice(predicted)} is predicted.`,
        pictures: await Promise.all(shown),
      };
    }),
  );
