import sharp from 'sharp';
import { ReportError } from '../../../core/errors';
import type { Box } from '../../../images/letterbox';
import { spearman } from '../../../metrics/metrics';
import type { PlaneMap } from '../../../metrics/principalComponents';
import type { Chart } from '../../../report/charts';
import { formatCount, formatNumber, formatPercent } from '../../../report/format';
import { pictureSource } from '../../../report/gallery';
import { plotText } from '../../../report/html';
import { formatEuros } from '../units';
import { extent, logPrice, logPriceAxis } from './priceAxis';

/** Games on a map at most: each brings a picture into the page. */
export const MAP_GAMES = 400;

/** Length of a thumbnail's data URI at most, in characters. */
export const THUMBNAIL_LIMIT = 3000;

/** Widths in px and JPEG qualities that are tried for a thumbnail, until one is small enough. */
const attempts = [
  [96, 65],
  [80, 55],
  [64, 45],
  [48, 35],
] as const;

/**
 * A picture of the store, `[size, size, 3]` without the padding beside its box, as a data URI of at most `THUMBNAIL_LIMIT` characters: a
 * JPEG as large as that allows. Throws `BAD_INPUT` when the pixels do not fill the square.
 */
export async function encodeThumbnail(pixels: Uint8Array, size: number, box: Box): Promise<string> {
  if (pixels.length !== size * size * 3) {
    throw new ReportError(
      'BAD_INPUT',
      `A picture of ${size} × ${size} RGB pixels needs ${size * size * 3} bytes, got ${pixels.length}.`,
    );
  }
  const picture = sharp(pixels, { raw: { width: size, height: size, channels: 3 } }).extract(box);
  let source = '';
  for (const [width, quality] of attempts) {
    const small = picture.clone().resize(width, width, { fit: 'inside', withoutEnlargement: true });
    source = `data:image/jpeg;base64,${(await small.jpeg({ quality }).toBuffer()).toString('base64')}`;
    if (source.length <= THUMBNAIL_LIMIT) return source;
  }
  throw new ReportError('BAD_INPUT', `A thumbnail of ${source.length} characters is too long for the map.`);
}

/** A game on the map. */
export interface MapGame {
  title: string;
  /** EUR cents. */
  price: number;
  /** One of its pictures as a data URI, see `encodeThumbnail`. */
  picture: string;
}

/** Every n-th of some games, so that at most `MAP_GAMES` are left. */
export const mapGames = <Game>(games: readonly Game[]): Game[] =>
  games.filter((_, i) => i % Math.max(1, Math.ceil(games.length / MAP_GAMES)) === 0);

/**
 * Games where their features put them, in a shade that tells their price; pointing at one shows its picture. `games[i]` stands at
 * `plane.points[i]`. Throws `BAD_INPUT` when there are not as many games as points, more than `MAP_GAMES`, or for a picture that is no data
 * URI or too long.
 */
export function gameMap(
  games: readonly MapGame[],
  { points, explained }: PlaneMap,
  title = 'Games by their features',
): Chart {
  if (games.length !== points.length || games.length > MAP_GAMES) {
    throw new ReportError(
      'BAD_INPUT',
      `${games.length} games at ${points.length} points cannot be drawn: give one point for each of at most ${MAP_GAMES} games.`,
    );
  }
  const pictures = games.map(({ picture }) => checkedThumbnail(picture));
  const prices = games.map(({ price }) => price);
  const { low, high } = extent(prices);
  // The shades begin at the cheapest game that costs something: from €0 on most of them would go to prices that no game has.
  const cheapest = extent(prices.filter((price) => price > 0)).low;
  const { tickvals, ticktext } = logPriceAxis('Price', cheapest, high);
  const colorbar = {
    title: { text: 'Price', side: 'right' },
    tickvals,
    ticktext,
    thickness: 12,
    outlinewidth: 0,
  };
  const axis = (name: string, share: number) => ({
    title: { text: `${name} component (${formatPercent(share, 0)} of the variance)` },
    showticklabels: false,
    ticks: '',
  });
  const related = (k: 'x' | 'y'): string =>
    games.length === 0
      ? '0'
      : formatNumber(
          spearman(
            points.map((point) => point[k]),
            prices,
          ),
          2,
        );
  return {
    title,
    alt:
      `${formatCount(games.length)} games that cost ${formatEuros(low)} to ${formatEuros(high)}, placed by the first two principal components of their ` +
      `features, which show ${formatPercent(explained[0], 0)} and ${formatPercent(explained[1], 0)} of the variance. The rank correlation of the price ` +
      `with the first is ${related('x')}, with the second ${related('y')}. Pointing at a game shows one of its pictures.`,
    traces: [
      {
        type: 'scatter',
        mode: 'markers',
        x: points.map(({ x }) => x),
        y: points.map(({ y }) => y),
        customdata: games.map(
          ({ title: name, price }) => `<b>${plotText(name)}</b><br>${formatEuros(price)}`,
        ),
        hovertemplate: '%{customdata}<extra></extra>',
        marker: {
          size: 9,
          color: prices.map(logPrice),
          coloraxis: 'coloraxis',
          line: { color: '@c1', width: 1 },
        },
      },
    ],
    pictures: [pictures],
    layout: {
      hovermode: 'closest',
      coloraxis: {
        cmin: logPrice(cheapest),
        cmax: Math.max(logPrice(high), logPrice(cheapest) + 0.5),
        colorscale: [
          [0, '@c1/0.05'],
          [1, '@c1'],
        ],
        colorbar: { ...colorbar, tickfont: { color: '@muted', size: 12 } },
      },
      xaxis: axis('First', explained[0]),
      yaxis: axis('Second', explained[1]),
    },
    narrow: { coloraxis: { colorbar: { thickness: 8, title: { text: '' } } } },
    height: 520,
    narrowHeight: 460,
  };
}

function checkedThumbnail(picture: string): string {
  if (picture.length <= THUMBNAIL_LIMIT) return pictureSource(picture);
  throw new ReportError(
    'BAD_INPUT',
    `A thumbnail has ${picture.length} characters, and ${THUMBNAIL_LIMIT} are allowed: make it with encodeThumbnail.`,
  );
}
