import { logs } from '../../metrics/regression';

/**
 * The games that are predicted best and worst, `count` of each at most and none in both: by the factor between prediction and truth, that
 * is by the difference of log(1 + EUR cents), as by the difference in cents the dearest games would always be the worst. The best come
 * with the best first, the worst with the worst first; games that are equally far off stay in their order. Throws `BAD_INPUT` for prices
 * negative or not finite.
 */
export function bestAndWorst<Game extends { truth: number; predicted: number }>(
  games: readonly Game[],
  count: number,
): { best: Game[]; worst: Game[] } {
  if (games.length === 0) return { best: [], worst: [] };
  const truth = logs(
    games.map((game) => game.truth),
    'true prices',
  );
  const predicted = logs(
    games.map((game) => game.predicted),
    'predicted prices',
  );
  const order = games
    .map((game, i) => ({ game, off: Math.abs(predicted[i]! - truth[i]!) })) // one of each for every game
    .sort((a, b) => a.off - b.off)
    .map(({ game }) => game);
  const each = Math.min(count, Math.floor(games.length / 2));
  return { best: order.slice(0, each), worst: order.slice(order.length - each).reverse() };
}
