import { ReportError } from '../../core/errors';
import { random } from '../../core/random';
import { percentiles } from '../../data/distribution';
import { mean } from '../../data/numbers';
import {
  type AveragingOptions,
  combine,
  type GamePictures,
  groupByGame,
  type PicturePrediction,
} from './perGame';
import type { TargetScaler } from './target';
import type { AppId, Cents } from './units';

/** How far off a game's price is by one picture and by all of them; errors are absolute, in EUR cents. */
export interface OneImageVersusMean {
  games: {
    id: AppId;
    truth: Cents;
    images: number;
    /** Expected error of one picture drawn at random: the mean over all of them, with nothing drawn. */
    oneImageError: number;
    /** Error of the one prediction made of them all. */
    allImagesError: number;
  }[];
  /** Means over the games, each of which weighs the same whatever the number of its pictures. */
  oneImageMae: number;
  allImagesMae: number;
  /** Share (0 to 1) of the games whose error is smaller by all of their pictures than by one. */
  improvedShare: number;
}

/**
 * Compares one picture drawn at random with all pictures of each game. The mean of the prices is never worse: its error is at most the
 * mean error (Jensen's inequality), so the question is by how much. That holds for logarithms as well, but there it is their error that is
 * never larger. Games ascend by appid. Throws what `groupByGame` throws.
 */
export function oneImageVersusMean(
  rows: readonly PicturePrediction[],
  truth: ReadonlyMap<AppId, Cents>,
  scaler: TargetScaler,
  options: AveragingOptions = {},
): OneImageVersusMean {
  const games = groupByGame(rows, truth, scaler).map((game) => ({
    id: game.id,
    truth: game.truth,
    images: game.prices.length,
    oneImageError: mean(game.prices.map((price) => Math.abs(price - game.truth))),
    allImagesError: Math.abs(combine(game, scaler, options) - game.truth),
  }));
  return {
    games,
    oneImageMae: mean(games.map((game) => game.oneImageError)),
    allImagesMae: mean(games.map((game) => game.allImagesError)),
    improvedShare: mean(games.map((game) => (game.allImagesError < game.oneImageError ? 1 : 0))),
  };
}

/** The error over all games when each is predicted from `images` of its pictures; amounts in EUR cents. */
export interface ErrorByImages {
  images: number;
  /** Mean absolute error over the games, averaged over the draws. */
  mae: number;
  /** 2.5th and 97.5th percentile of that error over the draws: how much the choice of pictures matters, not the choice of games. */
  low: number;
  high: number;
  /** Games that have this many pictures; the others are predicted from all that they have. */
  games: number;
}

export interface ErrorByImagesOptions extends AveragingOptions {
  seed: number;
  /** Up to how many pictures; by default as many as at least half of the games have. */
  max?: number;
  /** How often the pictures of each game are drawn; 50 by default. */
  draws?: number;
}

/**
 * The mean absolute error by the number of pictures, from 1 to `max`. Pictures are drawn without replacement, and each draw adds one
 * picture to those before, so neighbouring numbers differ by the picture added and not by luck. All games count at every number, so
 * that the numbers can be compared; a game with fewer pictures keeps its last prediction. Deterministic by seed, and independent of
 * the order of the games (of the rows within one game it is not). Throws what `groupByGame` throws and `BAD_INPUT` for a `max` or
 * `draws` below 1.
 */
export function errorByImages(
  rows: readonly PicturePrediction[],
  truth: ReadonlyMap<AppId, Cents>,
  scaler: TargetScaler,
  options: ErrorByImagesOptions,
): ErrorByImages[] {
  const games = groupByGame(rows, truth, scaler);
  const { max = commonCount(games), draws = 50, seed, ...averaging } = options;
  for (const [name, value] of Object.entries({ max, draws })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ReportError('BAD_INPUT', `${name} is ${value}: give a whole number from 1.`);
    }
  }
  // errors[k - 1][draw] is the mean absolute error over the games by k pictures.
  const errors = Array.from({ length: max }, () => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    for (const game of games) {
      const order = random(seed, 'error by images', game.id, draw).shuffle([...game.prices.keys()]);
      let error = 0;
      for (let k = 0; k < max; k++) {
        if (k < order.length) {
          error = Math.abs(combine(game, scaler, averaging, order.slice(0, k + 1)) - game.truth);
        }
        errors[k]![draw]! += error / games.length; // k < max
      }
    }
  }
  return errors.map((byDraw, k) => {
    const [low, high] = percentiles(byDraw, [2.5, 97.5]) as [number, number]; // two asked for
    const enough = games.filter((game) => game.prices.length > k).length;
    return { images: k + 1, mae: mean(byDraw), low, high, games: enough };
  });
}

/** The largest number of pictures that at least half of the games have. */
function commonCount(games: readonly GamePictures[]): number {
  const counts = games.map((game) => game.prices.length).sort((a, b) => b - a);
  return counts[Math.ceil(counts.length / 2) - 1]!; // at least one game
}
