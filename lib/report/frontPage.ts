import type { Notebook } from '../core/concepts';
import { largest } from '../core/extremes';
import { type Results, warningsIn } from '../core/results';
import { bannerHtml, warningHtml } from './banner';
import { formatCount, formatSeconds } from './format';
import { browserFile, escapeHtml, inlineHtml, pairHtml, stylesHtml } from './html';
import { factText, rowLabel, type SideFile, type StudyPages } from './study';
import { generatedWords, unfavourable } from './unfavourable';

/** What stands for a figure that no notebook has left. */
const NOT_RUN = 'not run';

const number = (results: Results, name: string): number | null => {
  const value = results[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

const pageOf = ({ name }: Notebook): string => `${name}.html`;

/** The whole report in one file, beside the pages. */
export const ONE_FILE = 'report.html';

const oneFile: SideFile = {
  file: ONE_FILE,
  title: 'The whole report in one file',
  about: 'with a title page, contents and references: to read offline, to print, to hand in',
};

/** The page of all runs of a study. */
export const RUNS_FILE = 'runs.html';

const allRuns: SideFile = {
  file: RUNS_FILE,
  title: 'All runs',
  about: 'with their settings and figures side by side',
};

/** The front page of a study as HTML, complete in itself. `files` are those in the study's folder: what is not among them is not linked, and a figure that is not among the results reads "not run". */
export function studyIndex(study: StudyPages, results: Results, files: readonly string[]): string {
  const there = new Set(files);
  return frontPage(study.question, [
    summaryHtml(study, results),
    `<h2>The ${formatCount(study.notebooks.length)} reports</h2>`,
    cardsHtml(study.notebooks.map((notebook) => notebookCard(notebook, results, there))),
    filesHtml(
      [oneFile, allRuns, ...(study.cards ?? []), ...study.files].filter(({ file }) => there.has(file)),
    ),
    '<h2>This run</h2>',
    factsHtml(study, results),
    '<p><a href="../index.html">All studies</a></p>',
  ]);
}

/** What a study has found: warnings, the answer, what speaks against it, and the figures side by side. */
export function summaryHtml(study: StudyPages, results: Results): string {
  const answer = study.answer(results) ?? study.noAnswer;
  const against = unfavourable(study, results).map((sentence) => `<li>${inlineHtml(sentence)}</li>`);
  const generated = generatedWords(results);
  return [
    ...warningsIn(results).map(warningHtml),
    generated === null ? '' : bannerHtml('note', 'Generated pictures', generated),
    `<p class="rp-answer">${inlineHtml(answer)}</p>`,
    against.length === 0
      ? ''
      : `<section class="rp rp-findings rp-against"><h2>What speaks against it</h2><ul>${against.join('')}</ul></section>`,
    comparedHtml(study, results),
  ].join('\n');
}

/** What a run was made with, as a list. */
export const factsHtml = (study: StudyPages, results: Results): string =>
  [
    '<dl class="rp rp-facts">',
    ...study.facts.map((fact) => pairHtml(fact[0], factText(fact, results) ?? NOT_RUN)),
    timeHtml(study, results),
    '</dl>',
  ].join('\n');

/** A study with what its last run has left. */
export interface StudyState {
  study: StudyPages;
  results: Results;
  files: readonly string[];
}

/** The page that leads to every study: its question, its answer and how many of its pages there are. */
export function allStudiesIndex(states: readonly StudyState[]): string {
  const cards = states.map(({ study, results, files }): PageCard => {
    const pages = study.notebooks.filter((notebook) => files.includes(pageOf(notebook))).length;
    const warnings = warningsIn(results).length;
    const run = pages === 0 ? NOT_RUN : `${pages} of ${study.notebooks.length} pages`;
    const state = warnings === 0 ? run : `${run}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
    const href = pages === 0 ? null : `${study.name}/index.html`;
    return { title: study.title, words: study.question, answer: study.answer(results), state, href };
  });
  return frontPage('Studies of labelled pictures', [cardsHtml(cards)]);
}

/** A page around `blocks` of HTML, with its styles inside. */
export const frontPage = (title: string, blocks: readonly string[]): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${browserFile('page.css')}
${browserFile('frontPage.css')}</style>
${stylesHtml()}
</head>
<body class="rp-page rp-index">
<main>
<h1>${escapeHtml(title)}</h1>
${blocks.filter(Boolean).join('\n')}
</main>
<script>${browserFile('tables.js')}</script>
</body>
</html>
`;

/** `€2.72 to €6.57`, or nothing where the ends are not known, or are the same: one item has no interval. */
export function intervalText(results: Results, name: string, format: (value: number) => string): string {
  const [low, high] = [number(results, `${name}.low`), number(results, `${name}.high`)];
  return low === null || high === null || low === high ? '' : `${format(low)} to ${format(high)}`;
}

/** The figures as a table whose last column is a bar in proportion. */
function comparedHtml(study: StudyPages, results: Results): string {
  const { caption, columns, format, rows } = study.compared;
  const shown = rows
    .map((row) => ({ ...row, label: rowLabel(row, study, results), value: number(results, row.name) }))
    .filter(({ value, optional }) => value !== null || !optional);
  const longest = Math.max(largest(shown.map(({ value }) => value ?? 0)), Number.MIN_VALUE);
  const lines = shown.map(({ label, name, colour, value }) => {
    const width = ((100 * (value ?? 0)) / longest).toFixed(1);
    const bar = `<span class="rp-bar" style="width:${width}%;background:var(--rp-${colour})"></span>`;
    return (
      `<tr><th scope="row">${escapeHtml(label)}</th><td class="rp-right">${value === null ? NOT_RUN : escapeHtml(format(value))}</td>` +
      `<td class="rp-interval">${escapeHtml(intervalText(results, name, format))}</td><td class="rp-bar-cell" aria-hidden="true">${value === null ? '' : bar}</td></tr>`
    );
  });
  const [who, what] = columns.map(escapeHtml);
  return (
    `<div class="rp rp-table rp-errors"><table><caption>${escapeHtml(caption)}</caption><thead><tr><th scope="col">${who}</th>` +
    `<th scope="col" class="rp-right">${what}</th><th scope="col">95% interval</th><td></td></tr></thead>` +
    `<tbody>${lines.join('\n')}</tbody></table></div>`
  );
}

/** What leads to a page; without `href` there is no page yet. */
interface PageCard {
  title: string;
  words: string;
  answer?: string | null;
  state: string;
  href: string | null;
}

function notebookCard(notebook: Notebook, results: Results, there: ReadonlySet<string>): PageCard {
  const href = there.has(pageOf(notebook)) ? pageOf(notebook) : null;
  const seconds = number(results, `seconds.${notebook.name}`);
  const state = href === null ? NOT_RUN : seconds === null ? '' : formatSeconds(seconds);
  const title = `${Number(notebook.name.slice(0, 2))} ${notebook.title}`;
  return { title, words: notebook.question, state, href };
}

const cardsHtml = (cards: readonly PageCard[]): string =>
  `<ol class="rp-cards">\n${cards.map(cardHtml).join('\n')}\n</ol>`;

function cardHtml({ title, words, answer, state, href }: PageCard): string {
  const content =
    `<span class="rp-card-title">${escapeHtml(title)}</span><span class="rp-card-question">${escapeHtml(words)}</span>` +
    `${answer ? `<span>${inlineHtml(answer)}</span>` : ''}<span class="rp-card-state">${state}</span>`;
  return href === null
    ? `<li><div class="rp-card rp-missing">${content}</div></li>`
    : `<li><a class="rp-card" href="${escapeHtml(href)}">${content}</a></li>`;
}

function filesHtml(files: readonly SideFile[]): string {
  const items = files.map(
    ({ file, title, about }) =>
      `<li><a href="${escapeHtml(file)}">${escapeHtml(title)}</a>: ${escapeHtml(about)}</li>`,
  );
  return items.length === 0 ? '' : `<h2>Beside the pages</h2>\n<ul>${items.join('')}</ul>`;
}

function timeHtml({ notebooks }: StudyPages, results: Results): string {
  const seconds = notebooks.flatMap(({ name }) => number(results, `seconds.${name}`) ?? []);
  const sum = seconds.length === 0 ? NOT_RUN : formatSeconds(seconds.reduce((a, b) => a + b, 0));
  return pairHtml('Time of all notebooks', sum);
}
