import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { writeAtomic } from '../core/files';
import { type Results, readResults } from '../core/results';
import { cardMarkdown } from './card';
import { allStudiesIndex, type StudyState, studyIndex } from './frontPage';
import type { StudyPages } from './study';

/** Writes the cards and the front page of every study that has a folder, and `index.html`, which leads to all of them. Throws `BROKEN_STAGE` for damaged results. */
export async function writeFrontPages(reports: string, studies: readonly StudyPages[]): Promise<void> {
  const states: StudyState[] = [];
  for (const study of studies) {
    const folder = path.join(reports, study.name);
    const results = readResults(folder);
    study.prepare?.(results);
    const cards = (study.cards ?? []).filter(({ needs }) => typeof results[needs] === 'number');
    for (const card of cards) await writeAtomic(path.join(folder, card.file), cardMarkdown(card, results));
    const files = filesOfRun(folder, study, results);
    const page = studyIndex(study, results, files);
    if (files.length > 0) await writeAtomic(path.join(folder, 'index.html'), page);
    states.push({ study, results, files });
  }
  await writeAtomic(path.join(reports, 'index.html'), allStudiesIndex(states));
}

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
