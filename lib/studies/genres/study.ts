import type { Study } from '../../core/concepts';
import { classPages } from '../../report/classPages';
import type { StudyPages } from '../../report/study';
import { settings } from './settings';

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
  dependsOn: async (run) => (await (await import('../../networks/backbones')).openBackbone(run)).sha256,
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
