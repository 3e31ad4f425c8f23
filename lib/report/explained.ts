import { inferno } from '../explain/colour';
import { type HeatMap, lowers, mapBalance, raises } from '../explain/heatMap';
import { overlay } from '../explain/overlay';
import { letterbox } from '../images/letterbox';
import type { ImageStore } from '../images/store';
import type { ExplainedPicture } from '../pipeline/explain';
import type { AppId } from '../units';
import { formatEuros } from './format';
import { encodeSquare, type HeatMapLegend, type Picture, type PictureRow } from './gallery';

/** The colours of the heat maps, from no effect to the strongest of the picture. */
export const heatMapLegend: HeatMapLegend = {
  colours: [0, 64, 128, 192, 255].map(
    (i) => `rgb(${[0, 1, 2].map((channel) => inferno[3 * i + channel]).join(', ')})`,
  ),
  low: 'no effect',
  high: 'strongest in this picture',
};

/**
 * One row a picture: as it is, what raises the price, what lowers it. Both maps are divided by the larger of their maxima, so that they
 * compare within the row; a map that is zero everywhere leaves the picture as it is and says so.
 */
export function explainedRows(
  explained: readonly ExplainedPicture[],
  store: ImageStore,
  titleOf: (appid: AppId) => string,
): Promise<PictureRow[]> {
  return Promise.all(
    explained.map(async ({ kind, prediction, map }) => {
      const { image, truth, price } = prediction;
      const title = titleOf(prediction.appid);
      const pixels = store.readOne(image);
      const maps = { raises: raises(map), lowers: lowers(map) };
      const scale = mapBalance(map).largest;
      const shown = (part: keyof typeof maps): Promise<Picture> =>
        overlaid(
          store,
          image,
          pixels,
          maps[part],
          scale,
          `What ${part} the price of ${title}`,
          `${part} the price`,
        );
      return {
        caption: `**${kind}**: ${title}, ${formatEuros(truth)}, predicted ${formatEuros(price)}`,
        pictures: [
          {
            src: await encodeSquare(pixels, store.size),
            alt: `A picture of ${title}`,
            caption: 'the picture',
          },
          await shown('raises'),
          await shown('lowers'),
        ],
      };
    }),
  );
}

async function overlaid(
  store: ImageStore,
  image: number,
  pixels: Uint8Array,
  map: HeatMap,
  scale: number,
  alt: string,
  caption: string,
): Promise<Picture> {
  const { size } = store;
  const { width, height } = store.index.columns;
  const box = letterbox(width[image]!, height[image]!, size); // a row of the store
  const empty = map.values.every((value) => value === 0);
  const scaled = { ...map, values: map.values.map((value) => (scale > 0 ? value / scale : 0)) };
  const painted = overlay(pixels, scaled, { width: size, height: size }, { box, opacity: 0.65 });
  return { src: await encodeSquare(painted, size), alt, caption: empty ? `nothing ${caption}` : caption };
}
