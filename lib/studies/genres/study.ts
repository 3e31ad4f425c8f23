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
      name: '03-results',
      title: 'Results',
      question: 'How well is the genre told on covers of games that were never seen, and how sure is it?',
    },
  ],
  settings,
  dependsOn: async (run) => (await (await import('../../networks/backbones')).openBackbone(run)).sha256,
};
