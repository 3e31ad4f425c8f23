import { constants, existsSync, readdirSync, statSync } from 'node:fs';
import { cp, rename } from 'node:fs/promises';
import path from 'node:path';
import { partialName, removeWhole } from '../core/files';
import { type Results, readResults } from '../core/results';
import { LAB } from '../core/run';
import { NONE } from './format';
import { intervalText, ONE_FILE } from './frontPage';
import type { StudyPages } from './study';

/** A run of a study: its folder in that of the study holds its pages, figures and files. */
export interface RunState {
  name: string;
  results: Results;
  /** When its last figure was written. */
  written: Date;
  /** Pages that it does not have. */
  missing: readonly string[];
  /** Whether it is the one that the study's folder shows. */
  shown: boolean;
}

/** The runs in a study's folder, the newest first. Throws `BROKEN_STAGE` for damaged results. */
export function runsIn(folder: string, { notebooks }: StudyPages): RunState[] {
  const shown = readResults(folder)['run.name'];
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => existsSync(path.join(folder, name, 'results.json')))
    .map((name): RunState => {
      const own = path.join(folder, name);
      const missing = notebooks.flatMap((page) =>
        existsSync(path.join(own, `${page.name}.html`)) ? [] : page.name,
      );
      const written = statSync(path.join(own, 'results.json')).mtime;
      return { name, results: readResults(own), written, missing, shown: name === shown };
    })
    .sort((a, b) => b.written.getTime() - a.written.getTime());
}

const isWhole = ({ missing }: RunState): boolean => missing.length === 0;

/** Shows a run in the study's folder: its pages, figures and files take the place of those there. A run without all its pages does not take the place of a whole one; gives whether it is shown. */
export async function showRun(folder: string, study: StudyPages, name: string): Promise<boolean> {
  const whole = runsIn(folder, study).filter(isWhole);
  const other = whole.some((one) => one.shown && one.name !== name);
  if (other && !whole.some((one) => one.name === name)) return false;
  const pages = study.notebooks.map((page) => `${page.name}.html`);
  const beside = [...(study.cards ?? []), ...study.files].map(({ file }) => file);
  const all = [...pages, ...beside, ONE_FILE, ONE_FILE.replace('html', 'pdf'), 'results.json'];
  const ready = new Map<string, string>();
  for (const file of all.filter((one) => existsSync(path.join(folder, name, one)))) {
    const partial = partialName(path.join(folder, file));
    const options = { recursive: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE };
    await cp(path.join(folder, name, file), partial, options);
    ready.set(file, partial);
  }
  for (const file of all) {
    const [target, partial] = [path.join(folder, file), ready.get(file)];
    if (partial === undefined || statSync(partial).isDirectory()) await removeWhole(target);
    if (partial !== undefined) await rename(partial, target);
  }
  return true;
}

/** The figures that a table of runs has, by the names of its columns. */
const shownFigures = ({ rows }: StudyPages['compared']) =>
  rows.slice(0, 4).map((row, i) => [`figure ${i}`, row] as const);

/** What a table of runs says of each: when it was, its settings, how whole it is, and the first figures that the study compares. */
export const runRows = (runs: readonly RunState[], { notebooks, compared }: StudyPages) =>
  runs.map(({ name, results, written, missing, shown }) => ({
    run: name,
    written: written.toISOString().slice(0, 16).replace('T', ' '),
    settings: results['run.settings'] === '' ? 'none' : String(results['run.settings'] ?? NONE),
    pages: `${notebooks.length - missing.length} of ${notebooks.length}${shown ? ', shown' : ''}`,
    ...Object.fromEntries(
      shownFigures(compared).map(([column, { name: figure }]) => {
        const value = results[figure];
        if (typeof value !== 'number') return [column, NONE];
        const interval = intervalText(results, figure, compared.format);
        return [column, `${compared.format(value)}${interval && ` (${interval})`}`];
      }),
    ),
  }));

/** The names of the columns of `runRows`. */
export const runColumns = ({ compared }: StudyPages): Record<string, string> => ({
  ...{ run: 'Run', written: 'Written (UTC)', settings: 'Settings that are not the defaults', pages: 'Pages' },
  ...Object.fromEntries(shownFigures(compared).map(([column, { label }]) => [column, label])),
});

/** Removes all but the newest `keep` whole runs, with what is not whole, and gives the names of those removed. The one that is shown stays, and so does `lab`. */
export async function removeRuns(folder: string, study: StudyPages, keep: number): Promise<string[]> {
  const runs = runsIn(folder, study);
  const newest = runs.filter(isWhole).slice(0, keep);
  const gone = runs.filter((run) => !run.shown && run.name !== LAB && !newest.includes(run));
  for (const { name } of gone) await removeWhole(path.join(folder, name));
  return gone.map(({ name }) => name);
}
