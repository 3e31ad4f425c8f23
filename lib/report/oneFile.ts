import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../core/errors';
import { projectRoot, writeAtomic } from '../core/files';
import { type Results, readResults } from '../core/results';
import { type Config, environmentName, type Settings } from '../core/settings';
import { NONE } from './format';
import { factsHtml, ONE_FILE, summaryHtml } from './frontPage';
import { browserFile, escapeHtml, inlineHtml } from './html';
import { chartsHtml } from './plotly';
import type { StudyPages } from './study';
import { tableHtml } from './tables';
import { filesOfRun } from './writeFrontPages';

/** Who hands a report in, as its title page says; what is null is left out. */
export interface TitlePage {
  author: string | null;
  course: string | null;
  words: string | null;
}

/** What `author.json` in the project's folder says, where there is one. Throws `BAD_SETTING` when it is damaged. */
export function readAuthor(root = projectRoot()): TitlePage {
  const file = path.join(root, 'author.json');
  const none = { author: null, course: null, words: null };
  if (!existsSync(file)) return none;
  try {
    const given: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const known = Object.entries(given as object).filter(([name]) => name in none);
    return { ...none, ...Object.fromEntries(known.map(([name, value]) => [name, String(value)])) };
  } catch (cause) {
    const advice = `${file} is no JSON: write {"author": "…", "course": "…", "words": "…"}, or remove it.`;
    throw new ReportError('BAD_SETTING', advice, { cause });
  }
}

/** The settings of a study, and their values in a run. */
export interface Made {
  settings: Settings;
  config: Config;
}

/** A page of a study, as nbconvert has written it. */
export interface Page {
  name: string;
  html: string;
}

/** Joins the pages of the last run in a study's folder into `report.html` there, and gives its path. Throws `BROKEN_STAGE` for damaged results. */
export async function writeOneFile(
  folder: string,
  study: StudyPages,
  by: TitlePage,
  made?: Made,
): Promise<string> {
  const results = readResults(folder);
  study.prepare?.(results);
  const there = filesOfRun(folder, study, results);
  const pages = study.notebooks
    .filter(({ name }) => there.includes(`${name}.html`))
    .map(({ name }) => ({ name, html: readFileSync(path.join(folder, `${name}.html`), 'utf8') }));
  const date = statSync(path.join(folder, 'results.json')).mtime.toISOString().slice(0, 10);
  const file = path.join(folder, ONE_FILE);
  await writeAtomic(file, oneFileHtml(study, results, pages, { ...by, date }, made));
  return file;
}

/** The whole report as one HTML file: title page, contents, summary, a section for each page, references, what the run was made with, and how to cite it. */
export function oneFileHtml(
  study: StudyPages,
  results: Results,
  pages: readonly Page[],
  { author, course, words, date }: TitlePage & { date: string },
  made?: Made,
): string {
  const titled = (id: string, title: string, html: string): Section => ({ id, title, html, parts: [] });
  const sections = pages.map((page, i) => sectionOf(page, i + 1, study));
  const text = sections.map(({ html }) => html).join('\n');
  const cited = references().filter(({ pattern }) => pattern.test(text));
  const items = cited.map(({ full }) => `<li>${escapeHtml(full)}</li>`).join('');
  const cite = `${author ?? 'Studies of labelled pictures'} (${date}). ${study.question} Report of the study “${study.title}”, made by its notebooks.`;
  const all: Section[] = [
    titled('summary', 'Summary', `${lower(summaryHtml(study, results))}${foundHtml(sections)}`),
    ...sections,
    ...(cited.length > 0 ? [titled('references', 'References', `<ul>${items}</ul>`)] : []),
    titled('this-run', 'What the run was made with', factsHtml(study, results)),
    titled('how-to-cite', 'How to cite', `<p>${escapeHtml(cite)}</p>`),
    titled('appendix', 'Appendix', `${appendixHtml(text)}${made ? settingsHtml(made) : ''}`),
  ];
  const lines = [author, course, date].flatMap((line) => (line ? [`<p>${escapeHtml(line)}</p>`] : []));
  const own = words ? `<blockquote>${inlineHtml(words)}</blockquote>` : '';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(study.question)}</title>
