import type { CurveRow } from '../../../explain/checkFaithfulness';
import { SAME, type SanityRow } from '../../../explain/checkSanity';
import type { Question } from '../../../explain/faithfulness';
import { type Chart, seriesColour, type Trace } from '../../../report/charts';
import { formatPercent } from '../../../report/format';
import { plotText } from '../../../report/html';
import { markLines } from '../../../report/traces';
import { asked, decimals } from './explanationTables';

/** Removing pixels from a picture, or adding them to a blurred one. */
export type Removal = 'deletion' | 'insertion';

/** A line with points in the colour of its number. */
const lineTrace = (i: number, name: string, x: unknown[], y: number[], format: string): Trace => ({
  type: 'scatter',
  mode: 'lines+markers',
  name: plotText(name),
  x,
  y,
  hovertemplate: `${plotText(name)}, %{x${format}}: %{y:.3f}<extra></extra>`,
  line: { color: seriesColour(i), width: 2, ...(i >= 6 ? { dash: 'dot' } : {}) },
  marker: { color: seriesColour(i), size: 5 },
});

/**
 * The mean change of the score over the share of pixels deleted or inserted, a line for each map. `unit`: of the score, such as
 * `log price`.
 */
export function removalCurves(
  curves: readonly CurveRow[] = [],
  removal: Removal,
  question: Question,
  unit: string,
): Chart {
  const lines = curves
    .filter((row) => row.question === question)
    .map(({ map, [removal]: values }) => ({
      map,
      values,
      shares: values.map((_, i) => i / (values.length - 1)),
    }));
  const axis = `Share of the pixels ${removal === 'deletion' ? 'deleted' : 'inserted'}`;
  const label = `Change of the ${unit}`;
  return {
    title: `${removal === 'deletion' ? 'Deletion' : 'Insertion'}, by ${asked[question]}`,
    alt: lines
      .map(({ map, values }) => {
        const [half, all] = [values[values.length >> 1] ?? 0, values.at(-1) ?? 0].map(decimals);
        return `${map}: ${half} at half of the pixels, ${all} at all.`;
      })
      .join(' '),
    traces: lines.map(({ map, values, shares }, i) => lineTrace(i, map, shares, values, ':.0%')),
    layout: {
      xaxis: { title: { text: axis }, tickformat: '.0%', range: [0, 1] },
      yaxis: { title: { text: label } },
      ...markLines('level', [{ at: 0 }]),
    },
    table: {
      columns: ['Map', axis, label],
      rows: lines.flatMap(({ map, values, shares }) =>
        values.map((value, i) => [map, formatPercent(shares[i], 0), decimals(value)]),
      ),
    },
  };
}

/** How alike the maps of ever more random models are to the model's own: a line for each method, with its intervals. */
export function sanityChart(rows: readonly SanityRow[]): Chart {
  const name = 'Rank correlation';
  const methods = [...new Set(rows.map(({ method }) => method))].map((method) => {
    const own = rows.filter((row) => row.method === method);
    return {
      method,
      names: own.map(({ changed }) => changed),
      figures: own.map(({ correlation }) => correlation),
    };
  });
  return {
    title: `${name} with the maps of the model, its weights replaced`,
    alt: methods
      .map(({ method, names, figures }) => {
        const points = names.map((changed, i) => `${changed} ${decimals(figures[i]!.estimate)}`); // one for each
        return `${method}: ${points.join(', ')}.`;
      })
      .join(' '),
    traces: methods.map(({ method, names, figures }, i) => ({
      ...lineTrace(
        i,
        method,
        ['none', ...names.map(plotText)],
        [1, ...figures.map(({ estimate }) => estimate)],
        '',
      ),
      error_y: {
        type: 'data',
        symmetric: false,
        array: [0, ...figures.map(({ estimate, high }) => high - estimate)],
        arrayminus: [0, ...figures.map(({ estimate, low }) => estimate - low)],
        color: `${seriesColour(i)}/0.5`,
        thickness: 1.5,
        width: 3,
      },
    })),
    layout: {
      xaxis: { title: { text: 'Weights replaced' }, type: 'category', showgrid: false },
      yaxis: { title: { text: name }, range: [-1.05, 1.05] },
      ...markLines('level', [{ at: 0 }, { at: SAME, colour: '@c4' }]),
    },
    height: 420,
    table: {
      columns: ['Method', 'Weights replaced', name, 'From', 'To'],
      rows: rows.map(({ method, changed, correlation: { estimate, low, high } }) => [
        method,
        changed,
        ...[estimate, low, high].map(decimals),
      ]),
    },
  };
}
