import { mean } from '../../../data/numbers';
import type { SidedMap } from '../../../explain/baseAndHead';
import type { PictureRow } from '../../../report/gallery';
import type { ExampleGame } from '../examples';
import type { SidedPrediction } from '../explainStage';
import { formatEuros } from '../units';
import { mapPictures, type PictureSource, scaleOf, titlesOf, visibleMap } from './mapPictures';

/**
 * One row a game: all its pictures, the price predicted from each below it, under what makes the game what it is shown for: what lowers the price of
 * a cheap one, what raises that of a dear one, and of others what led them away from the truth. All maps of a game have one scale, given in the
 * caption. `unit`: of the maps, see `explainedScore`.
 */
export const gameStrips = (
  games: readonly ExampleGame<SidedPrediction>[],
  source: PictureSource,
  unit: string,
): Promise<PictureRow[]> => {
  const titleOf = titlesOf(source);
  return Promise.all(
    games.map(async (game) => {
      const { kind, id, truth, pictures } = game;
      const side = tellingSide(game);
      const maps = pictures.map(({ prediction: { image, price }, ...maps }, i) => ({
        image,
        map: visibleMap(source.images, image, maps[side]),
        alt: `What ${side} the price in picture ${i + 1} of ${titleOf(id)}`,
        caption: formatEuros(price),
      }));
      const count = pictures.length === 1 ? 'its one picture' : `its ${pictures.length} pictures`;
      const scale = scaleOf(
        maps.map(({ map }) => map),
        unit,
      );
      return {
        caption: `**${kind}**: ${titleOf(id)}, ${formatEuros(truth)}; what **${side}** the price in ${count}, with the price predicted from each; ${scale}`,
        pictures: await mapPictures(maps, source),
      };
    }),
  );
};

function tellingSide({
  kind,
  truth,
  pictures,
}: ExampleGame<SidedPrediction>): keyof Pick<SidedMap, 'raises' | 'lowers'> {
  if (kind === 'cheap') return 'lowers';
  if (kind === 'dear') return 'raises';
  return mean(pictures.map(({ prediction }) => prediction.price)) > truth ? 'raises' : 'lowers';
}
