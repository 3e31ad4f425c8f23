import type { Study } from '../core/concepts';
import { intervalFigures, partFigures, type Results } from '../core/results';
import { readClassFolders } from '../data/classFolders';
import type { BinaryEvaluation } from '../metrics/binary';
import type { ClassEvaluation } from '../metrics/classes';
import { formatCount, formatPercent } from './format';
import { inWords, type StudyPages } from './study';

/** How many of the pictures of each class are told, for the results. */
export const classParts = ({ classes }: Pick<ClassEvaluation, 'classes'>): Results =>
  partFigures(
    'class',
    classes.filter(({ support }) => support > 0).map(({ name, recall }) => ({ name, value: recall })),
  );

/** How many of the pictures of either of two classes are told, for the results. */
export const twoClassParts = ({ accuracy, recall }: BinaryEvaluation, positive: string): Results =>
  partFigures('class', [
    { name: positive, value: recall.share },
    {
      name: `not ${positive}`,
      value: (accuracy.successes - recall.successes) / Math.max(1, accuracy.count - recall.count),
    },
  ]);

/** The results of a class study, from its evaluation on test pictures and that of the most frequent class. */
export const classResults = (model: ClassEvaluation, majority: ClassEvaluation): Results => ({
  ...intervalFigures('test.accuracy', model.accuracy),
  ...intervalFigures('test.balanced_accuracy', model.balancedAccuracy),
  ...intervalFigures('test.macro_f1', model.macroF1),
  'test.pictures': model.count,
  ...classParts(model),
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
    better: 'higher',
    rows: [
      { label: 'The model', name: 'test.accuracy', colour: 'prediction' },
      { label: 'The most frequent class', name: 'baseline.majority.accuracy', colour: 'baseline' },
    ],
  },
  judged: { by: 'one split', count: 'test.pictures', items: 'test pictures', parts: { class: null } },
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
