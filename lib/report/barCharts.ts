import { type Chart, seriesColour } from './charts';
import { formatCount, formatNumber, formatValue } from './format';
import { plotText } from './html';
import { pointsOf } from './traces';
import { extent } from './valueScale';

export interface BarOptions {
  title: string;
  /** What is counted or measured, with its unit. */
  valueLabel: string;
  /** What the groups of bars stand for. */
  categoryLabel: string;
  /** How a value reads (default: as a number). */
  format?: (value: number) => string;
  /** Colours of the palette for the series (default: in its order). */
  colours?: readonly string[];
  alt?: string;
}

/** Bars of one or several series side by side, in the order given. `values[i][k]`: group i, series k. */
export function barChart(
  groups: readonly string[],
  series: readonly string[],
  values: readonly (readonly number[])[],
  { title, valueLabel, categoryLabel, format = formatValue, colours, alt }: BarOptions,
): Chart {
  const word = (i: number, k: number): string => format(values[i]?.[k] ?? Number.NaN);
  const inWords = (group: string, i: number): string =>
    `${group}: ${series.map((name, k) => `${name} ${word(i, k)}`).join(', ')}`;
  const x = groups.map((group) => plotText(group).replace('\n', '<br>'));
  return {
    title,
    alt: alt ?? `${groups.map(inWords).join('; ')}.`,
    traces: series.map((name, k) => {
      const words = groups.map((_, i) => plotText(word(i, k)));
      const hover = `%{x}, ${plotText(name)}: %{customdata}`;
      const points = pointsOf({ name, x, y: values.map((row) => row[k]), words, hover });
      return { type: 'bar', ...points, marker: { color: colours?.[k] ?? seriesColour(k) } };
    }),
    layout: {
      ...{ barmode: 'group', bargap: 0.25 },
      xaxis: { title: { text: plotText(categoryLabel) }, type: 'category', showgrid: false, ticks: '' },
      yaxis: { title: { text: plotText(valueLabel) }, rangemode: 'tozero' },
    },
    narrow: { xaxis: { nticks: 10 } },
    table: {
      columns: [categoryLabel, ...series],
      rows: groups.map((group, i) => [group, ...series.map((_, k) => word(i, k))]),
    },
  };
}

/** How many items have 0, 1, 2, … pictures, given the number of each and what an item is called; more than 40 different numbers are put into classes. */
export function picturesPerItem(counts: readonly number[], [one, several]: readonly [string, string]): Chart {
  const { high } = extent([...counts, 0]);
  const width = Math.max(1, Math.ceil((high + 1) / 40));
  const classes = Array.from({ length: Math.floor(high / width) + 1 }, (_, i) => i);
  const names = classes.map((i) => (width === 1 ? String(i) : `${i * width}–${(i + 1) * width - 1}`));
  const values = classes.map((i) => [counts.filter((count) => Math.floor(count / width) === i).length]);
  const sum = counts.reduce((a, b) => a + b, 0);
  const sorted = [...counts].sort((a, b) => a - b);
  const without = counts.filter((count) => count === 0).length;
  return barChart(names, [several], values, {
    title: `Half of the ${several} have at most ${formatCount(sorted[sorted.length >> 1])} pictures`,
    categoryLabel: `Pictures of a ${one}`,
    valueLabel: several.slice(0, 1).toUpperCase() + several.slice(1),
    format: formatCount,
    alt:
      `${formatCount(counts.length)} ${several} with ${formatCount(sum)} pictures: from ${formatCount(sorted[0])} to ${formatCount(high)} a ${one}, ` +
      `${formatNumber(sum / Math.max(1, counts.length), 1)} on average, median ${formatCount(sorted[sorted.length >> 1])}; ${formatCount(without)} without any.`,
  });
}
