import path from 'node:path';
import { mean } from '../../../data/numbers';
import { type HeatMap, isLevel, lowers, normaliseTogether, peakOf, raises } from '../../../explain/heatMap';
import { colourMap } from '../../../explain/overlay';
import { regionOf, resizeMap } from '../../../explain/resize';
import { letterbox } from '../../../images/letterbox';
import type { ImageStore } from '../../../images/store';
import { formatCount, formatNumber } from '../../../report/format';
import { encodePicture, type Picture, type PictureRow } from '../../../report/gallery';
import { mapLayer } from '../../../report/heatMaps';
import type { BandMap } from '../bands';
import type { ExampleGame, SidedPicture } from '../explainStage';
import { type AppId, formatPrice } from '../units';
import { uploadedPicture } from './pictures';

/** Where pictures are shown from (a part of `PreparedData`): the store, the data folder with the files as they were uploaded, and the games' titles. */
export interface PictureSource {
  images: ImageStore;
  selection: { folder: string; kept: readonly { id: AppId; title: string }[] };
}

/** The title of a game, its number where it is not among those kept. */
export function titlesOf({ selection }: PictureSource): (id: AppId) => string {
  const titles = new Map(selection.kept.map(({ id, title }) => [id, title]));
  return (id) => titles.get(id) ?? id;
}

const bothSides = ['raises', 'lowers'] as const;
type Side = (typeof bothSides)[number];

/** One row a picture: as it is, what raises the price, what lowers it. Both maps have the scale that the row's caption gives, in `unit`. */
export function explainedRows(
  explained: readonly SidedPicture[],
  source: PictureSource,
  unit: string,
): Promise<PictureRow[]> {
  const titleOf = titlesOf(source);
  return Promise.all(
    explained.map(async (picture) => {
      const { image, id, label, predicted } = picture.prediction;
      const maps = bothSides.map((side) => ({
        image,
        map: visibleMap(source.images, image, picture[side]),
        alt: `What ${side} the price of ${titleOf(id)}`,
        caption: `${side} the price`,
      }));
      return {
        caption: `**${picture.kind}**: ${titleOf(id)}, ${formatPrice(label)}, predicted ${formatPrice(predicted.price)}; ${scaleOf(maps, unit)}`,
        pictures: [
          await plainPicture(source, image, { alt: `A picture of ${titleOf(id)}`, caption: 'the picture' }),
          ...(await mapPictures(maps, source)),
        ],
      };
    }),
  );
}

/** Pictures of a game that are shown at most. */
const STRIP = 6;

/** One row a game: its first pictures under what lowers the price of a cheap game and raises that of a dear one, all maps of a game at one scale. */
export function gameStrips(
  games: readonly ExampleGame[],
  source: PictureSource,
  unit: string,
): Promise<PictureRow[]> {
  const titleOf = titlesOf(source);
  return Promise.all(
    games.map(async (game) => {
      const { kind, id, truth, pictures } = game;
      const side = sideOf(game);
      const maps = pictures.slice(0, STRIP).map((picture, i) => ({
        image: picture.prediction.image,
        map: visibleMap(source.images, picture.prediction.image, picture[side]),
        alt: `What ${side} the price in picture ${i + 1} of ${titleOf(id)}`,
        caption: formatPrice(picture.prediction.predicted.price),
      }));
      const all = pictures.length === 1 ? 'its one picture' : `its ${pictures.length} pictures`;
      const count = pictures.length > STRIP ? `${STRIP} of ${all}` : all;
      return {
        caption: `**${kind}**: ${titleOf(id)}, ${formatPrice(truth)}; what **${side}** the price in ${count}; ${scaleOf(maps, unit)}`,
        pictures: await mapPictures(maps, source),
      };
    }),
  );
}

function sideOf({ kind, truth, pictures }: ExampleGame): Side {
  if (kind === 'cheap') return 'lowers';
  if (kind === 'dear') return 'raises';
  return mean(pictures.map(({ prediction }) => prediction.predicted.price)) > truth ? 'raises' : 'lowers';
}

