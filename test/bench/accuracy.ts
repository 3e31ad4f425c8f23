import { random } from '../../lib/core/random';
import { quietRun } from '../../lib/core/run';
import { median } from '../../lib/data/distribution';
import { deviation, mean } from '../../lib/data/numbers';
import { neutral, warp } from '../../lib/images/warp';
import { averageByItem, pickItems } from '../../lib/metrics/itemFeatures';
import { mae, r2 } from '../../lib/metrics/regression';
import { predictRidge, ridgeByCrossValidation } from '../../lib/metrics/ridge';
import { openBackbone } from '../../lib/networks/backbones';
import { createExtractor } from '../../lib/networks/features';
import { selectGames } from '../../lib/studies/prices/games';
import { openPictures } from '../../lib/studies/prices/preparedData';
import type { Run } from '../../lib/studies/prices/settings';
import { loadTensorFlow } from '../../lib/tensorflow/backend';

/** Mean and population standard deviation over the splits. */
export interface Accuracy {
  games: number;
  splits: number;
  /** R² of log(1 + cents), per game. */
  r2Log: { mean: number; deviation: number };
  /** Mean absolute error in cents over that of the training median. */
  relativeMae: { mean: number; deviation: number };
}

const splits = 100;
const testShare = 0.2;

/**
 * How much of the prices of a data set ridge regression reads off features of the base, averaged over the positions, the pictures of a game
 * and the mirror image of each: a hundred random splits by game (ten differ from ten others by more than methods do), the penalty chosen on the training games.
 */
export async function measureAccuracy(config: Run['config']): Promise<Accuracy> {
  const run = quietRun(config);
  await loadTensorFlow();
  const { imageSize, seed } = config;
  const weights = await openBackbone(run);
  const selection = await selectGames(run);
  const { images: store } = await openPictures(run, selection);
  const extractor = await createExtractor(weights, imageSize);
  const { size } = store;
  const read = (rows: readonly number[]): Float32Array => {
    const pictures = rows.flatMap((row) => {
      const pixels = store.readOne(row);
      return [pixels, warp(pixels, { ...neutral, flipHorizontal: true }, size, size)];
    });
    return extractor.extract(Buffer.concat(pictures), pictures.length); // twice as many places for each row
  };
  const all = averageByItem(store.index.columns.item, extractor.shape[2], read);
  extractor.dispose();
  store.close();
  const there = new Set(store.index.columns.item);
  const games = selection.games.filter(({ id }) => there.has(id)); // no outlier rule: every price counts
  const { dims, values } = pickItems(
    all,
    games.map(({ id }) => id),
  );
  const prices = games.map(({ price }) => price as number);
  const scores = Array.from({ length: splits }, (_, split) => {
    const order = random(seed, 'accuracy', split).shuffle(prices.map((_price, i) => i));
    const held = Math.round(testShare * order.length);
    return scoreSplit(values, dims, prices, order.slice(held), order.slice(0, held));
  });
  const summary = (pick: (score: Score) => number) => {
    const figures = scores.map(pick);
    return { mean: mean(figures), deviation: deviation(figures) };
  };
  return {
    games: games.length,
    splits,
    r2Log: summary((score) => score.r2Log),
    relativeMae: summary((score) => score.relativeMae),
  };
}

interface Score {
  r2Log: number;
  relativeMae: number;
}

function scoreSplit(
  features: Float64Array,
  dims: number,
  prices: readonly number[],
  training: readonly number[],
  test: readonly number[],
): Score {
  const rows = (games: readonly number[]): Float64Array => {
    const picked = new Float64Array(games.length * dims);
    games.forEach((game, i) => {
      picked.set(features.subarray(game * dims, (game + 1) * dims), i * dims);
    });
    return picked;
  };
  const priceOf = (games: readonly number[]): Float64Array =>
    Float64Array.from(games, (game) => prices[game]!); // games of the list
  const { model } = ridgeByCrossValidation(rows(training), priceOf(training).map(Math.log1p));
  const predicted = predictRidge(model, rows(test));
  const truth = priceOf(test);
  const usual = median(priceOf(training));
  return {
    r2Log: r2(truth.map(Math.log1p), predicted),
    relativeMae:
      mae(truth, predicted.map(Math.expm1)) /
      mae(
        truth,
        truth.map(() => usual),
      ),
  };
}
