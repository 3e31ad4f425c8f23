import type { Study } from '../core/concepts';
import { intervalFigures, type Results } from '../core/results';
import { readClassFolders } from '../data/classFolders';
import type { ClassEvaluation } from '../metrics/classes';
import { formatCount, formatPercent } from './format';
import { inWords, type StudyPages } from './study';

/** The results of a class study, from its evaluation on test pictures and that of the most frequent class. */
export const classResults = (model: ClassEvaluation, majority: ClassEvaluation): Results => ({
  ...intervalFigures('test.accuracy', model.accuracy),
  ...intervalFigures('test.balanced_accuracy', model.balancedAccuracy),
  ...intervalFigures('test.macro_f1', model.macroF1),
  'test.pictures': model.count,
  'baseline.majority.accuracy': majority.accuracy.share,
});

/** How the front page of a study reads that tells classes apart, from the figures of `classResults`. */
export const classPages = {
  answer: ({ 'test.accuracy': accuracy, 'baseline.majority.accuracy': majority }) =>
    typeof accuracy === 'number' && typeof majority === 'number'
      ? `**${formatPercent(accuracy)}** of the test pictures are given their class, ${formatPercent(majority)} when every one is given the most frequent class.`
      : null,
  noAnswer: 'The answer comes with the last notebook: not run.',
  compared: {
    caption: 'Accuracy on the test pictures',
    columns: ['Who answers', 'Accuracy'],
    format: formatPercent,
    rows: [
      { label: 'The model', name: 'test.accuracy', colour: 'prediction' },
      { label: 'The most frequent class', name: 'baseline.majority.accuracy', colour: 'baseline' },
    ],
  },
  facts: [
    ['Data', ['data.name']],
    ['Test pictures', ['test.pictures'], inWords(formatCount)],
    ['Macro F1', ['test.macro_f1'], inWords(formatPercent)],
    ['Image size', ['image.size'], (size) => `${size} × ${size} px`],
    ['Backend', ['backend']],
    ['Seed', ['seed']],
  ],
  files: [],
  data: ({ config }) => readClassFolders(config.data ?? '', config),
} satisfies Omit<StudyPages, 'name' | 'title' | 'question' | 'notebooks'> & Pick<Study, 'data'>;
