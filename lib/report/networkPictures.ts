import sharp from 'sharp';
import { largest, smallest } from '../core/extremes';
import type { ClassNetwork } from '../explain/classNetwork';
import type { HeatMap } from '../explain/heatMap';
import { dataUri, type Picture } from './gallery';

/** Pixels a side at least, so that the squares of a small map show. */
const SIDE = 84;

/** The feature maps that vary most, as grey pictures, each from its own smallest value to its largest. */
export function featureMapPictures(maps: readonly HeatMap[], count: number): Promise<Picture[]> {
  const spanOf = ({ values }: HeatMap): number => largest(values) - smallest(values);
  const shown = maps.map((map, channel) => ({ map, channel })).sort((a, b) => spanOf(b.map) - spanOf(a.map));
  return Promise.all(
    shown.slice(0, count).map(({ map, channel }) => {
      const [low, span] = [smallest(map.values), spanOf(map) || 1];
      const grey = map.values.map((value) => (value - low) / span);
      return enlarged(grey, map.width, `Channel ${channel}`);
    }),
  );
}

/** The windows of a first convolution as colours, each at its own scale; grey is 0. */
export const filterPictures = ({
  side,
  filters,
}: ReturnType<ClassNetwork['firstFilters']>): Promise<Picture[]> =>
  Promise.all(
    filters.map((filter, k) => {
      const reach = 2 * (largest(filter.map(Math.abs)) || 1);
      return enlarged(
        filter.map((weight) => 0.5 + weight / reach),
        side,
        `Filter ${k}`,
      );
    }),
  );

/** Values from 0 to 1 of a square, one or three for each place, enlarged until its places show. */
export async function enlarged(values: Float32Array, side: number, alt: string): Promise<Picture> {
  const channels = values.length === side * side ? 1 : 3;
  const bytes = Uint8Array.from(values, (value) => Math.round(255 * value));
  const image = sharp(bytes, { raw: { width: side, height: side, channels } });
  const size = side * Math.ceil(SIDE / side);
  return { src: dataUri('png', await image.resize(size, size, { kernel: 'nearest' }).png().toBuffer()), alt };
}
