import type { Study } from '../../core/concepts';
import { classPages } from '../../report/classPages';
import type { StudyPages } from '../../report/study';
import { settings } from './settings';

const { data: _, ...pages } = classPages; // pictures here are no files

/** The study `digits`: what a network sees in a digit, and what ready-made networks see in a photograph. */
export const study: Study<typeof settings> & StudyPages = {
  ...pages,
  name: 'digits',
  title: 'Digits',
  question: 'What does a network see in a digit, and what do ready-made networks see in a photograph?',
  notebooks: [
    {
      name: '01-cnn',
      title: 'A network for digits',
      question: 'How often is a small network right about a digit, and how sure is it of what is none?',
    },
    {
      name: '02-shap',
      title: 'What each pixel adds',
      question: 'Which pixels make the network say what it says, and how far can such pictures be trusted?',
    },
    {
      name: '03-pretrained',
      title: 'Ready-made networks',
      question: 'What do networks that others have trained see in digits and in photographs?',
    },
    {
      name: '04-frames-and-sentences',
      title: 'Frames and sentences',
      question:
        'Does a detector keep what it has seen when the camera moves, and which sentence fits a picture?',
    },
  ],
  compared: {
    ...pages.compared,
    caption: 'Accuracy on the test digits',
    rows: [
      { label: "The original's network", name: 'test.accuracy', colour: 'prediction' },
      { label: 'A linear layer on the pixels', name: 'baseline.linear.accuracy', colour: 'baseline' },
      { label: 'The most frequent digit', name: 'baseline.majority.accuracy', colour: 'baseline' },
    ],
  },
  settings,
  commands: { detect: async () => (await import('./commands/detect')).detect },
};
