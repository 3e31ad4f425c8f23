import { type BinScale, binEdges, histogram as countInBins } from '../../../data/distribution';
import type { Chart, Layout, Trace } from '../../../report/charts';
import { formatCount, formatPercent } from '../../../report/format';
import { plotText } from '../../../report/html';
import { formatEuros } from '../units';
import { logPrice, logPriceAxis, priceAxis } from './priceAxis';
import { colourOf, maximum, type PriceGroup, type PriceLimit } from './priceGroups';

export interface HistogramOptions {
  title?: string;
  /** `log1p` (default): bins equally wide in log(1 + cents), so that free and dear games both show. */
  scale?: BinScale;
  bins?: number;
  limits?: readonly PriceLimit[];
}

/**
 * Histograms of prices in EUR cents over each other, with bins in common. One sample is drawn as bars of counts; several as outlines of
 * shares, each sample's own sum being 100%, so that parts of different size compare.
 */
export function priceHistogram(groups: readonly PriceGroup[], options: HistogramOptions = {}): Chart {
  const { title = 'Distribution of prices', scale = 'log1p', bins = 40, limits = [] } = options;
  const all = groups.flatMap(({ prices }) => prices);
  const edges = binEdges(all, bins, scale);
  const several = groups.length > 1;
  const place = scale === 'log1p' ? logPrice : (cents: number) => cents;
  const ranges = edges.slice(1).map((edge, i) => `${formatEuros(edges[i])} to ${formatEuros(edge)}`);
  const counts = groups.map(({ prices }) => countInBins(prices, edges).counts);
  const drawn: Bins = { edges, place, ranges };
  const traces = groups.map((group, i) =>
    several ? outline(group, i, counts[i]!, drawn) : bars(group, i, counts[i]!, drawn),
  );
  const highest = maximum(all);
  const lowest = -maximum(all.map((price) => -price));
  const x =
    scale === 'log1p'
      ? logPriceAxis('Price, logarithmic', lowest, highest)
      : priceAxis('Price', highest, Math.min(0, lowest));
  return {
    title,
    alt: histogramWords(groups, counts, ranges, limits),
    traces,
    layout: {
      xaxis: x,
      yaxis: several
        ? { title: { text: 'Share of the games' }, ticksuffix: '%', rangemode: 'tozero' }
        : { title: { text: 'Games' }, rangemode: 'tozero', tickformat: ',d' },
      shapes: limits.map(({ price }) => limitLine(place(price))),
      annotations: limits.map((limit) => limitLabel(limit, place)),
    },
    table: {
      columns: ['Price', ...groups.map(({ name }) => name)],
      rows: ranges.map((range, bin) => [range, ...counts.map((list) => list[bin] ?? 0)]),
    },
  };
}

function histogramWords(
  groups: readonly PriceGroup[],
  counts: readonly (readonly number[])[],
  ranges: readonly string[],
  limits: readonly PriceLimit[],
): string {
  const parts = groups.map(({ name, prices }, i) => {
    const list = counts[i] ?? [];
    const fullest = list.indexOf(maximum(list));
    const share = formatPercent((list[fullest] ?? 0) / Math.max(1, prices.length));
    const free = prices.filter((price) => price === 0).length;
    return `${name}: ${formatCount(prices.length)} prices, ${formatCount(free)} of them free; most (${share}) from ${ranges[fullest]}.`;
  });
  return [...parts, ...limits.map(({ price, label }) => `${label} at ${formatEuros(price)}.`)].join(' ');
}

/** Bins as they are drawn: their edges in cents, where a price stands on the axis, and each bin in words. */
interface Bins {
  edges: readonly number[];
  place: (cents: number) => number;
  ranges: readonly string[];
}

function bars(group: PriceGroup, index: number, counts: readonly number[], bins: Bins): Trace {
  const ends = bins.edges.map(bins.place);
  return {
    type: 'bar',
    name: plotText(group.name),
    x: counts.map((_, i) => (ends[i]! + ends[i + 1]!) / 2), // one edge more than there are bins
    y: counts,
    width: counts.map((_, i) => ends[i + 1]! - ends[i]!),
    customdata: bins.ranges,
    hovertemplate: '%{customdata}<br>%{y:,} games<extra></extra>',
    marker: { color: colourOf(group, index), line: { color: '@paper', width: 1 } },
  };
}

/** Shares as a line along the edges, down to zero at both ends; the share of a bin begins at its lower edge. */
function outline(group: PriceGroup, index: number, counts: readonly number[], bins: Bins): Trace {
  const { edges, place, ranges } = bins;
  const sum = Math.max(1, group.prices.length);
  const shares = counts.map((count) => (100 * count) / sum);
  const colour = colourOf(group, index);
  const name = plotText(group.name);
  return {
    type: 'scatter',
    mode: 'lines',
    name: `${name} (${formatCount(group.prices.length)})`,
    x: [edges[0]!, ...edges, edges.at(-1)!].map(place), // two edges at least
    y: [0, ...shares, shares.at(-1) ?? 0, 0],
    customdata: [ranges[0], ...ranges, ranges.at(-1), ranges.at(-1)],
    hovertemplate: `%{customdata}<br>%{y:.1f}% of ${name}<extra></extra>`,
    line: { color: colour, width: 2, shape: 'hv' },
    fill: 'tozeroy',
    fillcolor: `${colour}/0.1`,
  };
}

const limitLine = (x: number): Layout => ({
  type: 'line',
  yref: 'paper',
  y0: 0,
  y1: 1,
  x0: x,
  x1: x,
  line: { color: '@c2', width: 1.5, dash: 'dash' },
});

const limitLabel = ({ price, label }: PriceLimit, place: Bins['place']): Layout => ({
  x: place(price),
  xanchor: 'right',
  xshift: -4,
  y: 1,
  yref: 'paper',
  yanchor: 'top',
  showarrow: false,
  text: `${plotText(label)}: ${formatEuros(price)}`,
  font: { color: '@c2', size: 12 },
});
