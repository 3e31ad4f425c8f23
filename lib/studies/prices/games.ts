import path from 'node:path';
import { dataFolder } from '../../core/dataFolder';
import { ReportError } from '../../core/errors';
import { writeAtomic } from '../../core/files';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import { type Split, splitItems } from '../../data/split';
import { type Catalogue, type Game, readCatalogue } from './catalogue';
import { applyRule, dataDrivenRule, fixedRule, type OutlierRule } from './outliers';
import { makeSample } from './sample/sample';
import { alignedGames, indexScreenshots, requireGames, type ScreenshotIndex } from './screenshots';
import type { Run } from './settings';
import { type AppId, type Cents, cents, formatEuros } from './units';

/** The games of a run, from the table to the parts. */
export interface Selection {
  /** Folder with `games.csv` and `screenshots/`. */
  folder: string;
  /** True for the generated sample. */
  generated: boolean;
  catalogue: Catalogue;
  /** Null when the data set has no pictures at all. */
  index: ScreenshotIndex | null;
  /** Games of the table that have pictures (or all of them when there are none), before the outlier rule. */
  games: readonly Game[];
  /** Both rules, the data-driven one from the training games' prices; `rule` is the one the settings choose. */
  rules: { fixed: OutlierRule; dataDriven: OutlierRule };
  rule: OutlierRule;
  kept: readonly Game[];
  removed: readonly Game[];
  /** The parts before the rule; only the data-driven limit is drawn from them. */
  fullSplit: Split;
  /** The parts of the kept games. */
  split: Split;
}

/** The data folder: the one of the settings, or the sample, generated at first use. */
export function findData(run: Run): Promise<{ folder: string; generated: boolean }> {
  const { sampleGames: games, seed } = run.config;
  return dataFolder(run, {
    version: 2,
    inputs: { games, seed },
    make: (target) =>
      withProgress(run, 'Drawing the sample', (onProgress) =>
        makeSample(target, { games, seed, onProgress, signal: run.signal }),
      ),
  });
}

/** Reads the table of the run's data set. Throws what `readCatalogue` throws. */
export async function loadTable(
  run: Run,
): Promise<{ catalogue: Catalogue; folder: string; generated: boolean }> {
  const data = await findData(run);
  return { ...data, catalogue: await readCatalogue(data.folder) };
}

/**
 * Chooses the games: table and pictures aligned, split by appid, the outlier rule fitted on training games and applied to every part.
 * A data set without any pictures is accepted unless `pictures` is `required`. Throws `NO_SCREENSHOTS`, `NO_OVERLAP`, `TOO_FEW_ITEMS`.
 */
export async function selectGames(
  run: Run,
  pictures: 'required' | 'optional' = 'required',
): Promise<Selection> {
  const { config } = run;
  const { catalogue, folder, generated } = await loadTable(run);
  const index = await indexIfThere(folder, catalogue, pictures);
  const games = requireGames(index ? alignedGames(catalogue, index) : catalogue.games);
  const fullSplit = splitItems(
    games.map(({ id }) => id),
    config,
  );
  const dataDriven = dataDrivenRule(pricesOf(games, fullSplit.training));
  const rules = { fixed: fixedRule(cents(config.maxPrice)), dataDriven };
  const rule = config.outlierRule === 'fixed' ? rules.fixed : rules.dataDriven;
  const { kept, removed } = applyRule(rule, games);
  requireGames(
    kept,
    `the ${rule.kind} outlier rule removes ${removed.length} games above ${formatEuros(rule.maxPrice)}: raise REPORT_MAX_PRICE, ` +
      'choose the other rule with REPORT_OUTLIER_RULE, or add games',
  );
  const left = new Set<AppId>(kept.map(({ id }) => id));
  const keep = (ids: readonly AppId[]): AppId[] => ids.filter((id) => left.has(id));
  const split: Split = {
    training: keep(fullSplit.training),
    validation: keep(fullSplit.validation),
    test: keep(fullSplit.test),
  };
  return { folder, generated, catalogue, index, games, rules, rule, kept, removed, fullSplit, split };
}

/** The prices of those of `games` that `appids` names, in the order of `games`. */
export function pricesOf(games: readonly Game[], ids: readonly AppId[]): Cents[] {
  const wanted = new Set(ids);
  return games.filter(({ id }) => wanted.has(id)).map(({ price }) => price);
}

/** What each game is called. */
export const gameTitles = ({ kept }: Pick<Selection, 'kept'>): Map<AppId, string> =>
  new Map(kept.map(({ id, title }) => [id, title]));

async function indexIfThere(
  folder: string,
  catalogue: Catalogue,
  pictures: 'required' | 'optional',
): Promise<ScreenshotIndex | null> {
  try {
    return await indexScreenshots(folder, catalogue.games);
  } catch (error) {
    if (pictures === 'optional' && error instanceof ReportError && error.code === 'NO_SCREENSHOTS')
      return null;
    throw error;
  }
}

/** Leaves the parts under `data/split` for later notebooks and other tools: `split.json` with the appids of each part. */
export function saveSplit(run: Run, { split, rule, removed }: Selection): Promise<StageResult<string>> {
  const { seed, testShare, validationShare } = run.config;
  const content = { ...split, removed: removed.map(({ id }) => id), rule };
  return stage({
    name: 'split',
    version: 1,
    folder: stageFolder(run.config, 'split', dataName(run.config)),
    inputs: { ...content, seed, testShare, validationShare },
    make: (folder) => writeAtomic(path.join(folder, 'split.json'), `${JSON.stringify(content, null, 1)}\n`),
    load: (folder) => path.join(folder, 'split.json'),
  });
}
