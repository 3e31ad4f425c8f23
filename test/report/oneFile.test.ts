import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { notebookNames, readNotebook, sourceOf } from '../../lib/cli/cells';
import { projectRoot } from '../../lib/core/files';
import { coreSettings, readSettings } from '../../lib/core/settings';
import { findings } from '../../lib/report/banner';
import { chartHtml } from '../../lib/report/charts';
import { classPages } from '../../lib/report/classPages';
import { numbered } from '../../lib/report/numbered';
import { oneFileHtml, readAuthor, references } from '../../lib/report/oneFile';
import { chartsHtml } from '../../lib/report/plotly';
import { runHeaderHtml } from '../../lib/report/runHeader';
import type { StudyPages } from '../../lib/report/study';
import { tableHtml } from '../../lib/report/tables';
import { textOf, wrongWords } from '../pageWords';
import { temporaryFolder } from '../temporary';
import { shownHtml } from './shown';

const notebooks = ['01-data', '02-model'].map((name) => ({
  name,
  title: name.slice(3),
  question: `What of ${name}?`,
}));
const study: StudyPages = {
  ...classPages,
  name: 'birds',
  title: 'Birds',
  question: 'Which <bird> is it?',
  notebooks,
};
const picture = chartHtml({ title: 'A curve', alt: 'It rises.', traces: [] }, 'chart-0123456789ab-1');

/** A page as nbconvert writes it. */
const page = (name: string, body: string) => {
  const notebook = notebooks.find((one) => one.name === name)!;
  const header = runHeaderHtml({ study, notebook, facts: { Seed: '42' }, warnings: ['Take care.'] });
  const found = shownHtml(() => findings([`Found in **${name}**.`, 'And more.'])); // nbconvert sorts attributes
  return {
    name,
    html: `<html><head><style>head</style></head><body><main><div class="rp-tools"><button>Hide code</button></div><nav aria-label="On this page" class="rp-toc"></nav>
<div class="rp-prose"><h1 id="1">1 · Data<a class="anchor-link" href="#1">¶</a></h1></div>${header}${chartsHtml()}${body}${picture}${found.replace(/class="rp rp-findings" (aria-label="[^"]*")/, '$1 class="rp rp-findings"')}</main><script>last</script></body></html>`,
  };
};
const pages = [
  page(
    '01-data',
    '<div class="rp-prose"><h2 id="Rows">Rows<a class="anchor-link" href="#Rows">¶</a></h2><p>See <a href="02-model.html">there</a> (Cohen, 1968).</p></div>',
  ),
  page(
    '02-model',
    '<div class="rp-prose"><h2 id="Rows">Rows</h2><h3>Deeper</h3><a href="index.html">all</a> <a href="card.md">card</a></div>',
  ),
];
const results = {
  'test.accuracy': 0.8,
  'test.accuracy.low': 0.7,
  'test.accuracy.high': 0.9,
  'baseline.majority.accuracy': 0.5,
  'part.class.owl': 0.4,
};
const nobody = { author: null, course: null, words: null, date: '2026-01-02' };
const html = oneFileHtml(study, { ...results, 'warning.a': 'Take care.' }, pages, nobody);
const body = html.slice(html.indexOf('<main>'));

