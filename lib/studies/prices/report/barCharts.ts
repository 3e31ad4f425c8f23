import { type Chart, seriesColour, type Trace } from '../../../report/charts';
import { formatCount, formatNumber, formatValue } from '../../../report/format';
import { plotText } from '../../../report/html';

export interface BarOptions {
  title: string;
  /** What is counted or measured, with its unit. */
  valueLabel: string;
  /** What the bars stand for; may be left out where the labels say it. */
  categoryLabel?: string;
  /** Bars from left to right, for long names (default: upright). */
  horizontal?: boolean;
  /** How a value reads (default: as a number). */
  format?: (value: number) => string;
  alt?: string;
  colour?: string;
  /** Gap between bars as a share of their distance (default 0.3). */
  gap?: number;
}

/** One bar. */
export interface Bar {
  label: string;
  value: number;
}

/** Bars in the order given, each with its value written at its end. */
export function barChart(bars: readonly Bar[], options: BarOptions): Chart {
  const {
    title,
    valueLabel,
    categoryLabel = '',
    horizontal = false,
    format = formatValue,
    colour = seriesColour(0),
    gap = 0.3,
  } = options;
  const labels = bars.map(({ label }) => plotText(label));
  const values = bars.map(({ value }) => value);
  const valueAxis = { title: { text: plotText(valueLabel) }, rangemode: 'tozero' };
  const categories = {
    title: { text: plotText(categoryLabel) },
    type: 'category',
    showgrid: false,
    ticks: '',
    ...(horizontal ? { autorange: 'reversed' } : {}),
  };
  return {
    title,
    alt: options.alt ?? `${bars.map(({ label, value }) => `${label}: ${format(value)}`).join('; ')}.`,
    traces: [
      {
        type: 'bar',
        orientation: horizontal ? 'h' : 'v',
        x: horizontal ? values : labels,
        y: horizontal ? labels : values,
        text: bars.length <= 30 ? values.map((value) => plotText(format(value))) : undefined,
        textposition: 'outside',
        textangle: 0,
        cliponaxis: false,
        hovertemplate: `%{${horizontal ? 'y' : 'x'}}: %{${horizontal ? 'x' : 'y'}:,}<extra></extra>`,
        marker: { color: colour },
        textfont: { color: '@muted', size: 12 },
      },
    ],
    layout: horizontal
      ? { bargap: gap, xaxis: valueAxis, yaxis: categories }
      : { bargap: gap, xaxis: categories, yaxis: valueAxis },
    narrow: bars.length > 12 ? { uniformtext: { minsize: 99, mode: 'hide' }, xaxis: { nticks: 10 } } : {},
    height: horizontal ? 110 + 34 * bars.length : 360,
    table: {
      columns: [categoryLabel || 'Name', valueLabel],
      rows: bars.map(({ label, value }) => [label, format(value)]),
    },
  };
}

/** How many games have 0, 1, 2, … pictures, given the number of each game. More than 40 different numbers are put into classes. */
export function imagesPerGame(counts: readonly number[], title = 'Pictures per game'): Chart {
  const highest = counts.reduce((a, b) => Math.max(a, b), 0);
  const width = Math.max(1, Math.ceil((highest + 1) / 40));
  const bars = Array.from({ length: Math.floor(highest / width) + 1 }, (_, i) => ({
    label: width === 1 ? String(i) : `${i * width}–${(i + 1) * width - 1}`,
    value: 0,
  }));
  for (const count of counts) bars[Math.floor(count / width)]!.value++; // one bar for every count up to the highest
  const sum = counts.reduce((a, b) => a + b, 0);
  const sorted = [...counts].sort((a, b) => a - b);
  const without = counts.filter((count) => count === 0).length;
  return barChart(bars, {
    title,
    categoryLabel: 'Pictures of a game',
    valueLabel: 'Games',
    format: formatCount,
    gap: 0.06,
    alt:
      `${formatCount(counts.length)} games with ${formatCount(sum)} pictures: from ${formatCount(sorted[0])} to ${formatCount(highest)} a game, ` +
      `${formatNumber(sum / Math.max(1, counts.length), 1)} on average, median ${formatCount(sorted[sorted.length >> 1])}; ${formatCount(without)} without any.`,
  });
}

/** Groups of bars side by side, such as several measures' values for several models. `values[i][k]`: group i, series k. */
export function groupedBars(
  groups: readonly string[],
  names: readonly string[],
  values: readonly (readonly number[])[],
  options: Omit<BarOptions, 'colour' | 'horizontal' | 'gap'>,
): Chart {
  const { title, valueLabel, categoryLabel = '', format = formatValue } = options;
  const traces = names.map(
    (name, k): Trace => ({
      type: 'bar',
      name: plotText(name),
      x: groups.map(plotText),
      y: values.map((row) => row[k] ?? null),
      customdata: values.map((row) => plotText(format(row[k] ?? NaN))),
      hovertemplate: `%{x}, ${plotText(name)}: %{customdata}<extra></extra>`,
      marker: { color: seriesColour(k) },
    }),
  );
  const words = groups.map(
    (group, i) =>
      `${group}: ${names.map((name, k) => `${name} ${format(values[i]?.[k] ?? NaN)}`).join(', ')}`,
  );
  return {
    title,
    alt: options.alt ?? `${words.join('; ')}.`,
    traces,
    layout: {
      barmode: 'group',
      bargap: 0.25,
      xaxis: { title: { text: plotText(categoryLabel) }, type: 'category', showgrid: false, ticks: '' },
      yaxis: { title: { text: plotText(valueLabel) }, rangemode: 'tozero' },
    },
    table: {
      columns: [categoryLabel || 'Name', ...names],
      rows: groups.map((group, i) => [group, ...names.map((_, k) => format(values[i]?.[k] ?? NaN))]),
    },
  };
}
