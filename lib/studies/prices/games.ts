import path from 'node:path';
import { dataFolder } from '../../core/dataFolder';
import { isReportError, ReportError } from '../../core/errors';
import { writeAtomic } from '../../core/files';
import type { Results } from '../../core/results';
import { dataName, stageFolder, withProgress } from '../../core/run';
import { type StageResult, stage } from '../../core/stage';
import { isConstant } from '../../data/numbers';
import { readAbout, readColumns } from '../../data/provenance';
import { type Split, splitItems } from '../../data/split';
import { formatCount } from '../../report/format';
import { type Catalogue, type Game, ourColumns, readCatalogue } from './catalogue';
import { applyRule, dataDrivenRule, fixedRule, type OutlierRule } from './outliers';
import { indexByPattern } from './patternIndex';
import { makeSample } from './sample/sample';
import {
  alignedGames,
  indexScreenshots,
  noScreenshots,
  requireGames,
  type ScreenshotIndex,
} from './screenshots';
import type { Run } from './settings';
import { type AppId, asCurrency, type Cents, cents, formatPrice, showPricesIn } from './units';

/** The table of the run's data set, and which pictures belong to its games. */
export interface Loaded {
  /** Folder with `games.csv` and `screenshots/`. */
  folder: string;
  /** True for the generated sample. */
  generated: boolean;
  catalogue: Catalogue;
  /** Null when the data set has no pictures at all. */
  index: ScreenshotIndex | null;
}

/** The games of a run, from the table to the parts. */
export interface Selection extends Loaded {
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

/** Reads the run's table, in whose currency prices are shown from then on. Throws what `readCatalogue` throws, and `BAD_SETTING`. */
export async function loadTable(run: Run): Promise<Loaded> {
  const { folder, generated } = await findData(run);
  const { priceUnit, pictureSize, id, price, pictures } = run.config;
  const about = generated ? {} : await readAbout(folder, ['currency', 'pictures']);
  const columns = generated ? {} : await readColumns(folder, ourColumns);
  const wanted = run.config.currency ?? about.currency ?? null;
  const currency = wanted === null ? null : asCurrency(wanted);
  if (wanted !== null && currency === null) {
    throw new ReportError('BAD_SETTING', `"${wanted}" is no currency: give a code such as EUR or USD.`);
  }
  const unit = generated ? 'cents' : priceUnit;
  const given = { ...columns, ...(id !== null && { appid: id }), ...(price !== null && { price }) };
  const catalogue = await readCatalogue(folder, { priceUnit: unit, currency, pictureSize, columns: given });
  showPricesIn(catalogue.currency);
  return {
    folder,
    generated,
    catalogue,
    index: await indexIfThere(folder, catalogue, pictures ?? about.pictures ?? null),
  };
}

/** What the reader must know before any figure of a table: how its prices were read, and what table and folders do not have in common. For results.json. */
export function tableFigures({ catalogue, index }: Pick<Loaded, 'catalogue' | 'index'>): Results {
  const { currency, unit, unitWhy, games } = catalogue;
  const [missing, unlisted] = [index?.missing ?? [], index?.unlisted ?? []];
  const example = ({ length }: readonly unknown[], first = ''): string => `${formatCount(length)} (${first})`;
  const [whole, other] = unit === 'cents' ? ['cents', 'euros'] : ['whole amounts, not cents', 'cents'];
  const found = [
    missing.length > 0 && `Rows list ${example(missing, missing[0]?.file)} pictures that are not there.`,
    unlisted.length > 0 &&
      `No row lists ${example(unlisted, unlisted[0])} of the pictures that are there; they are not used.`,
  ];
  return {
    'prices.currency': currency,
    'prices.unit': unit,
    'images.listed_missing': missing.length,
    'images.unlisted': unlisted.length,
    'warning.price_unit':
      unitWhy === null || games.length === 0
        ? null
        : `Prices are read as ${whole} (${currency}), as ${unitWhy}. If they are not, say --price-unit ${other}.`,
    'warning.table': catalogue.note ?? null,
    'warning.pictures': found.filter(Boolean).join(' ') || null,
  };
}

/** Games with pictures, split by appid, the training games' outlier rule applied to all. Throws `NO_SCREENSHOTS`, `NO_OVERLAP`, `TOO_FEW_ITEMS`. */
export async function selectGames(
  run: Run,
  pictures: 'required' | 'optional' = 'required',
): Promise<Selection> {
  const { config } = run;
  const loaded = await loadTable(run);
  const { catalogue, folder, index } = loaded;
  if (!index && pictures === 'required') throw noScreenshots(folder);
  const games = requireGames(index ? alignedGames(catalogue, index) : catalogue.games);
  const fullSplit = splitItems(
    games.map(({ id }) => id),
    config,
  );
  requireDifference(pricesOf(games, fullSplit.training), 'add games with other prices');
  const dataDriven = dataDrivenRule(pricesOf(games, fullSplit.training));
  const rules = { fixed: fixedRule(cents(config.maxPrice)), dataDriven };
  const rule = config.outlierRule === 'fixed' ? rules.fixed : rules.dataDriven;
  const { kept, removed } = applyRule(rule, games);
  requireGames(
    kept,
    `the ${rule.kind} outlier rule removes ${removed.length} games above ${formatPrice(rule.maxPrice)}: raise REPORT_MAX_PRICE, ` +
      'choose the other rule with REPORT_OUTLIER_RULE, or add games',
  );
  const left = new Set<AppId>(kept.map(({ id }) => id));
  const keep = (ids: readonly AppId[]): AppId[] => ids.filter((id) => left.has(id));
  const { training, validation, test } = fullSplit;
  const split: Split = { training: keep(training), validation: keep(validation), test: keep(test) };
  requireDifference(
    pricesOf(kept, split.training),
    `the ${rule.kind} outlier rule leaves no others: raise REPORT_MAX_PRICE`,
  );
  return { ...loaded, games, rules, rule, kept, removed, fullSplit, split };
}

/** Throws `BAD_INPUT` when all training games cost the same, so that nothing about prices can be learnt. */
function requireDifference(training: readonly Cents[], todo: string): void {
  if (!isConstant(training)) return;
  const price = training[0] === 0 ? 'are free' : `cost the same, ${formatPrice(training[0])}`;
  throw new ReportError(
    'BAD_INPUT',
    `All ${training.length} training games ${price}, so there is nothing about prices to learn: ${todo}.`,
  );
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
  { games }: Catalogue,
  pattern: string | null,
): Promise<ScreenshotIndex | null> {
  if (pattern !== null) return indexByPattern(folder, games, pattern);
  try {
    return await indexScreenshots(folder, games);
  } catch (error) {
    if (isReportError(error, 'NO_SCREENSHOTS')) return null;
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
