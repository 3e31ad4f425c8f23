import { combineMaps } from '../../../explain/combine';
import { type HeatMap, peakOf } from '../../../explain/heatMap';
import type { Picture, PictureRow } from '../../../report/gallery';
import type { ComparedMaps, SidedPrediction } from '../explainStage';
import { formatEuros } from '../units';
import { mapPictures, type PictureSource, titlesOf, visibleMap } from './mapPictures';

const bothSides = ['raises', 'lowers'] as const;
type Side = (typeof bothSides)[number];

/**
 * One row a picture: its map at each layer, then all of them combined. Shown is the side with the larger value at the first layer, what raises where both are the same. Each
 * has a scale of its own, from 0 to its largest value over the picture; the combined one averages the others after that.
 */
export function layerRows(
  layers: readonly ComparedMaps<SidedPrediction>[],
  source: PictureSource,
): Promise<PictureRow[]> {
  const store = source.images;
  const titleOf = titlesOf(source);
  return Promise.all(
    perPicture(layers).map(async ({ prediction, compared }) => {
      const { image, id } = prediction;
      const over = (side: Side): HeatMap[] =>
        compared.map(({ maps }) => visibleMap(store, image, maps[side]));
      const sides = { raises: over('raises'), lowers: over('lowers') };
      const side = peakOf(sides.lowers.slice(0, 1)) > peakOf(sides.raises.slice(0, 1)) ? 'lowers' : 'raises';
      const visible = sides[side];
      const alone = (map: HeatMap, name: string, caption: string): Promise<Picture[]> =>
        mapPictures(
          [{ image, map, alt: `What ${side} the price of ${titleOf(id)}: ${name}`, caption }],
          source,
        );
      const pictures = await Promise.all([
        ...compared.map(
          ({ name, resolution }, i) => alone(visible[i]!, name, `**${name}**, ${resolution}`), // one for each
        ),
        alone(combineMaps(visible), 'combined', "**combined**, mean share of each layer's largest value"),
      ]);
      return { caption: captionOf(prediction, side, titleOf(id)), pictures: pictures.flat() };
    }),
  );
}

/** Two rows a picture, what raises the price and what lowers it: one column a method. A method's two maps share a scale, those of others have another. */
export async function methodRows(
  methods: readonly ComparedMaps<SidedPrediction>[],
  source: PictureSource,
): Promise<PictureRow[]> {
  const titleOf = titlesOf(source);
  const pairs = await Promise.all(
    perPicture(methods).map(async ({ prediction, compared }) => {
      const { image, id } = prediction;
      const columns = await Promise.all(
        compared.map(({ name, resolution, maps }) =>
          mapPictures(
            bothSides.map((side) => ({
              image,
              map: visibleMap(source.images, image, maps[side]),
              alt: `What ${side} the price of ${titleOf(id)}: ${name}`,
              caption: `**${name}**, ${resolution}`,
            })),
            source,
          ),
        ),
      );
      return bothSides.map((side, i) => ({
        caption: captionOf(prediction, side, titleOf(id)),
        pictures: columns.map((column) => column[i]!), // two of each
      }));
    }),
  );
  return pairs.flat();
}

const captionOf = ({ label, price }: SidedPrediction['prediction'], side: Side, title: string): string =>
  `What **${side}** the price of ${title}, ${formatEuros(label)}, predicted ${formatEuros(price)}`;

/** The maps of each picture at all layers or by all methods, in their order. */
function perPicture(all: readonly ComparedMaps<SidedPrediction>[]) {
  const first = all[0]?.explained ?? [];
  return first.map(({ prediction }, i) => ({
    prediction,
    compared: all.map(({ explained, ...names }) => ({ ...names, maps: explained[i]! })), // the same pictures each
  }));
}