/** Mean maps by price, what raises it above what lowers it, one column a band, all at one scale up to `largest`. */
export async function meanMapRows(bands: readonly BandMap[]) {
  const all = [...bands.map(({ map }) => raises(map)), ...bands.map(({ map }) => lowers(map))];
  const scaled = normaliseTogether(all);
  const row = async (side: Side, from: number) => ({
    caption: `What **${side}** the price on average`,
    pictures: await Promise.all(
      bands.map(async (band, i) => {
        const map = scaled[from + i]!; // one for each, here and below
        return {
          src: await encodePicture({ ...map, pixels: colourMap(map) }, 'png'),
          alt: `What ${side} the price on average, games at ${pricesOf(band)}`,
          caption: `${from === 0 ? `**${pricesOf(band)}**, ${countsOf(band)}: ` : ''}${strengthOf(all[from + i]!)}`,
        };
      }),
    ),
  });
  return { rows: [await row('raises', 0), await row('lowers', bands.length)], largest: peakOf(all) };
}

const pricesOf = ({ low, high }: BandMap): string =>
  low === high ? formatPrice(low) : `${formatPrice(low)} to ${formatPrice(high)}`;

const countsOf = ({ pictures, games }: BandMap): string =>
  `${formatCount(pictures)} ${pictures === 1 ? 'picture' : 'pictures'} of ${formatCount(games)} ${games === 1 ? 'game' : 'games'}`;

/** Longest side of a map over a picture in pixels; the page scales it on to the picture's size. */
const LAYER = 180;

/** The part of a square's map that lies over the picture in it, without the padding, 180 pixels on the longer side. */
export function visibleMap({ size, index }: ImageStore, image: number, map: HeatMap): HeatMap {
  const sides = [index.columns.width[image]!, index.columns.height[image]!] as const; // a row of the store
  const { width, height } = letterbox(...sides, LAYER);
  return resizeMap(map, width, height, regionOf(letterbox(...sides, size), size));
}

/** How strong a map with values ≥ 0 is, for a caption: `up to 0.0123`, `0.0123 everywhere alike`, or `nowhere`. */
export function strengthOf(map: HeatMap): string {
  const peak = peakOf([map]);
  if (peak === 0) return 'nowhere';
  return isLevel(map) ? `${formatNumber(peak, 4)} everywhere alike` : `up to ${formatNumber(peak, 4)}`;
}

/** What the brightest colour of some maps with values ≥ 0 of one scale stands for, for a caption. */
function scaleOf(maps: readonly { map: HeatMap }[], unit: string): string {
  const peak = peakOf(maps.map(({ map }) => map));
  return peak > 0 ? `brightest colour: ${formatNumber(peak, 4)} ${unit}` : 'without any effect';
}

/** A map over the picture that it explains, with words for both. */
export interface MapOverPicture {
  /** Row of the image store. */
  image: number;
  /** What lies over the picture itself, values ≥ 0; see `visibleMap`. */
  map: HeatMap;
  alt: string;
  caption: string;
}

/** The pictures as they were uploaded, small and grey, each under its map, all at one scale. Throws what `normaliseTogether` throws. */
export function mapPictures(maps: readonly MapOverPicture[], source: PictureSource): Promise<Picture[]> {
  const scaled = normaliseTogether(maps.map(({ map }) => map));
  return Promise.all(
    maps.map(async ({ image, map, alt, caption }, i) => ({
      ...(await plainPicture(source, image, { alt, caption: `${caption}: ${strengthOf(map)}`, grey: true })),
      over: await mapLayer(scaled[i]!), // one for each
    })),
  );
}

/** A picture as it was uploaded, made small. */
const plainPicture = (
  { images, selection }: PictureSource,
  image: number,
  words: Parameters<typeof uploadedPicture>[1],
): Promise<Picture> => uploadedPicture(path.join(selection.folder, images.index.columns.file[image]!), words); // a row of the store
