import { boxplot } from '../../../data/distribution';
import type { Chart, Layout, Trace } from '../../../report/charts';
import { formatCount } from '../../../report/format';
import { plotText } from '../../../report/html';
import { formatEuros } from '../units';
import { levelLine, logPrice, logPriceAxis, priceAxis } from './priceAxis';
import { colourOf, maximum, type PriceGroup, type PriceLimit } from './priceGroups';

export { priceHistogram } from './priceHistogram';

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
        return `${name}: ${formatCount(prices.length)} prices, half of them from ${formatEuros(q1)} to ${formatEuros(q3)}, median ${formatEuros(median)}, upper whisker ${formatEuros(upperWhisker)}, ${formatCount(outliers.length)} outlier${outliers.length === 1 ? '' : 's'}, highest ${formatEuros(maximum(prices))}.`;
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
      shapes: limits.map(({ price }) => levelLine(logPrice(price), '@c2')),
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
