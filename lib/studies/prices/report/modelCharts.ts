import type { ModelResult } from '../../../metrics/modelComparison';
import type { Chart, Trace } from '../../../report/charts';
import { shortened } from '../../../report/format';
import { plotText } from '../../../report/html';
import { formatEuros } from '../units';
import { formatInterval } from './headlines';
import { extent, levelLine, priceAxis } from './priceAxis';

/** The mean absolute error of each model with its interval, best first; a dashed line at the error of the median price. */
export function modelErrors(results: readonly ModelResult[], title = 'Error of each model'): Chart {
  const ordered = [...results].sort((a, b) => a.headline.maeCents.estimate - b.headline.maeCents.estimate);
  const errors = ordered.map(({ headline }) => headline.maeCents);
  const median = results.find(({ versusMedian }) => versusMedian === null);
  const { high } = extent(errors.map((error) => error.high));
  const low = Math.max(0, extent(errors.map((error) => error.low)).low * 0.9);
  const rows = ordered.map((_, i) => i);
  const words = ordered.map(({ name }, i) => `${name}: ${formatInterval(errors[i]!, formatEuros)}`); // one for each
  const marks: Trace = {
    type: 'scatter',
    mode: 'markers',
    x: errors.map(({ estimate }) => estimate),
    y: rows,
    error_x: {
      type: 'data',
      symmetric: false,
      array: errors.map((error) => error.high - error.estimate),
      arrayminus: errors.map((error) => error.estimate - error.low),
      color: '@prediction',
      thickness: 2,
      width: 5,
    },
    customdata: words.map(plotText),
    hovertemplate: '%{customdata}<extra></extra>',
    marker: { color: '@prediction', size: 9 },
  };
  const line = median ? { ...levelLine(0), ...upright(median.headline.maeCents.estimate) } : null;
  return {
    title,
    alt: `Mean absolute error on the test games with its ${Math.round(100 * (errors[0]?.confidence ?? 0.95))}% interval. ${words.join('; ')}.`,
    traces: [marks],
    layout: {
      hovermode: 'closest',
      xaxis: { ...priceAxis('Mean absolute error', high, low), range: [low, high + 0.05 * (high - low)] },
      yaxis: {
        tickvals: rows,
        ticktext: ordered.map(({ name }) => plotText(name)),
        range: [rows.length - 0.5, -0.5],
        ticks: '',
        showgrid: false,
      },
      shapes: line ? [line] : [],
    },
    narrow: {
      yaxis: { ticktext: ordered.map(({ name }) => plotText(shortened(name, 18))) },
      xaxis: { nticks: 4 },
    },
    height: 100 + 40 * ordered.length,
    table: {
      columns: ['Model', 'Mean absolute error', 'From', 'To'],
      rows: ordered.map(({ name }, i) => [
        name,
        formatEuros(errors[i]!.estimate),
        formatEuros(errors[i]!.low),
        formatEuros(errors[i]!.high),
      ]),
    },
  };
}

/** Turns a level line into an upright one at a value of the horizontal axis. */
const upright = (x: number) => ({ xref: 'x', yref: 'paper', x0: x, x1: x, y0: 0, y1: 1 });
