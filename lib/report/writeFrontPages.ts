import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { writeAtomic } from '../core/files';
import { readResults } from '../core/results';
import { allStudiesIndex, type StudyState, studyIndex } from './frontPage';
import type { StudyPages } from './study';

/** Where the pages and the results of a study lie, below the folder of all reports. */
export const studyFolder = (reports: string, { name }: Pick<StudyPages, 'name'>): string =>
  path.join(reports, name);

/** What the last run of a study has left in the folder of all reports. Throws `BROKEN_STAGE` for damaged results. */
export function studyState(reports: string, study: StudyPages): StudyState {
  const folder = studyFolder(reports, study);
  return { study, results: readResults(folder), files: existsSync(folder) ? readdirSync(folder) : [] };
}

/** Writes the front page of every study that has a folder, and `index.html`, which leads to all of them. */
export async function writeFrontPages(reports: string, studies: readonly StudyPages[]): Promise<void> {
  const states = studies.map((study) => studyState(reports, study));
  for (const { study, results, files } of states.filter((state) => state.files.length > 0)) {
    const file = path.join(studyFolder(reports, study), 'index.html');
    await writeAtomic(file, studyIndex(study, results, files));
  }
  await writeAtomic(path.join(reports, 'index.html'), allStudiesIndex(states));
}
