import type { Results } from '../core/results';
import { intervalText } from '../report/frontPage';
import type { StudyPages } from '../report/study';
import { factText, rowLabel } from '../report/study';
import { generatedWords, unfavourable } from '../report/unfavourable';

/** What a run ends with in the terminal: the answer, the compared figures and the facts, as far as the results have them. */
export function headline(study: StudyPages, results: Results): string {
  const { compared, facts } = study;
  const figures = compared.rows.flatMap((row): [string, string][] => {
    const { name } = row;
    const value = results[name];
    if (typeof value !== 'number') return [];
    const interval = intervalText(results, name, compared.format);
    return [[rowLabel(row, study, results), `${compared.format(value)}${interval && ` (95%: ${interval})`}`]];
  });
  const known = facts.flatMap((fact): [string, string][] => {
    const text = factText(fact, results);
    return text === null ? [] : [[fact[0], text]];
  });
  const rows = [...figures, ...known];
  const width = Math.max(0, ...rows.map(([label]) => label.length)) + 2;
  const answer = study.answer(results) ?? study.noAnswer;
  const words = [
    generatedWords(results) ?? [],
    answer,
    unfavourable(study, results).map((one) => `- ${one}`),
  ];
  return [
    ...words.flat().map((one) => one.replaceAll('**', '')),
    '',
    ...rows.map(([label, text]) => `  ${label.padEnd(width)}${text}`),
  ]
    .join('\n')
    .trimEnd();
}
