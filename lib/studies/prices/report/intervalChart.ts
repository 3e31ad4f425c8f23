import {
  type Calibration,
  type PredictedPrice,
  type PriceInterval,
  priceInterval,
} from '../../../metrics/conformal';
import type { Chart, Trace } from '../../../report/charts';
import { formatCount, formatPercent } from '../../../report/format';
import { plotText } from '../../../report/html';
import { type AppId, formatEuros } from '../units';
import { extent, logPrice, logPriceAxis } from './priceAxis';

/** A game with its predicted price, the interval around it and its true price, in EUR cents. */
export interface GameInterval extends PriceInterval {
  title: string;
  truth: number;
  predicted: number;
}

/** Games with their predictions and the intervals that a calibration gives them. */
export const gameIntervals = <Game extends PredictedPrice & { id: AppId }>(
  games: readonly Game[],
  calibration: Calibration,
  titles: ReadonlyMap<AppId, string>,
): GameInterval[] =>
  games.map(({ id, truth, predicted }) => ({
    ...priceInterval(calibration, predicted),
    title: titles.get(id) ?? id,
    truth,
    predicted,
  }));

/** Games drawn at most: more lines could not be told apart. */
const DRAWN = 200;

/**
 * Prediction intervals, one upright line for each game in the order of the predictions, with the true prices over them: those outside in
 * another shape and colour. An interval without upper end runs to the highest price shown. Of many games every n-th is drawn, and all are
 * counted.
 */
export function priceIntervals(
  games: readonly GameInterval[],
  confidence: number,
  title = 'Prediction intervals of the test games',
): Chart {
  const step = Math.ceil(games.length / DRAWN);
  const all = [...games].sort((a, b) => a.predicted - b.predicted);
  const ordered = all.filter((_, i) => i % step === 0);
  const { low, high } = extent(
    ordered.flatMap((game) => [game.truth, game.predicted, game.low, game.high ?? game.truth]),
  );
  const place = ordered.map((_, i) => i + 1);
  const inside = (game: GameInterval): boolean =>
    game.truth >= game.low && game.truth <= (game.high ?? Infinity);
  const within = games.filter(inside).length;
  const open = games.filter((game) => game.high === null).length;
  const words = (game: GameInterval): string =>
    `<b>${plotText(game.title)}</b><br>predicted ${formatEuros(game.predicted)}, ` +
    `${game.high === null ? `${formatEuros(game.low)} or more` : `${formatEuros(game.low)} to ${formatEuros(game.high)}`}<br>true ${formatEuros(game.truth)}`;
  const centre = (game: GameInterval): number => logPrice(game.predicted);
  const bars: Trace = {
    type: 'scatter',
    mode: 'markers',
    name: `Predicted, with its ${formatPercent(confidence, 0)} interval`,
    x: place,
    y: ordered.map(centre),
    error_y: {
      type: 'data',
      symmetric: false,
      array: ordered.map((game) => logPrice(game.high ?? high) - centre(game)),
      arrayminus: ordered.map((game) => centre(game) - logPrice(game.low)),
      color: '@prediction/0.35',
      thickness: Math.max(1, Math.min(6, 300 / ordered.length)),
      width: 0,
    },
    customdata: ordered.map(words),
    hovertemplate: '%{customdata}<extra></extra>',
    marker: { color: '@prediction', size: 4 },
  };
  const truths = (name: string, wanted: boolean, marker: Record<string, unknown>): Trace => {
    const chosen = place.filter((_, i) => inside(ordered[i]!) === wanted); // as many places as games
    return {
      type: 'scatter',
      mode: 'markers',
      name,
      x: chosen,
      y: chosen.map((at) => logPrice(ordered[at - 1]!.truth)), // places count from 1
      customdata: chosen.map((at) => words(ordered[at - 1]!)),
      hovertemplate: '%{customdata}<extra></extra>',
      marker,
    };
  };
  return {
    title,
    alt:
      `${formatCount(games.length)} test games with ${formatPercent(confidence, 0)} intervals around their predicted prices: the true price of ` +
      `${formatCount(within)} lies within, of ${formatCount(games.length - within)} outside.` +
      (open > 0 ? ` ${formatCount(open)} intervals have no upper end.` : '') +
      (step > 1 ? ` ${formatCount(ordered.length)} of the games are drawn.` : ''),
    traces: [
      bars,
      truths('True price, within', true, { color: '@truth', size: 6 }),
      truths('True price, outside', false, { color: '@c4', size: 9, symbol: 'diamond' }),
    ],
    layout: {
      hovermode: 'closest',
      xaxis: {
        title: { text: 'Test games, by predicted price' },
        showticklabels: false,
        showgrid: false,
        ticks: '',
      },
      yaxis: logPriceAxis('Price', low, high),
    },
    height: 440,
  };
}
