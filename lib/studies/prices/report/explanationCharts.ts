import { asked } from '../../../explain/comparison';
import type { Question } from '../../../explain/faithfulness';
import { type Chart, seriesColour, type Trace } from '../../../report/charts';
import { formatPercent } from '../../../report/format';
import { plotText } from '../../../report/html';
import { markLines } from '../../../report/traces';
import type { CurveRow } from '../faithfulnessCheck';
import { SAME, type SanityRow } from '../sanityCheck';
import { decimals } from './explanationTables';

/** The two ways of taking a picture apart that have curves. */
export type Removal = 'deletion' | 'insertion';

const removals: Record<Removal, { title: string; axis: string }> = {
  deletion: {
    title: 'Deletion',
    axis: 'Share of the pixels deleted',
  },
  insertion: {
    title: 'Insertion',
    axis: 'Share of the pixels inserted',
  },
};

/**
 * The mean change of the score over the share of pixels deleted or inserted, a line for each map. `unit`: of the score, such as
 * `log price`.
 */
export function removalCurves(
  curves: readonly CurveRow[],
  removal: Removal,
  question: Question,
  unit: string,
): Chart {
  const rows = curves.filter((row) => row.question === question);
  const { title, axis } = removals[removal];
  const shares = (row: CurveRow): number[] => row[removal].map((_, i) => i / (row[removal].length - 1));
  const label = `Change of the ${unit}`;
  return {
    title: `${title}, by ${asked[question]}`,
    alt: rows
      .map((row) => {
        const values = row[removal];
        const half = values[values.length >> 1] ?? 0;
        return `${row.map}: ${decimals(half)} at half of the pixels, ${decimals(values.at(-1) ?? 0)} at all.`;
      })
      .join(' '),
    traces: rows.map(
      (row, i): Trace => ({
        type: 'scatter',
        mode: 'lines+markers',
        name: plotText(row.map),
        x: shares(row),
        y: row[removal],
        hovertemplate: `${plotText(row.map)}, %{x:.0%}: %{y:.3f}<extra></extra>`,
        line: { color: seriesColour(i), width: 2, ...(i >= 6 ? { dash: 'dot' } : {}) },
        marker: { color: seriesColour(i), size: 5 },
      }),
    ),
    layout: {
      xaxis: { title: { text: axis }, tickformat: '.0%', range: [0, 1] },
      yaxis: { title: { text: label } },
      ...markLines('level', [{ at: 0 }]),
    },
    table: {
      columns: ['Map', axis, label],
      rows: rows.flatMap((row) =>
        row[removal].map((value, i) => [row.map, formatPercent(shares(row)[i], 0), decimals(value)]),
      ),
    },
  };
}

/** How alike the maps of ever more random models are to the model's own: a line for each method, with its intervals. */
export function sanityChart(
  rows: readonly SanityRow[],
  measure: 'correlation' | 'magnitude' | 'ssim',
): Chart {
  const names = {
    correlation: 'Rank correlation',
    magnitude: 'Rank correlation of the magnitudes',
    ssim: 'SSIM of the magnitudes',
  };
  const name = names[measure];
  const methods = [...new Set(rows.map(({ method }) => method))];
  const of = (method: string): SanityRow[] => rows.filter((row) => row.method === method);
  return {
    title: `${name} with the maps of the model, its weights replaced`,
    alt: methods
      .map(
        (method) =>
          `${method}: ${of(method)
            .map((row) => `${row.changed} ${decimals(row[measure].estimate)}`)
            .join(', ')}.`,
      )
      .join(' '),
    traces: methods.map((method, i): Trace => {
      const own = of(method);
      return {
        type: 'scatter',
        mode: 'lines+markers',
        name: plotText(method),
        x: ['none', ...own.map(({ changed }) => plotText(changed))],
        y: [1, ...own.map((row) => row[measure].estimate)],
        error_y: {
          type: 'data',
          symmetric: false,
          array: [0, ...own.map((row) => row[measure].high - row[measure].estimate)],
          arrayminus: [0, ...own.map((row) => row[measure].estimate - row[measure].low)],
          color: `${seriesColour(i)}/0.5`,
          thickness: 1.5,
          width: 3,
        },
        hovertemplate: `${plotText(method)}, %{x}: %{y:.3f}<extra></extra>`,
        line: { color: seriesColour(i), width: 2 },
        marker: { color: seriesColour(i), size: 6 },
      };
    }),
    layout: {
      xaxis: { title: { text: 'Weights replaced' }, type: 'category', showgrid: false },
      yaxis: { title: { text: name }, range: [-1.05, 1.05] },
      ...markLines('level', [{ at: 0 }, ...(measure === 'ssim' ? [] : [{ at: SAME, colour: '@c4' }])]),
    },
    height: 420,
    table: {
      columns: ['Method', 'Weights replaced', name, 'From', 'To'],
      rows: rows.map((row) => [
        row.method,
        row.changed,
        decimals(row[measure].estimate),
        decimals(row[measure].low),
        decimals(row[measure].high),
      ]),
    },
  };
}
