import type { Study } from '../../core/concepts';
import { classPages } from '../../report/classPages';
import { formatNumber, formatPercent } from '../../report/format';
import { inWords, type StudyPages } from '../../report/study';
import { settings } from './settings';

/** The study `filter`: does a picture show X? */
export const study: Study<typeof settings> & StudyPages = {
  ...classPages,
  name: 'filter',
  title: 'Filter',
  question: 'Does a picture show X?',
  notebooks: [
    {
      name: '01-folders',
      title: 'Folders',
      question: 'Which pictures are there, in which classes and parts, and can their labels be believed?',
    },
    {
      name: '02-networks',
      title: 'Networks',
      question: 'What do three networks learn from scratch, and what does one that knows ImageNet?',
    },
    {
      name: '03-results',
      title: 'Results',
      question: 'How well does the filter do on pictures that it has never seen, and what does it miss?',
    },
  ],
  settings,
  dependsOn: async (run) => (await import('../../networks/backbones')).backboneHash(run),
  bytesPerPicture: async ({ config }) => (await import('./data')).bytesPerPicture(config),
  commands: { predict: async () => (await import('./commands/predict')).predict },
  answer: ({
    'data.positive': positive,
    'test.accuracy': accuracy,
    'test.recall': recall,
    'test.precision': precision,
  }) =>
    typeof accuracy === 'number' && typeof recall === 'number' && typeof precision === 'number'
      ? `The filter is right about **${formatPercent(accuracy)}** of the test pictures. It finds ${formatPercent(recall)} of those that ` +
        `show ${positive}, and ${formatPercent(precision)} of those it finds do.`
      : null,
  noAnswer: 'The answer comes with report 3, Results: not run.',
  compared: {
    ...classPages.compared,
    rows: [
      { label: 'The filter', name: 'test.accuracy', colour: 'prediction' },
      { label: 'Transfer learning', name: 'transfer.test.accuracy', colour: 'prediction', optional: true },
      ...['benchmark', '1.0', '2.0'].map((name) => ({
        label: `CNN ${name}, from its first weights`,
        name: `cnn.${name}.test.accuracy`,
        colour: 'prediction' as const,
        optional: true,
      })),
      { label: 'Colours alone', name: 'baseline.colours.test.accuracy', colour: 'baseline', optional: true },
      { label: 'The most frequent class', name: 'baseline.majority.accuracy', colour: 'baseline' },
    ],
  },
  facts: [
    ['Positive class', ['data.positive']],
    ['The filter', ['filter.model']],
    ['X is said from', ['threshold'], inWords(formatNumber)],
    ...classPages.facts.filter(([, [name]]) => name !== 'test.macro_f1'),
    ['F1', ['test.f1'], inWords(formatPercent)],
  ],
};
