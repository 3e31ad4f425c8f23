import type { Chart, Layout, Trace } from '../../../report/charts';
import { shortened } from '../../../report/format';
import { plotText } from '../../../report/html';
import { formatEuros } from '../units';
import { extent, logPrice, logPriceAxis } from './priceAxis';

export { errorByAveraging, errorByImages } from './errorCurves';

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
