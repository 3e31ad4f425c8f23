import { type Chart, seriesColour } from './charts';
import { formatCount, formatNumber, formatValue } from './format';
import { plotText } from './html';
import { bars } from './traces';
import { extent } from './valueScale';

export interface BarOptions {
  title: string;
  /** What is counted or measured, with its unit. */
  valueLabel: string;
  /** What the bars stand for; may be left out where the labels say it. */
  categoryLabel?: string;
  /** How a value reads (default: as a number). */
  format?: (value: number) => string;
  alt?: string;
  /** Gap between bars as a share of their distance (default 0.3). */
  gap?: number;
}

/** One bar. */
export interface Bar {
  label: string;
  value: number;
}

/** Bars in the order given, each with its value above it. */
export function barChart(list: readonly Bar[], options: BarOptions): Chart {
  const { title, valueLabel, categoryLabel = '', format = formatValue, gap = 0.3 } = options;
  const words = list.map(({ value }) => plotText(format(value)));
  const points = { x: list.map(({ label }) => plotText(label)), y: list.map(({ value }) => value), words };
  const above = { text: words, textposition: 'outside', textangle: 0, cliponaxis: false };
  const few = list.length <= 30 ? { ...above, textfont: { color: '@muted', size: 12 } } : {};
  return {
    title,
    alt: options.alt ?? `${list.map(({ label, value }) => `${label}: ${format(value)}`).join('; ')}.`,
    traces: [bars({ ...points, hover: '%{x}: %{customdata}' }, { color: seriesColour(0) }, few)],
    layout: { bargap: gap, ...axesOf(options) },
    narrow: list.length > 12 ? { uniformtext: { minsize: 99, mode: 'hide' }, xaxis: { nticks: 10 } } : {},
    height: 360,
    table: {
      columns: [categoryLabel || 'Name', valueLabel],
      rows: list.map(({ label, value }) => [label, format(value)]),
    },
  };
}

const axesOf = ({ categoryLabel = '', valueLabel }: BarOptions) => ({
  xaxis: { title: { text: plotText(categoryLabel) }, type: 'category', showgrid: false, ticks: '' },
  yaxis: { title: { text: plotText(valueLabel) }, rangemode: 'tozero' },
});

/**
 * How many items have 0, 1, 2, … pictures, given the number of each and what an item is called. More than 40 different numbers are put into
 * classes.
 */
export function picturesPerItem(counts: readonly number[], [one, several]: readonly [string, string]): Chart {
  const { high } = extent([...counts, 0]);
  const width = Math.max(1, Math.ceil((high + 1) / 40));
  const classes = Array.from({ length: Math.floor(high / width) + 1 }, (_, i) => ({
    label: width === 1 ? String(i) : `${i * width}–${(i + 1) * width - 1}`,
    value: counts.filter((count) => Math.floor(count / width) === i).length,
  }));
  const sum = counts.reduce((a, b) => a + b, 0);
  const sorted = [...counts].sort((a, b) => a - b);
  const without = counts.filter((count) => count === 0).length;
  return barChart(classes, {
    title: `Pictures per ${one}`,
    categoryLabel: `Pictures of a ${one}`,
    valueLabel: several.slice(0, 1).toUpperCase() + several.slice(1),
    format: formatCount,
    gap: 0.06,
    alt:
      `${formatCount(counts.length)} ${several} with ${formatCount(sum)} pictures: from ${formatCount(sorted[0])} to ${formatCount(high)} a ${one}, ` +
      `${formatNumber(sum / Math.max(1, counts.length), 1)} on average, median ${formatCount(sorted[sorted.length >> 1])}; ${formatCount(without)} without any.`,
  });
}

/** Groups of bars side by side, such as several measures' values for several models. `values[i][k]`: group i, series k. */
export function groupedBars(
  groups: readonly string[],
  names: readonly string[],
  values: readonly (readonly number[])[],
  options: Omit<BarOptions, 'gap'>,
): Chart {
  const { title, format = formatValue } = options;
  const word = (i: number, k: number): string => format(values[i]?.[k] ?? Number.NaN);
  const line = (group: string, i: number): string =>
    `${group}: ${names.map((name, k) => `${name} ${word(i, k)}`).join(', ')}`;
  return {
    title,
    alt: options.alt ?? `${groups.map(line).join('; ')}.`,
    traces: names.map((name, k) => {
      const y = values.map((row) => row[k] ?? null);
      const words = groups.map((_, i) => plotText(word(i, k)));
      const hover = `%{x}, ${plotText(name)}: %{customdata}`;
      return bars({ name, x: groups.map(plotText), y, words, hover }, { color: seriesColour(k) });
    }),
    layout: { barmode: 'group', bargap: 0.25, ...axesOf(options) },
    table: {
      columns: [options.categoryLabel || 'Name', ...names],
      rows: groups.map((group, i) => [group, ...names.map((_, k) => word(i, k))]),
    },
  };
}
