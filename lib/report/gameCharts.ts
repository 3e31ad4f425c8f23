import type { Chart, Layout, Trace } from './charts';
import { formatEuros, shortened } from './format';
import { plotText } from './html';
import { extent, levelLine, logPrice, logPriceAxis, priceAxis } from './priceAxis';

/** Mean absolute error when the predictions of `images` pictures of a game are averaged, in EUR cents, with an interval if known. */
export interface ErrorAtImages {
  images: number;
  error: number;
  low?: number;
  high?: number;
}

/** How the error falls with the number of pictures averaged: a line, its interval as a band, and reference errors as dashed lines. */
export function errorByImages(
  rows: readonly ErrorAtImages[],
  references: readonly { label: string; error: number }[] = [],
  title = 'Error by number of pictures',
): Chart {
  const x = rows.map(({ images }) => images);
  const band = rows.every(({ low, high }) => low !== undefined && high !== undefined);
  const edge = (y: unknown[], fill: boolean): Trace => ({
    type: 'scatter',
    mode: 'lines',
    x,
    y,
    line: { width: 0, color: '@c1' },
    hoverinfo: 'skip',
    ...(fill ? { fill: 'tonexty', fillcolor: '@c1/0.16' } : {}),
  });
  const bounds = band
    ? [
        edge(
          rows.map(({ low }) => low),
          false,
        ),
        edge(
          rows.map(({ high }) => high),
          true,
        ),
      ]
    : [];
  const { high } = extent([
    ...rows.flatMap((row) => [row.error, row.high ?? 0]),
    ...references.map((r) => r.error),
  ]);
  const low = extent([...rows.map((row) => row.low ?? row.error), ...references.map((r) => r.error)]).low;
  const floor = Math.max(0, low - 0.6 * (high - low));
  const first = rows[0];
  const last = rows.at(-1);
  return {
    title,
    alt:
      `The mean absolute error goes from ${formatEuros(first?.error)} with ${first?.images ?? 0} picture to ${formatEuros(last?.error)} with ${last?.images ?? 0}.` +
      references.map(({ label, error }) => ` ${label}: ${formatEuros(error)}.`).join(''),
    traces: [
      ...bounds,
      {
        type: 'scatter',
        mode: 'lines+markers',
        x,
        y: rows.map(({ error }) => error),
        customdata: rows.map(({ error }) => formatEuros(error)),
        hovertemplate: '%{x} pictures: %{customdata}<extra></extra>',
        line: { color: '@c1', width: 2 },
        marker: { color: '@c1', size: 6 },
      },
    ],
    layout: {
      xaxis: { title: { text: 'Pictures averaged per game' }, tickformat: 'd', nticks: 12 },
      yaxis: {
        ...priceAxis('Mean absolute error', high, floor),
        range: [floor, high + 0.08 * (high - floor)],
      },
      shapes: references.map(({ error }) => levelLine(error)),
      annotations: references.map(({ label, error }, i) => ({
        xref: 'paper',
        x: i % 2 === 0 ? 1 : 0.5,
        xanchor: 'right',
        y: error,
        yanchor: 'bottom',
        showarrow: false,
        text: `${plotText(label)}: ${formatEuros(error)}`,
        font: { color: '@muted', size: 12 },
      })),
    },
    table: {
      columns: ['Pictures', 'Mean absolute error', ...(band ? ['From', 'To'] : [])],
      rows: rows.map((row) => [
        row.images,
        formatEuros(row.error),
        ...(band ? [formatEuros(row.low), formatEuros(row.high)] : []),
      ]),
    },
  };
}

/** One game of the strip: its true price, the prediction of each picture and the one for the game, in EUR cents. */
export interface GameStrip {
  title: string;
  truth: number;
  predicted: number;
  images: readonly number[];
}

/** One line for each game (30 at most are readable): small marks for its pictures, a large one for the game, a bar for the truth. */
export function perGameStrip(games: readonly GameStrip[], title = 'Predictions per game'): Chart {
  const { low, high } = extent(
    games.flatMap(({ truth, predicted, images }) => [truth, predicted, ...images]),
  );
  // Rows are numbered, as two games may have the same title.
  const rows = games.map((_, i) => i);
  const mark = (name: string, x: number[], y: number[], words: string[], marker: Layout): Trace => ({
    type: 'scatter',
    mode: 'markers',
    name,
    x: x.map(logPrice),
    y,
    customdata: words,
    hovertemplate: '%{customdata}<extra></extra>',
    marker,
  });
  const word = (game: GameStrip, kind: string, price: number): string =>
    `<b>${plotText(game.title)}</b><br>${kind} ${formatEuros(price)}`;
  const pictures = games.flatMap((game, i) => game.images.map((price) => ({ game, i, price })));
  return {
    title,
    alt: games
      .map(
        ({ title: name, truth, predicted, images }) =>
          `${name}: true ${formatEuros(truth)}, predicted ${formatEuros(predicted)} from ${images.length} pictures.`,
      )
      .join(' '),
    traces: [
      mark(
        'One picture',
        pictures.map(({ price }) => price),
        pictures.map(({ i }) => i),
        pictures.map(({ game, price }) => word(game, 'one picture', price)),
        { color: '@prediction/0.45', size: 7 },
      ),
      mark(
        'All pictures of the game',
        games.map(({ predicted }) => predicted),
        rows,
        games.map((game) => word(game, 'predicted', game.predicted)),
        { color: '@prediction', size: 12, symbol: 'diamond', line: { color: '@paper', width: 1 } },
      ),
      mark(
        'True price',
        games.map(({ truth }) => truth),
        rows,
        games.map((game) => word(game, 'true price', game.truth)),
        { color: '@truth', size: 16, symbol: 'line-ns-open', line: { color: '@truth', width: 3 } },
      ),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: logPriceAxis('Price', low, high),
      yaxis: {
        tickvals: rows,
        ticktext: games.map(({ title: name }) => plotText(shortened(name, 32))),
        range: [games.length - 0.4, -0.6],
        ticks: '',
      },
    },
    narrow: {
      xaxis: logPriceAxis('Price', low, high, true),
      yaxis: { ticktext: games.map(({ title: name }) => plotText(shortened(name, 16))) },
    },
    height: 120 + 28 * games.length,
    table: {
      columns: ['Game', 'True', 'Predicted', 'Pictures'],
      rows: games.map(({ title: name, truth, predicted, images }) => [
        name,
        formatEuros(truth),
        formatEuros(predicted),
        images.length,
      ]),
    },
  };
}
