import { type BinScale, binEdges, histogram as countInBins } from '../data/distribution';
import type { Chart, Trace } from './charts';
import { colourOf, type Limit, limitLines, type Sample } from './distributionCharts';
import { formatCount, formatPercent } from './format';
import { plotText } from './html';
import { bars, line, markLines } from './traces';
import { capital, extent, niceStep, type ValueScale } from './valueScale';

export interface HistogramOptions {
  title?: string;
  /** `log1p` (default): bins equally wide in log(1 + value), for a logarithmic scale. */
  bins?: BinScale;
  count?: number;
  limits?: readonly Limit[];
}

/** Bins as they are drawn: where their edges stand on the axis, and each bin in words. */
interface Bins {
  ends: readonly number[];
  ranges: readonly string[];
}

/**
 * Histograms of samples over each other, with bins in common. One sample is drawn as bars of counts; several as outlines of shares, each
 * sample's own sum being 100%, so that samples of different size compare.
 */
export function histogram(
  samples: readonly Sample[],
  scale: ValueScale,
  options: HistogramOptions = {},
): Chart {
  const { title = `Distribution of ${scale.noun}s`, bins = 'log1p', count = 40, limits = [] } = options;
  const all = samples.flatMap(({ values }) => values);
  const edges = binEdges(all, count, bins);
  const ranges = edges.slice(1).map((edge, i) => `${scale.format(edges[i])} to ${scale.format(edge)}`);
  const counts = samples.map(({ values }) => countInBins(values, edges).counts);
  const drawn: Bins = { ends: edges.map(scale.place), ranges };
  const trace = samples.length > 1 ? outline : columns;
  const { low, high } = extent(all);
  const several = capital(scale.items[1]);
  return {
    title,
    alt: histogramWords(samples, counts, ranges, limits, scale),
    traces: samples.map((sample, i) => trace(sample, i, counts[i]!, drawn, scale)), // counts of each sample
    layout: {
      xaxis: scale.axis(capital(scale.noun) + (bins === 'log1p' ? ', logarithmic' : ''), low, high),
      yaxis:
        samples.length > 1
          ? { title: { text: `Share of the ${scale.items[1]}` }, ticksuffix: '%', rangemode: 'tozero' }
          : {
              title: { text: several },
              rangemode: 'tozero',
              tickformat: ',d',
              dtick: Math.max(1, niceStep(extent(counts.flat()).high / 6)),
            },
      ...markLines('upright', limitLines(limits, scale)),
    },
    table: {
      columns: [capital(scale.noun), ...samples.map(({ name }) => name)],
      rows: ranges.map((range, bin) => [range, ...counts.map((list) => list[bin] ?? 0)]),
    },
  };
}

function histogramWords(
  samples: readonly Sample[],
  counts: readonly (readonly number[])[],
  ranges: readonly string[],
  limits: readonly Limit[],
  { noun, format }: ValueScale,
): string {
  const parts = samples.map(({ name, values }, i) => {
    const list = counts[i] ?? [];
    const fullest = list.indexOf(extent(list).high);
    const share = formatPercent((list[fullest] ?? 0) / Math.max(1, values.length));
    const zero = values.filter((value) => value === 0).length;
    return `${name}: ${formatCount(values.length)} ${noun}s, ${formatCount(zero)} of them 0; most (${share}) from ${ranges[fullest]}.`;
  });
  return [...parts, ...limits.map(({ value, label }) => `${label} at ${format(value)}.`)].join(' ');
}

function columns(
  sample: Sample,
  index: number,
  counts: readonly number[],
  { ends, ranges }: Bins,
  { items }: ValueScale,
): Trace {
  const middle = counts.map((_, i) => (ends[i]! + ends[i + 1]!) / 2); // one edge more than there are bins, here and below
  const hover = `%{customdata}<br>%{y:,} ${items[1]}`;
  const marker = { color: colourOf(sample, index), line: { color: '@paper', width: 1 } };
  const width = counts.map((_, i) => ends[i + 1]! - ends[i]!);
  return bars({ name: sample.name, x: middle, y: counts, words: ranges, hover }, marker, { width });
}

/** Shares as a line along the edges, down to zero at both ends; the share of a bin begins at its lower edge. */
function outline(sample: Sample, index: number, counts: readonly number[], { ends, ranges }: Bins): Trace {
  const sum = Math.max(1, sample.values.length);
  const shares = counts.map((count) => (100 * count) / sum);
  const colour = colourOf(sample, index);
  return line(
    {
      name: `${sample.name} (${formatCount(sample.values.length)})`,
      x: [ends[0], ...ends, ends.at(-1)],
      y: [0, ...shares, shares.at(-1) ?? 0, 0],
      words: [ranges[0], ...ranges, ranges.at(-1), ranges.at(-1)],
      hover: `%{customdata}<br>%{y:.1f}% of ${plotText(sample.name)}`,
    },
    { color: colour, shape: 'hv' },
    { fill: 'tozeroy', fillcolor: `${colour}/0.1` },
  );
}
