import { peakOf } from '../explain/heatMap';
import type { ExampleGame } from '../pipeline/exampleGames';
import type { SidedPrediction } from '../pipeline/explain';
import { formatEuros } from './format';
import type { PictureRow } from './gallery';
import { mapPictures, type PictureSource, titlesOf, visibleMap } from './mapPictures';

/** Rows of maps, and the value that the brightest colour of all of them stands for. */
export interface ScaledRows {
  rows: PictureRow[];
  largest: number;
}

/** One row a game: all its pictures under what raises the price, the price predicted from each below it. All maps of all games have one scale. */
export async function gameStrips(
  games: readonly ExampleGame<SidedPrediction>[],
  source: PictureSource,
): Promise<ScaledRows> {
  const titleOf = titlesOf(source);
  const maps = games.flatMap(({ pictures }) =>
    pictures.map(({ prediction: { image, appid, price }, raises }, i) => ({
      image,
      map: visibleMap(source.images.value, image, raises),
      alt: `What raises the price in picture ${i + 1} of ${titleOf(appid)}`,
      caption: formatEuros(price),
    })),
  );
  const left = await mapPictures(maps, source);
  const rows = games.map(({ kind, appid, truth, pictures }) => {
    const count = pictures.length === 1 ? 'its one picture' : `its ${pictures.length} pictures`;
    return {
      caption: `**${kind}**: ${titleOf(appid)}, ${formatEuros(truth)}; ${count} with the price predicted from each`,
      pictures: left.splice(0, pictures.length),
    };
  });
  return { rows, largest: peakOf(maps.map(({ map }) => map)) };
}
