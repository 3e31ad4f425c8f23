import { ReportError } from '../core/errors';
import type { PlaneMap } from '../metrics/principalComponents';
import { spearman } from '../metrics/regression';
import type { Chart } from './charts';
import { formatCount, formatNumber, formatPercent } from './format';
import { plotText } from './html';
import { checkedThumbnail } from './thumbnail';
import { marks } from './traces';
import { capital, extent, type ValueScale } from './valueScale';

/** Items on a map at most: each brings a picture into the page. */
export const MAP_ITEMS = 400;

/** An item on the map, with one of its pictures as `encodeThumbnail` makes it. */
export interface MapItem {
  title: string;
  value: number;
  picture: string;
}

/**
 * Items where their features put them, in a shade that tells their value; pointing at one shows its picture. `items[i]` stands at
 * `plane.points[i]`. Throws `BAD_INPUT` when there are not as many items as points, more than `MAP_ITEMS`, and for a picture that
 * `checkedThumbnail` refuses.
 */
export function itemMap(items: readonly MapItem[], plane: PlaneMap, scale: ValueScale, title: string): Chart {
  const { points, explained } = plane;
  const { noun, format, place } = scale;
  if (items.length !== points.length || items.length > MAP_ITEMS) {
    throw new ReportError(
      'BAD_INPUT',
      `${items.length} items at ${points.length} points cannot be drawn: give one point for each of at most ${MAP_ITEMS} items.`,
    );
  }
  const values = items.map(({ value }) => value);
  const { low, high } = extent(values);
  const words = items.map((item) => `<b>${plotText(item.title)}</b><br>${format(item.value)}`);
  const shades = {
    size: 9,
    color: values.map(place),
    coloraxis: 'coloraxis',
    line: { color: '@c1', width: 1 },
  };
  const axis = (name: string, share: number) => ({
    title: { text: `${name} component (${formatPercent(share, 0)} of the variance)` },
    showticklabels: false,
    ticks: '',
  });
  const related = (coordinates: readonly number[]): string =>
    items.length === 0 ? '0' : formatNumber(spearman(coordinates, values), 2);
  const [x, y] = [points.map((point) => point.x), points.map((point) => point.y)];
  return {
    title,
    alt:
      `${formatCount(items.length)} ${scale.items[1]} with ${noun}s from ${format(low)} to ${format(high)}, placed by the first two principal components of their ` +
      `features, which show ${formatPercent(explained[0], 0)} and ${formatPercent(explained[1], 0)} of the variance. The rank correlation of the ${noun} ` +
      `with the first is ${related(x)}, with the second ${related(y)}. Pointing at a ${scale.items[0]} shows one of its pictures.`,
    traces: [marks({ x, y, words }, shades)],
    pictures: [items.map(({ picture }) => checkedThumbnail(picture))],
    layout: {
      hovermode: 'closest',
      coloraxis: shadesFrom(values, scale),
      xaxis: axis('First', explained[0]),
      yaxis: axis('Second', explained[1]),
    },
    narrow: { coloraxis: { colorbar: { thickness: 8, title: { text: '' } } } },
    height: 520,
    narrowHeight: 460,
  };
}

/** From the lowest value that is not zero: from zero on, most of the shades could go to values that no item has. */
function shadesFrom(values: readonly number[], { noun, place, axis }: ValueScale) {
  const { low, high } = extent(values.filter((value) => value > 0));
  const { tickvals, ticktext } = axis(capital(noun), low, high);
  return {
    cmin: place(low),
    cmax: Math.max(place(high), place(low) + 0.5),
    colorscale: [
      [0, '@c1/0.05'],
      [1, '@c1'],
    ],
    colorbar: {
      title: { text: capital(noun), side: 'right' },
      tickfont: { color: '@muted', size: 12 },
      ...{ tickvals, ticktext, thickness: 12, outlinewidth: 0 },
    },
  };
}
