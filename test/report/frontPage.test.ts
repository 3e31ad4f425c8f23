import { describe, expect, it } from 'vitest';
import { allStudiesIndex, studyIndex } from '../../lib/report/frontPage';
import type { StudyPages } from '../../lib/report/study';

const hostile = '</script><b>A & "B"</b>';
const notebooks = ['01-data', '02-model'].map((name) => ({
  name,
  title: name.slice(3),
  question: `What of ${name}?`,
}));
const study: StudyPages = {
  name: 'birds',
  title: 'Birds',
  question: 'Which bird is it?',
  notebooks,
  answer: ({ accuracy }) =>
    typeof accuracy === 'number' ? `It is right in **${accuracy}** of all cases.` : null,
  noAnswer: 'No answer yet.',
  compared: {
    caption: 'Errors',
    columns: ['Who', 'Wrong'],
    format: (value) => `${100 * value}%`,
    better: 'lower',
    rows: [
      { label: 'The model', name: 'error.model', colour: 'prediction' },
      { label: 'A guess', name: 'error.guess', colour: 'baseline' },
      { label: 'An expert', name: 'error.expert', colour: 'baseline', optional: true },
    ],
  },
  judged: { by: 'one split', count: 'images.used', items: 'pictures', parts: {} },
  facts: [
    ['Data', ['data.name'], String],
    ['Pictures', ['images.read', 'images.used'], (read, used) => `${read}, ${used} used`],
  ],
  cards: [{ file: 'card.md', title: 'Card', about: 'what it is', needs: 'accuracy', sections: {} }],
  files: [],
};
const results = {
  accuracy: 0.75,
  'error.model': 0.25,
  'error.model.low': 0.2,
  'error.model.high': 0.3,
  'error.guess': 0.5,
  'data.name': hostile,
  'images.read': 30,
  'images.used': 28,
  'seconds.01-data': 62,
  'warning.b': 'Few <pictures>.',
  'warning.a': 'Few <pictures>.',
  'warning.c': null,
};

const text = (html: string): string =>
  html
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the front page of a study', () => {
  it('says "not run" for every figure that is missing, and links no page that is not there', () => {
    const html = studyIndex(study, {}, []);
    expect(text(html)).toContain('No answer yet.');
    expect(html.match(/not run<\/span>/g)).toHaveLength(2);
    expect(html.match(/href="[^"]+"/g)).toEqual(['href="../index.html"']);
    expect(text(html)).not.toMatch(/undefined|NaN|null/);
    expect(text(html)).not.toContain('An expert');
  });

  it('gives the answer, the figures in proportion, the facts and the links of a full run', () => {
    const html = studyIndex(study, results, ['01-data.html', '02-model.html', 'card.md', 'results.json']);
    const words = text(html);
    expect(html).toContain('It is right in <strong>0.75</strong> of all cases.');
    expect(words).toContain('The model 25% 20% to 30%');
    expect(html).toContain('width:50.0%');
    expect(words).toContain('Pictures 30, 28 used');
    expect(words).toContain('Time of all notebooks 1 min 2 s');
    for (const file of ['01-data.html', '02-model.html', 'card.md']) expect(html).toContain(`href="${file}"`);
  });

  it('has every warning at the top, each once, as text', () => {
    const html = studyIndex(study, results, []);
    const top = html.slice(0, html.indexOf('rp-answer"'));
    expect(top.match(/role="alert"/g)).toHaveLength(1);
    expect(top).toContain('Few &lt;pictures&gt;.');
    expect(html).not.toContain('<b>');
    expect(html).toContain('&lt;/script&gt;');
  });

  it('asks for nothing outside itself', () => {
    expect(studyIndex(study, {}, ['01-data.html'])).not.toMatch(/https?:|<script [^>]*src|<link|url\(/);
  });
});

describe('the page of all studies', () => {
  it('leads to every study that has pages, with its question, answer, pages and warnings', () => {
    const other = { ...study, name: 'fish', question: 'Which fish?' };
    const html = allStudiesIndex([
      { study, results, files: ['01-data.html', 'results.json'] },
      { study: other, results: {}, files: [] },
    ]);
    const words = text(html);
    expect(html.match(/href="[^"]+"/g)).toEqual(['href="birds/index.html"']);
    expect(words).toContain('Which bird is it? It is right in 0.75 of all cases. 1 of 2 pages, 1 warning');
    expect(words).toContain('Which fish? not run');
  });
});
