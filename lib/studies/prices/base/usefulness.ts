import { random } from '../../../core/random';
import { quietRun } from '../../../core/run';
import { median } from '../../../data/distribution';
import { deviation, mean } from '../../../data/numbers';
import { type ImageStore, rowsByItem } from '../../../images/store';
import { mae, r2 } from '../../../metrics/regression';
import { predictRidge, ridgeByCrossValidation } from '../../../metrics/ridge';
import { createExtractor } from '../../../networks/features';
import type { NamedArray } from '../../../networks/hdf5';
import { averageByGame, pickGames } from '../gameFeatures';
import { selectGames } from '../games';
import { preparePictures } from '../pictureStage';
import type { Config } from '../settings';
import type { AppId } from '../units';

/** How well prices are read off the features of one base: means and deviations over the splits. */
export interface Usefulness {
  base: string;
  /** R² of log(1 + cents) of the games held back. */
  r2: { mean: number; deviation: number };
  /** Mean absolute error of their prices over that of the median price of the others: below 1 is better than looking at no picture. */
  relativeError: { mean: number; deviation: number };
}

/** A data set's usefulness table. */
export interface UsefulnessTable {
  games: number;
  pictures: number;
  splits: number;
  results: Usefulness[];
}

const testShare = 0.2;

/**
 * Compares bases as feature extractors on the data set of `config` (the generated sample when it names none): ridge regression of
 * log(1 + price) on the features of a game, averaged over its pictures and their positions, on `splits` random splits by game.
 * The same splits for each base; the ridge penalty by generalised cross-validation on the training games.
 */
export async function compareBases(
  config: Config,
  bases: readonly { name: string; arrays: readonly NamedArray[]; alpha: number }[],
  splits: number,
): Promise<UsefulnessTable> {
  const run = quietRun(config);
  const selection = await selectGames(run);
  const { value: store } = await preparePictures(run, selection);
  try {
    const rows = rowsByItem(store.index);
    const games = selection.kept.filter(({ id }) => rows.has(id));
    const prices = Float64Array.from(games, ({ price }) => price);
    const ids = games.map(({ id }) => id);
    const results: Usefulness[] = [];
    for (const base of bases) {
      const features = await gameFeatures(store, base, ids, rows);
      const scores = Array.from({ length: splits }, (_, split) =>
        scoreSplit(
          features,
          prices,
          random(config.seed, 'base usefulness', split).shuffle(games.map((_, i) => i)),
        ),
      );
      const summary = (pick: (score: SplitScore) => number) => {
        const values = scores.map(pick);
        return { mean: mean(values), deviation: deviation(values) };
      };
      results.push({
        base: base.name,
        r2: summary((score) => score.r2),
        relativeError: summary((score) => score.relativeError),
      });
    }
    return {
      games: games.length,
      pictures: ids.reduce((n, id) => n + rows.get(id)!.length, 0),
      splits,
      results,
    }; // kept above
  } finally {
    store.close();
  }
}

/** Features of each game, averaged over positions and pictures. */
async function gameFeatures(
  store: ImageStore,
  base: { arrays: readonly NamedArray[]; alpha: number },
  games: readonly AppId[],
  rows: ReadonlyMap<AppId, readonly number[]>,
): Promise<Float64Array[]> {
  const extractor = await createExtractor(base, store.size);
  const own = games.flatMap((appid) => rows.get(appid)!); // the caller kept games with rows only
  const read = (some: readonly number[]): Float32Array =>
    extractor.extract(store.read(some.map((i) => own[i]!)), some.length); // rows of the list
  try {
    const { dims, values } = pickGames(
      averageByGame(
        own.map((row) => store.index.columns.item[row]!), // rows of the store
        extractor.shape[2],
        read,
      ),
      games,
    );
    return games.map((_, i) => values.subarray(i * dims, (i + 1) * dims));
  } finally {
    extractor.dispose();
  }
}

interface SplitScore {
  r2: number;
  relativeError: number;
}

function scoreSplit(
  features: readonly Float64Array[],
  prices: Float64Array,
  order: readonly number[],
): SplitScore {
  const held = Math.round(testShare * order.length);
  const [test, training] = [order.slice(0, held), order.slice(held)];
  const flat = (rows: readonly number[]) => Float64Array.from(rows.flatMap((row) => [...features[row]!])); // rows of games
  const pick = (rows: readonly number[]) => Float64Array.from(rows, (row) => prices[row]!);
  const { model } = ridgeByCrossValidation(flat(training), pick(training).map(Math.log1p));
  const predicted = predictRidge(model, flat(test));
  const truth = pick(test);
  const usual = median(pick(training));
  return {
    r2: r2(truth.map(Math.log1p), predicted),
    relativeError:
      mae(truth, predicted.map(Math.expm1)) /
      mae(
        truth,
        truth.map(() => usual),
      ),
  };
}
