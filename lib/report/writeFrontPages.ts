import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { writeAtomic } from '../core/files';
import { readResults } from '../core/results';
import { cardMarkdown } from './card';
import { allStudiesIndex, type StudyState, studyIndex } from './frontPage';
import type { StudyPages } from './study';

/** Where the pages and the results of a study lie, below the folder of all reports. */
export const studyFolder = (reports: string, { name }: Pick<StudyPages, 'name'>): string =>
  path.join(reports, name);

/** What the last run of a study has left in the folder of all reports; files of earlier ones are not among it. Throws `BROKEN_STAGE` for damaged results. */
export function studyState(reports: string, study: StudyPages): StudyState {
  const folder = studyFolder(reports, study);
  const results = readResults(folder);
  study.prepare?.(results);
  const needs = new Map([
    ...study.notebooks.map(({ name }) => [`${name}.html`, `seconds.${name}`] as const),
    ...[...(study.cards ?? []), ...study.files].map(({ file, needs: figure }) => [file, figure] as const),
  ]);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const current = files.filter((file) => {
    const figure = needs.get(file);
    return figure === undefined || typeof results[figure] === 'number';
  });
  return { study, results, files: current };
}

/** Writes the cards and the front page of every study that has a folder, and `index.html`, which leads to all of them. */
export async function writeFrontPages(reports: string, studies: readonly StudyPages[]): Promise<void> {
  for (const study of studies) await writeCards(reports, study);
  const states = studies.map((study) => studyState(reports, study));
  for (const { study, results, files } of states.filter((state) => state.files.length > 0)) {
    const file = path.join(studyFolder(reports, study), 'index.html');
    await writeAtomic(file, studyIndex(study, results, files));
  }
  await writeAtomic(path.join(reports, 'index.html'), allStudiesIndex(states));
}

/** Writes the cards for which the results are there. */
async function writeCards(reports: string, study: StudyPages): Promise<void> {
  const { results } = studyState(reports, study);
  for (const card of (study.cards ?? []).filter(({ needs }) => typeof results[needs] === 'number')) {
    await writeAtomic(path.join(studyFolder(reports, study), card.file), cardMarkdown(card, results));
  }
}
