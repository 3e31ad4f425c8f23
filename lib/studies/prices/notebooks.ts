import type { Notebook } from '../../core/concepts';

/** The notebooks of the report. A report is also complete in itself: each makes what it lacks. */
export const notebooks: readonly Notebook[] = [
  { name: '01-loading', title: 'Loading', question: 'What is in the table, and what had to be left out?' },
  {
    name: '02-outliers',
    title: 'Outliers',
    question:
      'Which prices are too far out to learn from, and what does the model learn instead of raw prices?',
  },
  {
    name: '03-images',
    title: 'Images',
    question: 'Which pictures are there, and how do they become what the network sees?',
  },
  {
    name: '04-split',
    title: 'Split',
    question:
      'Which games is the model trained on, which decide when to stop, and which are kept for the test?',
  },
  {
    name: '05-augmentation',
    title: 'Augmentation',
    question: 'How are more training pictures made from those at hand?',
  },
  { name: '06-model', title: 'Model', question: 'What does the network look like, and how does it learn?' },
  {
    name: '07-test-prediction',
    title: 'Test prediction',
    question: 'How far are the predictions off, on games the model has never seen?',
  },
  {
    name: '08-several-images',
    title: 'Several images',
    question: 'Are all pictures of a game together better than one?',
  },
  { name: '09-grad-cam', title: 'Grad-CAM', question: 'Where in a picture does the model see the price?' },
];
