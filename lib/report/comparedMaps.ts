import { combineMaps } from '../explain/combine';
import type { HeatMap } from '../explain/heatMap';
import type { ComparedMaps } from '../pipeline/comparedMaps';
import type { SidedMap, SidedPrediction } from '../pipeline/explain';
import type { TitleOf } from './explained';
import { formatEuros } from './format';
import type { Picture, PictureRow } from './gallery';
import { mapPictures, type PictureSource, peakOf, visibleMap } from './mapPictures';

type Side = 'raises' | 'lowers';

/** Which side of a map has the larger value, what raises where both are the same. */
export const strongerSide = (map: Pick<SidedMap, Side>): Side =>
  peakOf([map.lowers]) > peakOf([map.raises]) ? 'lowers' : 'raises';

/** `3 × 3 places of 32 × 32 pixels`: how fine a map is before it is up-sampled, in pixels of the model's picture of `size`. */
export const resolutionOf = ({ width, height }: HeatMap, size: number): string =>
  `${width} × ${height} places of ${Math.round(size / width)} × ${Math.round(size / height)} pixels`;

/**
 * One row a picture: its map at each layer, then all of them combined. The side that is the stronger one at the first layer is shown. Each
 * has a scale of its own, from 0 to its largest value over the picture; the combined one averages the others after that.
 */
export function layerRows(
  layers: readonly ComparedMaps<SidedPrediction>[],
  source: PictureSource,
  titleOf: TitleOf,
): Promise<PictureRow[]> {
  const store = source.images.value;
  return Promise.all(
    perPicture(layers).map(async ({ prediction, ways }) => {
      const { image, appid } = prediction;
      const side = strongerSide(ways[0]!.maps); // layers without one have no pictures
      const visible = ways.map(({ maps }) => visibleMap(store, image, maps[side]));
      const alone = (map: HeatMap, name: string, caption: string): Promise<Picture[]> =>
        mapPictures(
          [{ image, map, alt: `What ${side} the price of ${titleOf(appid)}: ${name}`, caption }],
          source,
        );
      const pictures = await Promise.all([
        ...ways.map(
          ({ name, maps }, i) =>
            alone(visible[i]!, name, `**${name}**, ${resolutionOf(maps[side], store.size)}`), // one for each
        ),
        alone(combineMaps(visible), 'combined', '**combined**, mean of the shares of each largest value'),
      ]);
      return { caption: captionOf(prediction, side, titleOf), pictures: pictures.flat() };
    }),
  );
}

/** Two rows a picture, what raises the price and what lowers it: one column a method. A method's two maps share a scale, those of others have another. */
export async function methodRows(
  methods: readonly ComparedMaps<SidedPrediction>[],
  source: PictureSource,
  titleOf: TitleOf,
): Promise<PictureRow[]> {
  const pairs = await Promise.all(
    perPicture(methods).map(async ({ prediction, ways }) => {
      const { image, appid } = prediction;
      const columns = await Promise.all(
        ways.map(({ name, maps }) =>
          mapPictures(
            (['raises', 'lowers'] as const).map((side) => ({
              image,
              map: visibleMap(source.images.value, image, maps[side]),
              alt: `What ${side} the price of ${titleOf(appid)}: ${name}`,
              caption: `**${name}**, ${maps[side].width} × ${maps[side].height} places`,
            })),
            source,
          ),
        ),
      );
      return (['raises', 'lowers'] as const).map((side, i) => ({
        caption: captionOf(prediction, side, titleOf),
        pictures: columns.map((column) => column[i]!), // two of each
      }));
    }),
  );
  return pairs.flat();
}

const captionOf = (
  { appid, truth, price }: SidedPrediction['prediction'],
  side: Side,
  titleOf: TitleOf,
): string =>
  `What **${side}** the price of ${titleOf(appid)}, ${formatEuros(truth)}, predicted ${formatEuros(price)}`;

/** The maps of each picture by all ways, in their order. */
function perPicture(ways: readonly ComparedMaps<SidedPrediction>[]) {
  const first = ways[0]?.explained ?? [];
  return first.map(({ prediction }, i) => ({
    prediction,
    ways: ways.map(({ name, explained }) => ({ name, maps: explained[i]! })), // the same pictures each
  }));
}
