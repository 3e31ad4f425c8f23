import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from './errors';
import { sha256, stableJson, writeAtomic } from './files';
import { withLock } from './lock';
import { type Config, changesNoFigure } from './settings';

/** The headline figures under stable, dotted names: `rows.read`, `test.item.mae`, `seconds.06-model`, … */
export type Results = Record<string, string | number | boolean | null>;

/** A figure or a share with the ends of its interval. */
export type WithInterval = ({ estimate: number } | { share: number }) & {
  low: number;
  high: number;
  /** 0 where there is one item only, and no interval. */
  resamples?: number;
};

/** The figure itself. */
export const figureOf = (figure: WithInterval): number =>
  'share' in figure ? figure.share : figure.estimate;

/** A figure for the results, the ends of its interval under `<name>.low` and `<name>.high`. */
export const intervalFigures = (name: string, figure: WithInterval): Results => ({
  [name]: figureOf(figure),
  [`${name}.low`]: figure.low,
  [`${name}.high`]: figure.high,
});

/** Figures with the ends of their intervals, under names that begin with `prefix`. */
export const allIntervalFigures = (
  prefix: string,
  figures: Readonly<Record<string, WithInterval>>,
): Results =>
  Object.assign({}, ...Object.entries(figures).map(([name, one]) => intervalFigures(prefix + name, one)));

/** How a model does in parts of what it was tested on, such as classes, as figures for the results; with what a rival has there, where there is one. */
export const partFigures = (
  kind: string,
  parts: readonly { name: string; value: number; baseline?: number }[],
): Results =>
  Object.fromEntries(
    parts.flatMap(({ name, value, baseline }) => [
      [`part.${kind}.${name}`, value],
      ...(baseline === undefined ? [] : [[`baseline.part.${kind}.${name}`, baseline]]),
    ]),
  );

/** What `partFigures` has put into the results, in the order of the names and of numbers in them. */
export const partsIn = (results: Results, kind: string) =>
  Object.keys(results)
    .filter((key) => key.startsWith(`part.${kind}.`))
    .sort(new Intl.Collator('en', { numeric: true }).compare)
    .map((key) => ({
      name: key.slice(`part.${kind}.`.length),
      value: Number(results[key]),
      baseline: Number(results[`baseline.${key}`]),
    }));

/** Stands for the settings of a run: figures of two runs with different settings never stand in one file. */
export const runKey = (config: Config): string => {
  const entries = Object.entries(config).filter(([name]) => !changesNoFigure.includes(name));
  return sha256(stableJson(Object.fromEntries(entries))).slice(0, 12);
};

const resultsFile = (folder: string): string => path.join(folder, 'results.json');

/** The figures in `folder/results.json`; none when there is no such file. Throws `BROKEN_STAGE` when it is damaged. */
export function readResults(folder: string): Results {
  const file = resultsFile(folder);
  if (!existsSync(file)) return {};
  try {
    const results = JSON.parse(readFileSync(file, 'utf8')) as Results | null; // written by recordResults below
    if (results?.constructor === Object) return results;
    throw new Error('it is not a record of figures');
  } catch (cause) {
    const advice = `${file} is damaged: delete it and run the report again.`;
    throw new ReportError('BROKEN_STAGE', advice, { cause });
  }
}

/** The figures in the reports' folder that were made with these settings; none when they are those of another run. */
export function resultsOf(config: Config): Results {
  const results = readResults(config.reports);
  return results['run.key'] === runKey(config) ? results : {};
}

/** The warnings among the figures: every text under a name that begins with `warning.`, each once, in the order of the names. */
export function warningsIn(results: Results): string[] {
  const found = Object.entries(results)
    .filter(([name, text]) => name.startsWith('warning.') && typeof text === 'string' && text !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => String(text));
  return [...new Set(found)];
}

/** Adds figures to `results.json`, keeping those of the same run, whichever process has written them, and dropping those of another. Throws `BAD_INPUT` for a number that is not finite. */
export async function recordResults(config: Config, figures: Results): Promise<Results> {
  const wrong = Object.entries(figures).find(
    ([, value]) => typeof value === 'number' && !Number.isFinite(value),
  );
  if (wrong) {
    const advice = `The figure ${wrong[0]} is ${wrong[1]}: look at the cell that computes it.`;
    throw new ReportError('BAD_INPUT', advice);
  }
  const file = resultsFile(config.reports);
  return withLock(`${file}.lock`, async () => {
    const own = { 'run.key': runKey(config), ...(config.run ? { 'run.name': config.run } : {}) };
    const results = { ...resultsOf(config), ...own, ...figures };
    await writeAtomic(file, `${stableJson(results, 2)}\n`);
    return results;
  });
}
