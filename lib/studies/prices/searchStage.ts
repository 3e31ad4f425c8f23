import { stableJson } from '../../core/files';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { jsonStage } from '../../core/stage';
import { mean } from '../../data/numbers';
import type { FeatureShape } from '../../networks/head';
import { type SearchSettings, searchHeads } from '../../training/search';
import type { HeadChoice } from '../../training/searchSpace';
import type { SearchTarget, Trial } from '../../training/searchTrial';
import { perGame } from './perGame';
import { featureSource, fitScaler, type PreparedData, truePrices } from './preparedData';
import { comparePriceRules } from './priceRule';
import { dataHashes, recordRun } from './runs';
import type { Run } from './settings';
import { predictedOf, targetKinds } from './target';

/** Two thirds of the heads are given up after 2 epochs and again after 6, the rest are trained for as long as the report trains its own by default. */
export const defaultSearch: Pick<SearchSettings, 'trials' | 'rungs' | 'reduction'> = {
  trials: 24,
  rungs: [2, 6, 15],
  reduction: 3,
};

/**
 * What heads can be taught, by the kind of target. They are compared by the mean absolute error over the validation games, in EUR cents: what is
 * predicted from a game's pictures against its true price. A hurdle has the rule that does better there.
 */
export function searchTargets(prepared: PreparedData): SearchTarget[] {
  const truth = truePrices(prepared.selection);
  const { item: id } = prepared.images.index.columns;
  const ids = prepared.rows.filter(({ part }) => part === 'validation').map(({ image }) => id[image]!); // a row of the store
  return targetKinds.map((kind) => {
    const scaler = fitScaler(prepared.selection, kind);
    return {
      name: kind,
      training: featureSource(prepared, scaler, ({ part }) => part === 'training'),
      validation: featureSource(prepared, scaler, ({ part }) => part === 'validation'),
      output: { kind: kind === 'hurdle' ? 'hurdle' : 'price' },
      error: (outputs) => {
        const said = predictedOf(scaler, outputs);
        const rows = ids.map((game, i) => ({ id: game, predicted: said[i]! })); // one for each image
        if (scaler.kind === 'hurdle') return comparePriceRules(rows, truth, scaler)[0]!.mae; // an entry for each rule
        const games = perGame(rows, truth, scaler);
        return mean(games.map((game) => Math.abs(game.predicted - game.truth)));
      },
    };
  });
}

/** The settings of this run as choices: one for each target that it may learn. */
export function currentChoices({ config }: Run): HeadChoice[] {
  const { target, dropout1, dropout2, l2, learningRate } = config;
  return (target === 'auto' ? targetKinds : [target]).map((kind) => ({
    target: kind,
    filters: 64, // as `buildHead` builds it when nothing is said
    units: [128, 64],
    dropout1,
    dropout2,
    l2,
    learningRate,
  }));
}

/** What a search found; plain JSON. */
export interface SearchResult {
  settings: SearchSettings;
  /** Best first, see `searchHeads`. Errors are in EUR cents. */
  trials: Trial[];
}

/**
 * Searches for the settings of the head on validation games, the first trials being those of the run, or takes what an earlier search with the
 * same settings on the same data found. It leaves `search.json` in its stage's folder, and a record of each trial.
 */
export async function searchModel(
  run: Run,
  prepared: PreparedData,
  plan: Pick<SearchSettings, 'trials' | 'rungs' | 'reduction'> = {
    ...defaultSearch,
    trials: run.config.searchTrials,
  },
): Promise<SearchResult & { folder: string }> {
  const { seed, batchSize } = run.config;
  const settings: SearchSettings = { ...plan, seed, batchSize, given: currentChoices(run) };
  const targets = searchTargets(prepared);
  const data = dataHashes(prepared);
  const folder = stageFolder(run.config, 'models', `${dataName(run.config)}-search`);
  const { value } = await jsonStage<SearchResult>({
    name: 'search',
    version: 2,
    folder,
    inputs: { data, targets: targetKinds, settings },
    file: 'search.json',
    make: async () => {
      const shape = prepared.features.shape as FeatureShape; // height, width, channels
      const trials = await withProgress(run, 'Heads trained to a rung', (onProgress) =>
        searchHeads({
          ...{ shape, targets, settings, signal: run.signal },
          onTrial: (_trial, _rung, done, total) => onProgress(done, total),
          checkpoint: { file: `${folder}.checkpoint`, data: stableJson(data), everySeconds: 5 },
        }),
      );
      for (const trial of trials) await recordTrial(run, prepared, trial);
      return { settings, trials };
    },
  });
  return { ...value, folder };
}

const recordTrial = (run: Run, prepared: PreparedData, trial: Trial): Promise<string> =>
  recordRun(run, prepared, {
    kind: `search trial ${trial.number}`,
    settings: { ...trial.choice, batchSize: run.config.batchSize },
    weights: trial.weights,
    seconds: trial.seconds,
    epochs: trial.epochs,
    metrics: trial.errors.length > 0 ? { valGameMaeCents: trial.errors.at(-1)! } : {}, // there is a last one
    failure: trial.failure,
  });
