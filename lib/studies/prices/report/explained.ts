import type { PictureRow } from '../../../report/gallery';
import type { SidedPicture } from '../explainStage';
import { formatEuros } from '../units';
import { mapPictures, type PictureSource, plainPicture, scaleOf, titlesOf, visibleMap } from './mapPictures';

/**
 * One row a picture: as it is, what raises the price, what lowers it. Both maps have the scale that the row's caption gives, so that they compare
 * within the row; a map that is zero or the same everywhere says so. `unit`: of the maps, see `explainedScore`.
 */
export function explainedRows(
  explained: readonly SidedPicture[],
  source: PictureSource,
  unit: string,
): Promise<PictureRow[]> {
  const titleOf = titlesOf(source);
  return Promise.all(
    explained.map(async ({ kind, prediction, ...maps }) => {
      const { image, label, price } = prediction;
      const title = titleOf(prediction.id);
      const sides = (['raises', 'lowers'] as const).map((side) => ({
        image,
        map: visibleMap(source.images, image, maps[side]),
        alt: `What ${side} the price of ${title}`,
        caption: `${side} the price`,
      }));
      const scale = scaleOf(
        sides.map(({ map }) => map),
        unit,
      );
      return {
        caption: `**${kind}**: ${title}, ${formatEuros(label)}, predicted ${formatEuros(price)}; ${scale}`,
        pictures: [
          await plainPicture(source, image, `A picture of ${title}`, 'the picture'),
          ...(await mapPictures(sides, source)),
        ],
      };
    }),
  );
}
