import { binEdges, histogram as countInBins } from '../data/distribution';
import { type Chart, seriesColour } from './charts';
import type { Sample } from './distributionCharts';
import { formatCount, formatPercent } from './format';
import { plotText } from './html';
import { line } from './traces';
import { capital, extent, type ValueScale } from './valueScale';

/** Bins of a histogram, equally wide in log(1 + value). */
const BINS = 40;

/** Histograms of samples over each other on a logarithmic scale, with bins in common, as outlines of shares of each sample. */
export function histogram(samples: readonly Sample[], scale: ValueScale, title: string): Chart {
  const { noun, items, format, place } = scale;
  const all = samples.flatMap(({ values }) => values);
  const edges = binEdges(all, BINS);
  const ends = edges.map(place);
  const ranges = edges.slice(1).map((edge, i) => `${format(edges[i])} to ${format(edge)}`);
  const parts = samples.map(({ name, values, colour }, i) => {
    const counts = countInBins(values, edges);
    const shares = counts.map((count) => (100 * count) / Math.max(1, values.length));
    return { name, values, counts, shares, colour: colour ?? seriesColour(i) };
  });
  const { low, high } = extent(all);
  return {
    title,
    alt: parts
      .map(({ name, values, shares }) => {
        const fullest = shares.indexOf(extent(shares).high);
        const zero = values.filter((value) => value === 0).length;
        return `${name}: ${formatCount(values.length)} ${noun}s, ${formatCount(zero)} of them 0; most (${formatPercent((shares[fullest] ?? 0) / 100)}) from ${ranges[fullest]}.`;
      })
      .join(' '),
    // Down to zero at both ends; the share of a bin begins at its lower edge.
    traces: parts.map(({ name, values, shares, colour }) =>
      line(
        {
          name: `${name} (${formatCount(values.length)})`,
          x: [ends[0], ...ends, ends.at(-1)],
          y: [0, ...shares, shares.at(-1) ?? 0, 0],
          words: [ranges[0], ...ranges, ranges.at(-1), ranges.at(-1)],
          hover: `%{customdata}<br>%{y:.1f}% of ${plotText(name)}`,
        },
        { color: colour, shape: 'hv' },
        samples.length === 1 ? { fill: 'tozeroy', fillcolor: `${colour}/0.1` } : {}, // several would mix
      ),
    ),
    layout: {
      xaxis: scale.axis(`${capital(noun)}, logarithmic`, low, high),
      yaxis: { title: { text: `Share of the ${items[1]}` }, ticksuffix: '%', rangemode: 'tozero' },
    },
    narrow: { xaxis: scale.axis(capital(noun), low, high, true) },
    table: {
      columns: [capital(noun), ...samples.map(({ name }) => name)],
      rows: ranges.map((range, bin) => [range, ...parts.map(({ counts }) => counts[bin] ?? 0)]),
    },
  };
}
