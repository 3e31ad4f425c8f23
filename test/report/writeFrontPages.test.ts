import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { StudyPages } from '../../lib/report/study';
import { writeFrontPages } from '../../lib/report/writeFrontPages';
import { temporaryFolder } from '../temporary';

const study = (name: string): StudyPages => ({
  name,
  title: name,
  question: `What of ${name}?`,
  notebooks: [{ name: '01-data', title: 'Data', question: 'What is there?' }],
  answer: ({ count }) => (count === undefined ? null : `There are ${count}.`),
  noAnswer: 'Not known.',
  compared: { caption: 'Counts', columns: ['Who', 'Count'], format: String, better: 'higher', rows: [] },
  judged: { by: 'one split', count: 'count', items: 'pictures', parts: {} },
  facts: [],
  cards: [
    { file: 'card.md', title: 'Card', about: 'what it is', needs: 'count', sections: {} },
    { file: 'later.md', title: 'Later', about: 'what is not known yet', needs: 'accuracy', sections: {} },
  ],
  files: [],
});

it('front pages are made of what lies in the folder of each study, and one leads to all of them', async () => {
  const reports = temporaryFolder();
  mkdirSync(path.join(reports, 'birds'));
  writeFileSync(path.join(reports, 'birds', '01-data.html'), '');
  writeFileSync(path.join(reports, 'birds', 'results.json'), '{ "count": 7 }');
  await writeFrontPages(reports, [study('birds'), study('fish')]);
  const page = (...names: string[]) => readFileSync(path.join(reports, ...names), 'utf8');
  expect(page('birds', 'index.html')).toContain('There are 7.');
  expect(page('index.html')).toContain('There are 7.');
  expect(page('index.html')).toContain('What of fish?');
  expect(page('birds', 'card.md')).toBe('# Card\n');
  expect(page('birds', 'index.html')).toContain('href="card.md"');
  expect(existsSync(path.join(reports, 'birds', 'later.md'))).toBe(false);
  expect(existsSync(path.join(reports, 'fish'))).toBe(false);
});

it('a front page leads to nothing that another run has made', async () => {
  const reports = temporaryFolder();
  mkdirSync(path.join(reports, 'birds'));
  const pages = {
    ...study('birds'),
    files: [{ file: 'a.csv', title: 'a.csv', about: 'rows', needs: 'rows' }],
  };
  for (const file of ['01-data.html', 'card.md', 'a.csv'])
    writeFileSync(path.join(reports, 'birds', file), '');
  const links = async (results: string) => {
    writeFileSync(path.join(reports, 'birds', 'results.json'), results);
    await writeFrontPages(reports, [pages]);
    return (
      readFileSync(path.join(reports, 'birds', 'index.html'), 'utf8').match(/href="[^".]+\.[a-z]+"/g) ?? []
    );
  };
  expect(await links('{ "seconds.01-data": 3, "count": 7, "rows": 1 }')).toEqual([
    'href="01-data.html"',
    'href="card.md"',
    'href="a.csv"',
  ]);
  expect(await links('{}')).toEqual([]);
});
