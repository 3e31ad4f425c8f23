import { random } from '../../core/random';
import { mean } from '../../data/numbers';
import { type AveragingOptions, combine, type GamePictures, groupByGame } from './perGame';
import type { PricePrediction, TargetScaler } from './target';
import type { AppId, Cents } from './units';

/** Absolute errors (EUR cents) of a game's price by one picture drawn at random and by all of them. Throws what `groupByGame` throws. */
export function oneImageVersusMean(
  rows: readonly Pick<PricePrediction, 'id' | 'predicted'>[],
  truth: ReadonlyMap<AppId, Cents>,
  scaler: TargetScaler,
) {
  const games = groupByGame(rows, truth).map(({ id, truth, pictures }) => ({
    id,
    /** Expected error of one picture drawn at random: the mean over all of them, with nothing drawn. */
    one: mean(pictures.map(({ price }) => Math.abs(price - truth))),
    all: Math.abs(combine(pictures, scaler) - truth),
  }));
  return {
    games,
    /** Means over the games, each of which weighs the same whatever the number of its pictures. */
    oneImageMae: mean(games.map((game) => game.one)),
    allImagesMae: mean(games.map((game) => game.all)),
    /** Share (0 to 1) of the games whose error is smaller by all of their pictures than by one. */
    improvedShare: mean(games.map((game) => (game.all < game.one ? 1 : 0))),
  };
}

const DRAWS = 50;

/** The mean absolute error (EUR cents) by the number of pictures, up to what half of the games have, drawn without replacement by the seed. */
export function errorByImages(
  rows: readonly Pick<PricePrediction, 'id' | 'predicted'>[],
  truth: ReadonlyMap<AppId, Cents>,
  scaler: TargetScaler,
  { seed, ...averaging }: AveragingOptions & { seed: number },
): { images: number; mae: number }[] {
  const games = groupByGame(rows, truth);
  const errors = new Float64Array(commonCount(games)); // sums over games and draws
  for (let draw = 0; draw < DRAWS; draw++) {
    for (const { id, truth, pictures } of games) {
      const drawn = random(seed, 'error by images', id, draw).shuffle([...pictures]);
      for (let k = 0; k < errors.length; k++) {
        errors[k]! += Math.abs(combine(drawn.slice(0, k + 1), scaler, averaging) - truth);
      }
    }
  }
  return Array.from(errors, (sum, k) => ({ images: k + 1, mae: sum / (games.length * DRAWS) }));
}

/** The largest number of pictures that at least half of the games have. */
function commonCount(games: readonly GamePictures[]): number {
  const counts = games.map(({ pictures }) => pictures.length).sort((a, b) => b - a);
  return counts[Math.ceil(counts.length / 2) - 1]!; // at least one game
}
