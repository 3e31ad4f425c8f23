import path from 'node:path';
import sharp from 'sharp';
import { type HeatMap, isLevel, normaliseTogether, peakOf } from '../../../explain/heatMap';
import { overlayLayer } from '../../../explain/overlay';
import { regionOf, resizeMap } from '../../../explain/resize';
import { letterbox } from '../../../images/letterbox';
import type { ImageStore } from '../../../images/store';
import { formatNumber } from '../../../report/format';
import type { Picture } from '../../../report/gallery';
import type { AppId } from '../units';
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

/** Longest side of a map over a picture in pixels; the page scales it on to the picture's size. */
const LAYER = 180;

/** A map over the picture that it explains, with words for both. */
export interface MapOverPicture {
  /** Row of the image store. */
  image: number;
  /** What lies over the picture itself, values ≥ 0; see `visibleMap`. */
  map: HeatMap;
  alt: string;
  caption: string;
}

/**
 * The part of a map of the square that lies over the picture in it, without the padding, up-sampled to 180 pixels on the picture's longer
 * side. What is cut off takes no part in the scale of the colours.
 */
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
export function scaleOf(maps: readonly HeatMap[], unit: string): string {
  const peak = peakOf(maps);
  return peak > 0 ? `brightest colour: ${formatNumber(peak, 4)} ${unit}` : 'without any effect';
}

/**
 * The pictures as they were uploaded, made small, each under its map; all maps at one scale, the brightest colour for the largest value among
 * them. A caption is followed by how strong its map is. Throws what `normalise` throws.
 */
export function mapPictures(maps: readonly MapOverPicture[], source: PictureSource): Promise<Picture[]> {
  const scaled = normaliseTogether(maps.map(({ map }) => map));
  return Promise.all(
    maps.map(async ({ image, map, alt, caption }, i) => ({
      ...(await plainPicture(source, image, alt, `${caption}: ${strengthOf(map)}`)),
      over: await encodeLayer(scaled[i]!), // one for each
    })),
  );
}

/** A picture as it was uploaded, made small. */
export const plainPicture = (
  { images, selection }: PictureSource,
  image: number,
  alt: string,
  caption: string,
): Promise<Picture> => {
  const file = images.index.columns.file[image]!; // a row of the store
  return uploadedPicture(path.join(selection.folder, file), alt, caption);
};

const encodeLayer = (map: HeatMap): Promise<Uint8Array> => {
  const { width, height } = map;
  const image = sharp(overlayLayer(map), { raw: { width, height, channels: 4 } });
  return image.png({ compressionLevel: 9 }).toBuffer();
};
