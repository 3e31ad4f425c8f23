import type { CurveRow } from '../../../explain/checkFaithfulness';
import type { Question } from '../../../explain/faithfulness';
import { type Chart, seriesColour } from '../../../report/charts';
import { formatPercent } from '../../../report/format';
import { plotText } from '../../../report/html';
import { markLines } from '../../../report/traces';
import { asked, decimals } from './explanationTables';

/** Removing pixels from a picture, or adding them to a blurred one. */
export type Removal = 'deletion' | 'insertion';

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
    traces: lines.map(({ map, values, shares }, i) => ({
      type: 'scatter',
      mode: 'lines+markers',
      name: plotText(map),
      x: shares,
      y: values,
      hovertemplate: `${plotText(map)}, %{x:.0%}: %{y:.3f}<extra></extra>`,
      line: { color: seriesColour(i), width: 2, ...(i >= 6 ? { dash: 'dot' } : {}) },
    })),
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
