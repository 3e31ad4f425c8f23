import type { DemoWords } from '../../report/demo/demo';
import { study } from './study';

/** What the page of the demo is called, and what it says of itself. */
export const words: DemoWords = {
  title: study.title,
  question: study.question,
  one: 'cover',
  many: 'covers',
  caution:
    'It has seen covers and nothing else, gives whatever it is shown one of its genres, and is often wrong: a toy and a lesson, not to be used to decide anything about a game or its maker.',
};
