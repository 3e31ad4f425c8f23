import { type BinScale, binEdges, boxplot, histogram as countInBins } from '../prices/distribution';
import { type Chart, type Layout, seriesColour, type Trace } from './charts';
import { formatCount, formatEuros, formatPercent } from './format';
import { plotText } from './html';
import { logPrice, logPriceAxis, priceAxis } from './priceAxis';

/** A named sample of prices in EUR cents. */
export interface PriceGroup {
  name: string;
  prices: readonly number[];
  /** A colour of the palette, such as `@training`; by default the next one. */
  colour?: string;
}

const colourOf = (group: { colour?: string }, index: number): string => group.colour ?? seriesColour(index);

/**
 * Boxplots of prices, on a linear axis and beside it on a logarithmic one with room for free games (below it on a narrow page). The
 * fences are 1.5 interquartile ranges of the prices themselves on both; outliers of the same price are one mark.
 */
export function priceBoxplot(groups: readonly PriceGroup[], title = 'Prices'): Chart {
  const boxes = groups.map(({ prices }) => boxplot(prices));
  const highest = Math.max(...groups.flatMap(({ prices }) => maximum(prices)), 1);
  const lowest = Math.min(...groups.map(({ prices }) => -maximum(prices.map((price) => -price))));
  const traces = groups.flatMap((group, i) =>
    [(cents: number) => cents, logPrice].flatMap((scale, side) =>
      boxTraces(group.name, boxes[i]!, scale, side, colourOf(group, i)),
    ),
  );
  const names = groups.length > 1;
  const bands: Layout = {
    showticklabels: names,
    ticks: '',
    showline: false,
    showgrid: false,
    autorange: 'reversed',
  };
  return {
    title,
    alt: groups
      .map(({ name, prices }, i) => {
        const { q1, median, q3, upperWhisker, outliers } = boxes[i]!;
        return `${name}: ${formatCount(prices.length)} prices, half of them from ${formatEuros(q1)} to ${formatEuros(q3)}, median ${formatEuros(median)}, upper whisker ${formatEuros(upperWhisker)}, ${formatCount(outliers.length)} outliers, highest ${formatEuros(maximum(prices))}.`;
      })
      .join(' '),
    traces,
    layout: {
      xaxis: { domain: [0, 0.47], ...priceAxis('Price, linear', highest) },
      xaxis2: { domain: [0.53, 1], ...logPriceAxis('Price, logarithmic', lowest, highest) },
      yaxis: bands,
      yaxis2: { ...bands, anchor: 'x2', showticklabels: false },
    },
    narrow: {
      xaxis: { domain: [0, 1] },
      xaxis2: { domain: [0, 1], anchor: 'y2' },
      yaxis: { domain: [0.64, 1] },
      yaxis2: { domain: [0, 0.36], showticklabels: names },
    },
    height: 150 + 54 * groups.length,
    narrowHeight: 270 + 90 * groups.length,
    table: {
      columns: [
        'Sample',
        'Prices',
        'Lower whisker',
        'Q1',
        'Median',
        'Q3',
        'Upper whisker',
        'Outliers',
        'Highest',
      ],
      rows: groups.map(({ name, prices }, i) => {
        const { lowerWhisker, q1, median, q3, upperWhisker, outliers } = boxes[i]!;
        const amounts = [lowerWhisker, q1, median, q3, upperWhisker].map(formatEuros);
        return [name, prices.length, ...amounts, outliers.length, formatEuros(maximum(prices))];
      }),
    },
  };
}

/** The largest value; spreading a long array into Math.max would overflow the stack. */
const maximum = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);

function boxTraces(
  name: string,
  box: ReturnType<typeof boxplot>,
  scale: (cents: number) => number,
  side: number,
  colour: string,
): Trace[] {
  const axes = side === 0 ? { xaxis: 'x', yaxis: 'y' } : { xaxis: 'x2', yaxis: 'y2' };
  const prices = [...new Set(box.outliers)];
  const count = new Map<number, number>();
  for (const price of box.outliers) count.set(price, (count.get(price) ?? 0) + 1);
  return [
    {
      type: 'box',
      orientation: 'h',
      y: [plotText(name)],
      q1: [scale(box.q1)],
      median: [scale(box.median)],
      q3: [scale(box.q3)],
      lowerfence: [scale(box.lowerWhisker)],
      upperfence: [scale(box.upperWhisker)],
      line: { color: colour, width: 1.5 },
      fillcolor: `${colour}/0.18`,
      width: 0.5,
      hoverinfo: 'skip', // it would show log10(1 + cents); the table has the figures
      ...axes,
    },
    {
      type: 'scatter',
      mode: 'markers',
      x: prices.map(scale),
      y: prices.map(() => plotText(name)),
      customdata: prices.map((price) => `${formatEuros(price)}, ${formatCount(count.get(price))}×`),
      hovertemplate: '%{customdata}<extra></extra>',
      marker: { color: `${colour}/0.55`, size: 6 },
      ...axes,
    },
  ];
}

