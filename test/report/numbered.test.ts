import path from 'node:path';
import { expect, it } from 'vitest';
import { notebookNames, readNotebook, sourceOf } from '../../lib/cli/cells';
import { projectRoot } from '../../lib/core/files';
import { chartHtml } from '../../lib/report/charts';
import { numbered } from '../../lib/report/numbered';
import { tableHtml } from '../../lib/report/tables';

const notebooks = ['01-data', '02-model', '10-more'].map((name) => ({ name, title: name, question: '?' }));
const of = (html: string): string => numbered(html, '02-model', notebooks);
const chart = (title: string) =>
  chartHtml(
    { title, alt: 'It falls.', traces: [], table: { columns: ['A'], rows: [[1]] } },
    `chart-${title}`,
  );
const table = (caption: string) => tableHtml([{ a: 1 }], { a: 'A' }, { caption });

it('numbers charts and tables of a page from 1 on, but not the table of a chart', () => {
  const html = of(chart('First') + table('Second') + chart('Third') + table('Fourth'));
  expect(
    [...html.matchAll(/ id="(?:figure|table)-[^>]*|<(?:fig)?caption>[^<]*/g)].map(([found]) => found),
  ).toEqual([
    ...[' id="figure-2.1" class="rp rp-chart"', '<figcaption>Figure 2.1. First', '<caption>First'],
    ...[' id="table-2.1"', '<caption>Table 2.1. Second'],
    ...[' id="figure-2.2" class="rp rp-chart"', '<figcaption>Figure 2.2. Third', '<caption>Third'],
    ...[' id="table-2.2"', '<caption>Table 2.2. Fourth'],
  ]);
});

it('gives a link to what stands above or below the number of it', () => {
  const link = (to: string) => `<a href="#${to}">the words</a>`;
  const html = of(
    `${link('figure-below')}${chart('First')}${link('figure-above')}${link('table-below')}${table('Second')}${link('table-above')}`,
  );
  expect([...html.matchAll(/<a href.*?<\/a>/g)].map(([found]) => found)).toEqual([
    '<a href="#figure-2.1">Figure 2.1</a>',
    '<a href="#figure-2.1">Figure 2.1</a>',
    '<a href="#table-2.1">Table 2.1</a>',
    '<a href="#table-2.1">Table 2.1</a>',
  ]);
});

it('links other reports where prose mentions them, and nothing in code, scripts, links and attributes', () => {
  const same = [
    '<script>"report 1"</script><pre>report 1</pre><code>report 1</code><h2 id="x">report 1</h2>',
    '<a href="b">report 1</a><i title="report 1">report 2, report 3, reports 1</i>',
  ].join('');
  expect(of(same)).toBe(same);
  expect(of('<p>See report 1 and notebook 10.</p>')).toBe(
    '<p>See <a href="01-data.html">report 1</a> and <a href="10-more.html">notebook 10</a>.</p>',
  );
});

it('finds what every notebook mentions: the report, and the figure or table above or below', () => {
  const names = notebookNames(projectRoot());
  const wrong = names.flatMap((name) => {
    const study = path.dirname(name);
    const words = readNotebook(path.join(projectRoot(), 'notebooks', `${name}.ipynb`))
      .cells.filter((cell) => cell.cell_type === 'markdown')
      .map(sourceOf)
      .join('\n');
    const mentioned = [...words.matchAll(/\b(?:report|notebook) (\d+)\b/g)].map(([, number = '']) => number);
    const unknown = mentioned.filter(
      (number) => !names.some((one) => one.startsWith(`${study}/${number.padStart(2, '0')}-`)),
    );
    const places = [...words.matchAll(/\]\(#([^)]*)\)/g)].map(([, place = '']) => place);
    return [...unknown, ...places.filter((place) => !/^(figure|table)-(above|below)$/.test(place))].map(
      (one) => `${name}: ${one}`,
    );
  });
  expect(wrong).toEqual([]);
});
