import { describe, expect, it } from 'vitest';
import { headline } from '../../lib/cli/headline';
import type { StudyPages } from '../../lib/report/study';

const study: StudyPages = {
  name: 'demo',
  title: 'Demo',
  question: 'What is seen?',
  notebooks: [],
  answer: ({ error }) => (typeof error === 'number' ? `Off by **${error}**.` : null),
  noAnswer: 'Not run.',
  compared: {
    caption: 'Errors',
    columns: ['Who', 'Off by'],
    format: (value) => `€${value}`,
    better: 'lower',
    rows: [
      { label: 'The model', name: 'error', colour: 'prediction' },
      { label: 'The mean', name: 'mean', colour: 'baseline' },
    ],
  },
  judged: { by: 'one split', count: 'read', items: 'rows', parts: {} },
  facts: [
    ['Rows', ['read', 'kept'], (read, kept) => `${read} read, ${kept} kept`],
    ['Backend', ['backend'], String],
  ],
  files: [],
};

describe('headline', () => {
  it('begins with the answer, then shows the compared figures and the facts, one to a line', () => {
    const results = {
      error: 3,
      'error.low': 2,
      'error.high': 4,
      mean: 5,
      read: 10,
      kept: 9,
      backend: 'wasm',
    };
    expect(headline(study, results).split('\n')).toEqual([
      'Off by 3.',
      '- The figure rests on one split and 10 rows; chance leaves open €2 to €4 (95% interval).',
      '',
      '  The model  €3 (95%: €2 to €4)',
      '  The mean   €5',
      '  Rows       10 read, 9 kept',
      '  Backend    wasm',
    ]);
  });

  it('shows a figure of zero', () => {
    expect(headline(study, { mean: 0 })).toContain('  The mean  €0');
  });

  it('leaves a line out when one of its figures is missing or not a number', () => {
    expect(headline(study, { read: 3, backend: 'wasm', mean: 'many' })).toBe('Not run.\n\n  Backend  wasm');
  });

  it('says so when there is no figure at all', () => {
    expect(headline(study, { 'run.key': 'abc' })).toBe('Not run.');
  });
});
