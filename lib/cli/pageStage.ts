import { existsSync, statSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { projectRoot, removeWhole, sha256, stableJson } from '../core/files';
import { runKey } from '../core/results';
import { backendWarning, dataName } from '../core/run';
import { asEnvironment, type Config, type Settings } from '../core/settings';
import { stage } from '../core/stage';
import { ONE_FILE } from '../report/frontPage';
import type { ReportRequest } from './reportRequest';
import { terminalProgress } from './terminal';

/** What every page of a run is made from: code (not that of other studies), packages, settings, the files that they name, and what the study depends on beside. Plain JSON. */
export async function pageInputs({ study, config }: ReportRequest): Promise<Record<string, unknown>> {
  const root = projectRoot();
  const read = async (file: string): Promise<string> => `${file} ${sha256(await readFile(file))}`;
  const changed = async (file: string): Promise<string> => {
    const { size, mtimeMs } = await stat(file);
    return `${file} ${size} ${mtimeMs}`;
  };
  const studies = path.join(root, 'lib', 'studies', path.sep);
  const own = path.join(studies, study.name, path.sep);
  const code = (await filesIn(path.join(root, 'lib'))).filter(
    (file) => !file.startsWith(studies) || file.startsWith(own),
  );
  const { work: _, reports: __, ...given } = config; // what a run reads, without where it writes
  const { settings }: { settings: Settings } = study;
  const named = Object.entries(given).flatMap(([name, value]) => (settings[name]?.path && value) || []);
  const data = await Promise.all(named.map((place) => filesIn(String(place))));
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('REPORT_'));
  return {
    code: await hashOf([...code, path.join(root, 'package-lock.json')], read),
    data: await hashOf(data.flat(), changed),
    settings: { ...Object.fromEntries(variables), ...asEnvironment(config) },
    backend: backendWarning(root),
    depends: (await study.dependsOn?.({ config, progress: terminalProgress })) ?? null,
  };
}

/**
 * Calls `make` for a notebook's page, unless the page that is there was made from the same inputs, this notebook and those before it; gives
 * whether it was made. The record lies beside the pages.
 */
export async function pageStage(
  { study, config }: ReportRequest,
  name: string,
  inputs: Record<string, unknown>,
  make: () => Promise<void>,
): Promise<boolean> {
  const folder = path.join(recordsOf(config), name);
  if (!existsSync(path.join(config.reports, `${name}.html`))) await removeWhole(folder);
  const notebooks = study.notebooks.filter((one) => one.name <= name);
  const texts = notebooks.map((one) => readFile(notebookFile(study.name, one.name), 'utf8'));
  const { reused } = await stage({
    name: 'page',
    version: 1,
    folder,
    inputs: { ...inputs, notebooks: sha256((await Promise.all(texts)).join('\n')) },
    make,
    load: () => undefined,
  });
  return !reused;
}

/** The request in the folder of its run. Throws `BROKEN_STAGE` unless every page there was made from what is there now, and the whole report from these pages. */
export async function requireCurrent(given: ReportRequest): Promise<ReportRequest> {
  const inputs = await pageInputs(given);
  const request = inRun(given, inputs);
  const { study, notebooks, config } = request;
  const stale = (what: string): ReportError => {
    const again = `run "npm run report -- ${study.name}" with the same options, then this again`;
    return new ReportError('BROKEN_STAGE', `${what}: ${again}.`);
  };
  for (const { name } of notebooks) {
    const words = `The page ${name} is not there, or is older than the code, the data, the settings or the notebooks that it shows`;
    await pageStage(request, name, inputs, () => Promise.reject(stale(words)));
  }
  const time = (name: string): number => {
    const file = path.join(config.reports, name);
    return existsSync(file) ? statSync(file).mtimeMs : Number.NaN;
  };
  const whole = time(ONE_FILE);
  const shown = ['results.json', ...notebooks.map(({ name }) => `${name}.html`)];
  const newer = shown.find((name) => !(time(name) <= whole));
  if (newer) throw stale(`${ONE_FILE} is not there, or is older than ${newer}`);
  return request;
}

/** Removes the records of pages that are to be made again whatever they were made from: those named, or all when figures or stages are gone. */
export async function forgetPages({ notebooks, named, asked, config }: ReportRequest): Promise<void> {
  const all = asked.fresh || ![config.work, path.join(config.reports, 'results.json')].every(existsSync);
  const records = recordsOf(config);
  if (all) await removeWhole(records);
  else if (named) for (const { name } of notebooks) await removeWhole(path.join(records, name));
}

/** The request in the folder of its run, which is named by the data set, with what stands for its content and for all settings that change a figure, unless the settings name it. */
export function inRun(request: ReportRequest, { data, depends }: Record<string, unknown>): ReportRequest {
  const { config } = request;
  if (config.run !== '') return request;
  const key = sha256(stableJson([runKey(config), data, depends])).slice(0, 8);
  const run = `${dataName(config)}-${key}`;
  return { ...request, config: { ...config, run, reports: path.join(config.reports, run) } };
}

const recordsOf = ({ reports }: Config): string => path.join(reports, '.made');

/** Where a study's notebook lies. */
export const notebookFile = (study: string, name: string): string =>
  path.join(projectRoot(), 'notebooks', study, `${name}.ipynb`);

/** All files below a folder, in order; a file is the only one of its own. */
async function filesIn(folder: string): Promise<string[]> {
  if (!(await stat(folder)).isDirectory()) return [folder];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ path: parent, name }) => path.join(parent, name)).sort();
}

/** One hash for what `describe` says of each file; a file that cannot be looked at is described by its name alone. */
async function hashOf(
  files: readonly string[],
  describe: (file: string) => Promise<string>,
): Promise<string> {
  const texts: string[] = [];
  for (const file of files) texts.push(await describe(file).catch(() => file));
  return sha256(texts.join('\n'));
}
