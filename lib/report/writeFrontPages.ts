import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../core/files';
import { type Results, readResults } from '../core/results';
import { cardMarkdown } from './card';
import { allStudiesIndex, frontPage, RUNS_FILE, type StudyState, studyIndex } from './frontPage';
import { escapeHtml } from './html';
import { type RunState, runColumns, runRows, runsIn } from './runs';
import type { StudyPages } from './study';
import { tableHtml } from './tables';

/** Writes the cards and the front page of every study that has a folder, and `index.html`, which leads to all of them. Throws `BROKEN_STAGE` for damaged results. */
export async function writeFrontPages(reports: string, studies: readonly StudyPages[]): Promise<void> {
  const states: StudyState[] = [];
  for (const study of studies) {
    const folder = path.join(reports, study.name);
    const runs = runsIn(folder, study);
    if (runs.length > 1) await writeAtomic(path.join(folder, RUNS_FILE), runsPage(study, runs));
    else await rm(path.join(folder, RUNS_FILE), { force: true });
    states.push(await writeFrontPage(folder, study));
  }
  await writeAtomic(path.join(reports, 'index.html'), allStudiesIndex(states));
}

/** Writes the cards and the front page of a study into a folder with pages of it. */
export async function writeFrontPage(folder: string, study: StudyPages): Promise<StudyState> {
  const results = readResults(folder);
  study.prepare?.(results);
  const cards = (study.cards ?? []).filter(({ needs }) => typeof results[needs] === 'number');
  for (const card of cards) await writeAtomic(path.join(folder, card.file), cardMarkdown(card, results));
  const files = filesOfRun(folder, study, results);
  const page = studyIndex(study, results, files);
  if (files.length > 0) await writeAtomic(path.join(folder, 'index.html'), page);
  return { study, results, files };
}

/** The page of all runs of a study, each of which leads to its own front page. */
const runsPage = (study: StudyPages, runs: readonly RunState[]): string => {
  const columns = runColumns(study);
  const rows = runRows(runs, study);
  const links = runs.map(({ name, missing }) =>
    missing.length < study.notebooks.length
      ? `<li><a href="${escapeHtml(name)}/index.html">${escapeHtml(name)}</a></li>`
      : '',
  );
  return frontPage(`${study.title}: all runs`, [
    tableHtml<Record<string, string>>(rows, columns, { caption: 'The runs, the newest first', limit: 100 }),
    `<ul class="rp">${links.join('')}</ul>`,
    '<p class="rp"><a href="index.html">The report that is shown</a></p>',
  ]);
};

/** The files in a study's folder that are of its last run: what an earlier one has left is not shown. */
export function filesOfRun(
  folder: string,
  { notebooks, cards = [], files }: StudyPages,
  results: Results,
): string[] {
  const pages = notebooks.map(({ name }) => [`${name}.html`, `seconds.${name}`] as const);
  const others = [...cards, ...files].map(({ file, needs }) => [file, needs] as const);
  const figures = new Map<string, string | undefined>([...pages, ...others]);
  return (existsSync(folder) ? readdirSync(folder) : []).filter((file) => {
    const figure = figures.get(file);
    return figure === undefined || typeof results[figure] === 'number';
  });
}