<style>${(['page.css', 'frontPage.css', 'oneFile.css'] as const).map(browserFile).join('\n')}</style>
${chartsHtml()}
</head>
<body class="rp-page rp-index rp-one-file">
<main>
<header id="top"><p class="rp-kicker">${escapeHtml(study.title)}</p><h1>${escapeHtml(study.question)}</h1>${lines.join('')}${own}</header>
<nav class="rp-contents" aria-label="Contents"><h2>Contents</h2><ol>${all.map(entryHtml).join('\n')}</ol></nav>
${all.map(({ id, title, html }) => `<section id="${id}"><h2>${title}</h2>\n${html}</section>`).join('\n')}
</main>
</body>
</html>
`;
}

/** A section of the whole report; titles are HTML. */
interface Section {
  id: string;
  title: string;
  html: string;
  parts: readonly { id: string; title: string }[];
}

/** A page as a numbered section: without what every page has (styles, scripts that draw, header, banners of the run), its headings numbered and a level lower, its names its own. */
function sectionOf({ name, html }: Page, number: number, { notebooks }: StudyPages): Section {
  const parts: { id: string; title: string }[] = [];
  const numbered = (_: string, words: string): string => {
    const part = { id: `${name}-${parts.length + 1}`, title: `${number}.${parts.length + 1} ${words}` };
    parts.push(part);
    return `<h2 id="${part.id}">${part.title}</h2>`;
  };
  const title = notebooks.find((one) => one.name === name)?.title ?? name;
  const body = html
    .slice(html.indexOf('<main>') + '<main>'.length, html.lastIndexOf('</main>'))
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(/<script>\s*(?:window\.reportPlotly|\/\/ Draws the charts).*?<\/script>/gs, '')
    .replace(/<div class="rp-tools">.*?<\/div>|<nav [^>]*class="rp-toc"[^>]*><\/nav>/gs, '')
    .replace(
      /<div class="rp rp-header">.*?(<p class="rp-question">.*?<\/p>).*?<\/dl><\/div>(?:<div class="rp rp-banner rp-warning".*?<\/div>)*/gs,
      '<div class="rp">$1</div>',
    )
    .replace(
      /<div class="rp rp-banner rp-note"[^>]*><p[^>]*><span[^>]*>Note<\/span> Generated pictures<\/p>.*?<\/div>/gs,
      '',
    )
    .replace(/<a class="anchor-link".*?<\/a>/gs, '')
    .replace(/<h1[^>]*>.*?<\/h1>/s, '')
    .replace(/<h2 id="[^"]*">(.*?)<\/h2>/gs, numbered)
    .replace(/\bchart-(?=[0-9a-f]{12}-)/g, `${name}-chart-`)
    .replace(/ href="index\.html"/g, ' href="#top"')
    .replace(/ href="([^"#/]+)\.html"/g, ' href="#$1"')
    .replace(/ href="report\.html#/g, ' href="#')
    .replace(/<img /g, '<img decoding="async" ');
  return { id: name, title: `${number} ${escapeHtml(title)}`, html: lower(body), parts };
}

/** HTML with its headings a level lower. */
const lower = (html: string): string =>
  html.replace(/<(\/?)h([2-5])\b/g, (_, slash, level) => `<${slash}h${Number(level) + 1}`);

const entryHtml = ({ id, title, parts }: Section): string =>
  `<li><a href="#${id}">${title}</a>${
    parts.length === 0
      ? ''
      : `<ol>${parts.map((part) => `<li><a href="#${part.id}">${part.title}</a></li>`).join('')}</ol>`
  }</li>`;

/** The tables of which a page shows the first rows, in full, and lists of all that have a number. */
function appendixHtml(sections: string): string {
  const tables = [...sections.matchAll(/<table id="[^"]*">(?:(?!<\/table>).)*<tbody hidden>.*?<\/table>/gs)];
  const full = tables.map(([table]) =>
    table
      .replace(/ id="(table-[^"]*)"><caption>([^<.]*\.\d+)/, '><caption><a href="#$1">$2</a>')
      .replace(' hidden', ''),
  );
  const captions = sections.matchAll(
    / id="((?:figure|table)-[\d.]+)"[^>]*><(?:fig)?caption>(.*?)<\/(?:fig)?caption>/gs,
  );
  const entries = [...captions].map(([, id, words]) => `<li><a href="#${id}">${words}</a></li>`);
  return [
    ...full.map(
      (table) => `<div class="rp rp-table"><div class="rp-scroll" tabindex="0">${table}</div></div>`,
    ),
    `<h3>Figures and tables</h3><ul>${entries.join('')}</ul>`,
  ].join('\n');
}

/** The settings of a run as a table, but for folders and files, which are this machine's. */
function settingsHtml({ settings, config }: Made): string {
  const written = (value: unknown): string => (value === null ? NONE : String(value));
  const rows = Object.entries(settings).flatMap(([name, { path: isPlace, about, initial }]) => {
    const value = written({ ...config }[name]);
    const words = about.replace(/\. [A-Z].*/s, '');
    return isPlace ? [] : [{ name: environmentName(name), value, initial: written(initial), words }];
  });
  const columns = { name: 'Variable', value: 'Value', initial: 'By default', words: 'What it is' };
  return tableHtml(rows, columns, {
    caption: 'The settings of this run',
    limit: rows.length,
    rowHeadings: true,
  });
}

/** What each section has found first, which leads to it. */
function foundHtml(sections: readonly Section[]): string {
  const lines = sections.flatMap(({ id, title, html }) => {
    const [, first] = /<section[^>]* class="rp rp-findings".*?<li>(.*?)<\/li>/s.exec(html) ?? [];
    return first ? [`<li>${first} <a href="#${id}">(${title})</a></li>`] : [];
  });
  return lines.length === 0 ? '' : `<h3>What each part has found</h3><ul>${lines.join('')}</ul>`;
}

/** The works that texts may cite, in full, with how each is cited: by its first author and its year, as in "Rong and others (2022)". */
export function references(): { pattern: RegExp; full: string }[] {
  const file = path.join(projectRoot(), 'lib', 'report', 'references.json');
  const works: string[] = JSON.parse(readFileSync(file, 'utf8')); // of our own
  return works.map((full) => {
    const [, author = '', year = ''] = /^([^,]+),.*?\((\d{4})\)/.exec(full) ?? [];
    return {
      full,
      pattern: new RegExp(
        `${author}(?:(?:, | and | &amp; )\\p{Lu}[\\p{L}-]+)*(?: and others| et al\\.)?,? \\(?${year}`,
        'u',
      ),
    };
  });
}