it('holds every page as a numbered section, with contents that lead to all of them', () => {
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const links = [...body.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  expect(textOf(body)).toContain('1 data 1.1 Rows 2 model 2.1 Rows References');
  expect([...body.matchAll(/<h[1-6][^>]*>(.*?)<\/h[1-6]>/g)].map(([, words]) => words)).toEqual([
    'Which &lt;bird&gt; is it?',
    'Contents',
    'Summary',
    'What speaks against it',
    'What each part has found',
    '1 data',
    '1.1 Rows',
    '2 model',
    '2.1 Rows',
    'Deeper',
    'References',
    'What the run was made with',
    'How to cite',
    'Appendix',
    'Figures and tables',
  ]);
  expect(body).toContain('href="card.md"');
});

it('says first what was found and what speaks against it, a warning once, and what each part has found', () => {
  const words = textOf(body);
  const summary = words.slice(words.lastIndexOf('Summary'), words.lastIndexOf('1 data'));
  expect(summary).toMatch(
    /Take care.*80\.0% .*What speaks against it.*owl.*Found in 01-data ?\. \( ?1 data ?\).*Found in 02-model/,
  );
  expect(words.match(/Take care/g)).toHaveLength(1);
  expect(words.match(/What of 01-data/g)).toHaveLength(1);
  expect(wrongWords(body)).toEqual([]);
});

it('carries what draws charts once, every chart under a name of its own, and asks for nothing', () => {
  expect(html.match(/window\.reportPlotly \?\?=/g)).toHaveLength(1);
  expect(html.match(/Draws the charts that a page queued/g)).toHaveLength(1);
  for (const { name } of notebooks) {
    expect(html).toContain(`id="${name}-chart-0123456789ab-1"`);
    expect(html).toContain(`"id":"${name}-chart-0123456789ab-1"`);
  }
  expect(body).not.toMatch(/<style|<link|(src|href)="https?:/);
});

it('lists the works that are cited, and no other', () => {
  expect(textOf(body)).toContain('Weighted kappa');
  expect(textOf(body)).not.toContain('mixup');
});

it('has in its appendix what pages show in part, and leads to all that has a number', () => {
  const rows = Array.from({ length: 14 }, (_, i) => ({ i: 100 + i }));
  const tables = ['Long', 'Short'].map((caption) =>
    tableHtml(rows.slice(0, caption === 'Long' ? 14 : 12), { i: 'Row' }, { caption }),
  );
  const long = page('02-model', tables.join(''));
  const whole = oneFileHtml(
    study,
    results,
    [{ ...long, html: numbered(long.html, long.name, notebooks) }],
    nobody,
  );
  expect(whole).toContain(
    'more are in the CSV file and in <a href="#appendix">the appendix of the whole report</a>',
  );
  const appendix = whole.slice(whole.indexOf('<section id="appendix">'));
  expect(appendix.match(/<td/g)).toHaveLength(14);
  expect(appendix).not.toContain('hidden');
  expect(textOf(appendix).trim()).toMatch(
    /^Appendix Table 2\.1 \. Long Row 100 .* 113 Figures and tables Table 2\.1\. Long Table 2\.2\. Short Figure 2\.1\. A curve$/,
  );
});

it('has the settings of the run in its appendix, but for places on this machine', () => {
  const config = { ...readSettings('birds', coreSettings, {}), seed: 7, data: '/home/me/birds' };
  const made = { settings: coreSettings, config };
  const words = textOf(oneFileHtml(study, results, pages, nobody, made));
  expect(words).toContain('REPORT_SEED 7 42 seed of everything drawn at random');
  expect(words).not.toContain('/home/me');
});

it('has a title page with what is known of who hands it in', () => {
  const top = (by: object) =>
    textOf(/<header.*?<\/header>/s.exec(oneFileHtml(study, results, pages, { ...nobody, ...by }))![0]).trim();
  expect(top({})).toBe('Birds Which <bird> is it? 2026-01-02');
  expect(top({ author: 'A & B', course: 'C', words: 'Thanks to **all**.' })).toBe(
    'Birds Which <bird> is it? A & B C 2026-01-02 Thanks to all .',
  );
});

it('reads author.json, which need not be there, and refuses one that is damaged', () => {
  const root = temporaryFolder();
  mkdirSync(root, { recursive: true });
  expect(readAuthor(root)).toEqual({ author: null, course: null, words: null });
  const file = path.join(root, 'author.json');
  writeFileSync(file, '{"author": "A", "age": 3}');
  expect(readAuthor(root)).toEqual({ author: 'A', course: null, words: null });
  writeFileSync(file, '{"author": ');
  expect(() => readAuthor(root)).toThrow(/no JSON: write/);
});

it('knows every work that a notebook cites by name and year', () => {
  const known = references();
  const names = String.raw`\p{Lu}[\p{L}-]+(?:(?:, | and | & )\p{Lu}[\p{L}-]+)*(?: and others| et al\.)?`;
  const cited = notebookNames(projectRoot()).flatMap((name) =>
    readNotebook(path.join(projectRoot(), 'notebooks', `${name}.ipynb`)).cells.flatMap((cell) =>
      [...sourceOf(cell).matchAll(new RegExp(String.raw`${names},? \(?(?:18|19|20)\d\d\b`, 'gu'))].map(
        ([words]) => words,
      ),
    ),
  );
  expect(cited.length).toBeGreaterThan(5);
  expect([...new Set(cited)].filter((words) => !known.some(({ pattern }) => pattern.test(words)))).toEqual(
    [],
  );
});