/** A price that a chart marks with a line and a word. */
export interface PriceLimit {
  price: number;
  label: string;
}

/**
 * The quantile plot of the original: percentiles (0 to 100) across, the price in EUR cents at each on a logarithmic axis, and limits
 * as dashed lines.
 */
export function quantilePlot(
  percentiles: readonly number[],
  prices: readonly number[],
  limits: readonly PriceLimit[] = [],
  title = 'Quantiles of the price',
): Chart {
  const high = Math.max(...prices, ...limits.map(({ price }) => price));
  const low = Math.min(...prices);
  const highestLimit = Math.max(...limits.map(({ price }) => price));
  const told = [25, 50, 75, 90, 95, 99, 99.8, 100];
  const rows = told.flatMap((wanted) => {
    const at = percentiles.findIndex((q) => Math.abs(q - wanted) < 1e-6);
    return at < 0 ? [] : [[wanted, formatEuros(prices[at])] as [number, string]];
  });
  const words = rows.map(([q, price]) => `${q}% of the prices are at most ${price}`).join('; ');
  const lines = limits.map(({ price, label }) => {
    const within = percentiles.filter((_, i) => (prices[i] ?? Infinity) <= price).at(-1);
    return `${label} at ${formatEuros(price)}${within === undefined ? '' : `, above the ${within.toFixed(1)}th percentile`}.`;
  });
  return {
    title,
    alt: [`${words}.`, ...lines].join(' '),
    traces: [
      {
        type: 'scatter',
        mode: 'lines',
        x: percentiles,
        y: prices.map(logPrice),
        customdata: prices.map(formatEuros),
        hovertemplate: '%{x:.1f}%: %{customdata}<extra></extra>',
        line: { color: '@c1', width: 2, shape: 'hv' },
      },
    ],
    layout: {
      xaxis: { title: { text: 'Percentile' }, ticksuffix: '%', range: [0, 101] },
      yaxis: logPriceAxis('Price, logarithmic', low, high),
      shapes: limits.map(({ price }) => limitLine(logPrice(price))),
      annotations: limits.map(({ price, label }) => ({
        x: 0.01,
        xref: 'paper',
        xanchor: 'left',
        y: logPrice(price),
        yanchor: price === highestLimit ? 'bottom' : 'top', // two limits may lie close together
        showarrow: false,
        text: `${plotText(label)}: ${formatEuros(price)}`,
        font: { color: '@c2', size: 12 },
      })),
    },
    table: { columns: ['Percentile', 'Price'], rows: rows.map(([q, price]) => [`${q}%`, price]) },
  };
}

const limitLine = (y: number): Layout => ({
  type: 'line',
  xref: 'paper',
  x0: 0,
  x1: 1,
  y0: y,
  y1: y,
  line: { color: '@c2', width: 1.5, dash: 'dash' },
});

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
  const middles = edges.slice(1).map((edge, i) => (place(edge) + place(edges[i]!)) / 2);
  const ranges = edges.slice(1).map((edge, i) => `${formatEuros(edges[i])} to ${formatEuros(edge)}`);
  const counts = groups.map(({ prices }) => countInBins(prices, edges).counts);
  const traces = groups.map((group, i): Trace => {
    const colour = colourOf(group, i);
    const sum = Math.max(1, group.prices.length);
    const name = plotText(group.name);
    const shares = counts[i]!.map((count) => (100 * count) / sum);
    if (!several) {
      return {
        type: 'bar',
        name,
        x: middles,
        y: counts[i],
        width: edges.slice(1).map((edge, k) => place(edge) - place(edges[k]!)),
        customdata: ranges,
        hovertemplate: '%{customdata}<br>%{y:,} games<extra></extra>',
        marker: { color: colour, line: { color: '@paper', width: 1 } },
      };
    }
    return {
      type: 'scatter',
      mode: 'lines',
      name: `${name} (${formatCount(group.prices.length)})`,
      // Along the edges, down to zero at both ends; the share of a bin begins at its lower edge.
      x: [edges[0]!, ...edges, edges.at(-1)!].map(place),
      y: [0, ...shares, shares.at(-1) ?? 0, 0],
      customdata: [ranges[0], ...ranges, ranges.at(-1), ranges.at(-1)],
      hovertemplate: `%{customdata}<br>%{y:.1f}% of ${name}<extra></extra>`,
      line: { color: colour, width: 2, shape: 'hv' },
      fill: 'tozeroy',
      fillcolor: `${colour}/0.1`,
    };
  });
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
      shapes: limits.map(({ price }) => ({
        type: 'line',
        yref: 'paper',
        y0: 0,
        y1: 1,
        x0: place(price),
        x1: place(price),
        line: { color: '@c2', width: 1.5, dash: 'dash' },
      })),
      annotations: limits.map(({ price, label }) => ({
        x: place(price),
        xanchor: 'right',
        xshift: -4,
        y: 1,
        yref: 'paper',
        yanchor: 'top',
        showarrow: false,
        text: `${plotText(label)}: ${formatEuros(price)}`,
        font: { color: '@c2', size: 12 },
      })),
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
