import { largest } from '../core/extremes';
import { boxplot } from '../data/distribution';
import { type Chart, type Layout, seriesColour, type Trace } from './charts';
import { formatCount } from './format';
import { plotText } from './html';
import { line, markLines, marks } from './traces';
import { capital, extent, type ValueScale } from './valueScale';

/** A named sample of values. */
export interface Sample {
  name: string;
  values: readonly number[];
  /** A colour of the palette, such as `@training`; by default the next one. */
  colour?: string;
}

/** Boxplots of samples on one scale, and beside it on another. The fences are 1.5 interquartile ranges of the values themselves on both; outliers of the same value are one mark. */
export function boxplots(
  samples: readonly Sample[],
  scales: readonly [ValueScale, ValueScale],
  title: string,
): Chart {
  const { noun, format } = scales[0];
  const boxes = samples.map(({ name, values, colour }, i) => ({
    ...{ ...boxplot(values), name, values, colour: colour ?? seriesColour(i) },
    highest: extent(values).high,
  }));
  const { low, high } = extent(samples.flatMap(({ values }) => values));
  const [first, second] = scales.map(
    ({ axis }, i) => axis(`${capital(noun)}, ${i === 0 ? 'linear' : 'logarithmic'}`, low, high, true), // each has half the width
  );
  const names = samples.length > 1;
  const plain = { ticks: '', showline: false, showgrid: false };
  const rows: Layout = { ...plain, showticklabels: names, autorange: 'reversed' };
  return {
    title,
    alt: boxes
      .map(
        ({ name, values, q1, median, q3, upperWhisker, outliers, highest }) =>
          `${name}: ${formatCount(values.length)} ${noun}s, half of them from ${format(q1)} to ${format(q3)}, median ${format(median)}, ` +
          `upper whisker ${format(upperWhisker)}, ${formatCount(outliers.length)} outlier${outliers.length === 1 ? '' : 's'}, highest ${format(highest)}.`,
      )
      .join(' '),
    traces: boxes.flatMap((box) => [
      ...boxTraces(box, scales[0], { xaxis: 'x', yaxis: 'y' }),
      ...boxTraces(box, scales[1], { xaxis: 'x2', yaxis: 'y2' }),
    ]),
    layout: {
      xaxis: { ...first, domain: [0, 0.47] },
      xaxis2: { ...second, domain: [0.53, 1] },
      yaxis: rows,
      yaxis2: { ...rows, anchor: 'x2', showticklabels: false },
    },
    narrow: {
      xaxis: { domain: [0, 1] },
      xaxis2: { domain: [0, 1], anchor: 'y2' },
      yaxis: { domain: [0.64, 1] },
      yaxis2: { domain: [0, 0.36], showticklabels: names },
    },
    height: 150 + 54 * samples.length,
    narrowHeight: 270 + 90 * samples.length,
  };
}

function boxTraces(
  box: ReturnType<typeof boxplot> & { name: string; colour: string },
  { place, format }: ValueScale,
  axes: Layout,
): Trace[] {
  const { name, colour } = box;
  const count = new Map<number, number>();
  for (const value of box.outliers) count.set(value, (count.get(value) ?? 0) + 1);
  const outliers = [...count];
  return [
    {
      type: 'box',
      ...{ orientation: 'h', y: [plotText(name)], width: 0.5, ...axes },
      q1: [place(box.q1)],
      median: [place(box.median)],
      q3: [place(box.q3)],
      lowerfence: [place(box.lowerWhisker)],
      upperfence: [place(box.upperWhisker)],
      ...{ line: { color: colour, width: 1.5 }, fillcolor: `${colour}/0.18` },
      hoverinfo: 'skip', // it would show the places on the axis; the words of the chart have the values
    },
    marks(
      {
        x: outliers.map(([value]) => place(value)),
        y: outliers.map(() => plotText(name)),
        words: outliers.map(([value, times]) => `${format(value)}, ${formatCount(times)}×`),
      },
      { color: `${colour}/0.55`, size: 6 },
      axes,
    ),
  ];
}

/** The value at each percentile (0 to 100), with limits as dashed lines. */
export function quantilePlot(
  percentiles: readonly number[],
  values: readonly number[],
  limits: readonly { value: number; label: string }[],
  scale: ValueScale,
): Chart {
  const { format, place, noun } = scale;
  const { low, high } = extent([...values, ...limits.map(({ value }) => value)]);
  const at = (wanted: number): string | null => {
    const index = percentiles.findIndex((q) => Math.abs(q - wanted) < 1e-6);
    return index < 0 ? null : format(values[index]);
  };
  const limitWords = limits.map(({ value, label }) => {
    const within = percentiles.filter((_, i) => (values[i] ?? Infinity) <= value).at(-1);
    const above = within === undefined ? '' : `, above the ${within.toFixed(1)}th percentile`;
    return `${label} at ${format(value)}${above}.`;
  });
  const words = [25, 50, 75, 90, 95, 99, 99.8, 100].flatMap((percentile) => {
    const value = at(percentile);
    return value === null ? [] : [`${percentile}% of the ${noun}s are at most ${value}`];
  });
  const highest = largest(limits.map(({ value }) => value));
  const lines = limits.map(({ value, label }) => ({
    ...{ at: place(value), words: `${label}: ${format(value)}` },
    ...{ along: 0.01, below: value !== highest }, // two may lie close together
  }));
  const points = { x: percentiles, y: values.map(place), words: values.map(format) };
  return {
    title: `95% of the ${noun}s are at most ${at(95)}, the highest is ${at(100)}`,
    alt: [`${words.join('; ')}.`, ...limitWords].join(' '),
    traces: [line({ ...points, hover: '%{x:.1f}%: %{customdata}' }, { color: '@c1', shape: 'hv' })],
    layout: {
      xaxis: { title: { text: 'Percentile' }, ticksuffix: '%', range: [0, 101] },
      yaxis: scale.axis(`${capital(noun)}, logarithmic`, low, high),
      ...markLines('level', lines),
    },
  };
}
