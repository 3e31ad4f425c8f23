import { lowers, normaliseTogether, peakOf, raises } from '../../../explain/heatMap';
import { colourMap } from '../../../explain/overlay';
import { formatCount } from '../../../report/format';
import { encodePicture, type PictureRow } from '../../../report/gallery';
import type { BandMap } from '../meanMapStage';
import { formatEuros } from '../units';
import { strengthOf } from './mapPictures';

/** Rows of maps, and the value that the brightest colour of all of them stands for. */
export interface ScaledRows {
  rows: PictureRow[];
  largest: number;
}

/** Mean maps by price, what raises the price above what lowers it, one column a band; all at one scale, with no picture below. */
export async function meanMapRows(bands: readonly BandMap[]): Promise<ScaledRows> {
  const sides = { raises: bands.map(({ map }) => raises(map)), lowers: bands.map(({ map }) => lowers(map)) };
  const all = [...sides.raises, ...sides.lowers];
  const scaled = normaliseTogether(all);
  const row = async (side: keyof typeof sides, from: number) => ({
    caption: `What **${side}** the price on average`,
    pictures: await Promise.all(
      bands.map(async (band, i) => {
        const map = scaled[from + i]!; // one for each
        return {
          src: await encodePicture({ ...map, pixels: colourMap(map) }, 'png'),
          alt: `What ${side} the price on average, games at ${pricesOf(band)}`,
          caption: `**${pricesOf(band)}**, ${countsOf(band)}: ${strengthOf(sides[side][i]!)}`,
        };
      }),
    ),
  });
  return { rows: [await row('raises', 0), await row('lowers', bands.length)], largest: peakOf(all) };
}

const pricesOf = ({ low, high }: BandMap): string =>
  low === high ? formatEuros(low) : `${formatEuros(low)} to ${formatEuros(high)}`;

const countsOf = ({ pictures, games }: BandMap): string =>
  `${formatCount(pictures)} ${pictures === 1 ? 'picture' : 'pictures'} of ${formatCount(games)} ${games === 1 ? 'game' : 'games'}`;
