import type { Study } from '../../core/concepts';
import { classPages } from '../../report/classPages';
import { formatPercent } from '../../report/format';
import type { StudyPages } from '../../report/study';
import { settings } from './settings';

/** What another split would have claimed. */
const claimed = (label: string, name: string) =>
  ({ label, name, colour: 'baseline', optional: true, rival: false }) as const;

/** The study `genres`: what genre is a game, by its cover? */
export const study: Study<typeof settings> & StudyPages = {
  ...classPages,
  name: 'genres',
  title: 'Genres',
  question: 'What genre is a game, by its cover?',
  notebooks: [
    {
      name: '01-covers',
      title: 'Covers',
      question: 'Which covers are there, which are there twice, and what does a fair split claim?',
    },
    {
      name: '02-transfer-learning',
      title: 'Transfer learning',
      question: 'What do networks that know ImageNet learn about genres, and what helps them?',
    },
    {
      name: '03-results',
      title: 'Results',
      question: 'How well is the genre told on covers of games that were never seen, and how sure is it?',
    },
    {
      name: '04-demo',
      title: 'Demo',
      question: 'What does the model say of a cover of your own, and does a browser say the same?',
    },
  ],
  settings,
  answer: ({ 'test.accuracy': accuracy, 'test.top2': top2, 'baseline.majority.accuracy': majority }) =>
    typeof accuracy === 'number' && typeof top2 === 'number' && typeof majority === 'number'
      ? `The genre is told of **${formatPercent(accuracy)}** of the covers of games that were never seen, and is among two guesses for ${formatPercent(top2)}. ` +
        `The most frequent genre would be right about ${formatPercent(majority)}.`
      : null,
  noAnswer: 'The answer comes with report 3, Results: not run.',
  compared: {
    ...classPages.compared,
    caption: 'Accuracy on test covers, and what other splits would have claimed',
    rows: [
      { label: 'The model', name: 'test.accuracy', colour: 'prediction' },
      { label: 'Logistic regression', name: 'baseline.linear.accuracy', colour: 'baseline', optional: true },
      { label: 'The most frequent genre', name: 'baseline.majority.accuracy', colour: 'baseline' },
      claimed('Regression, folds by title', 'split.title.accuracy'),
      claimed('Regression, folds by cover', 'split.random.accuracy'),
    ],
  },
  dependsOn: async (run) => (await import('../../networks/backbones')).backboneHash(run),
  data: async ({ config }) => (await import('./data')).readCovers(config.data ?? '', config),
  bytesPerPicture: async ({ config }) =>
    (await import('../../networks/featureStore')).lastMapBytes(config.imageSize, 1280),
  commands: { demo: async () => (await import('../../report/demo/command')).demo },
  files: [
    {
      file: 'demo',
      title: 'Demo',
      about:
        'A page that says the genre of a cover of yours, in the browser: npm run demo -- genres opens it.',
      needs: 'demo.pictures',
    },
  ],
};
