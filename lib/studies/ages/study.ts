import type { Study } from '../../core/concepts';
import { classPages } from '../../report/classPages';
import { formatCount, formatNumber, formatPercent } from '../../report/format';
import { type Card, type Fact, factText, intervalFact, inWords, type StudyPages } from '../../report/study';
import { settings } from './settings';

const percent = inWords(formatPercent);
const count = inWords(formatCount);

/** What nobody should do with it. */
const warning =
  'A face does not tell an age: many are put into the wrong class, and how often depends on who is shown. ' +
  'It must decide nothing about a person, such as access, price, asylum or work, must not be pointed at people who have not agreed, and says nothing of a single person with any certainty.';

const card: Card = {
  file: 'model-card.md',
  title: 'Model card',
  about: 'what the model is, how good, and what it must not be used for',
  needs: 'cv.accuracy',
  sections: {
    'What it must not be used for': [warning],
    'What it is': [
      ['Model', ['model.name']],
      ['Trained on', ['data.name']],
      ['Faces with a class', ['data.labelled'], count],
    ],
    'How good, on faces that it has not learnt from': [
      intervalFact('Accuracy', 'cv.accuracy', percent),
      intervalFact('Balanced accuracy', 'cv.balanced_accuracy', percent),
      intervalFact('Quadratic kappa', 'cv.kappa', inWords(formatNumber)),
      ['The most frequent class is right about', ['baseline.majority.cv.accuracy'], percent],
      ['Errors that jump from the first to the last class, or back', ['cv.jumps'], percent],
    ],
    'By group': ['Figures of groups that the table names stand in report 2.'],
    Warnings: [{ warnings: true }],
  },
};

const compared = (label: string, name: string, colour: 'prediction' | 'baseline') => ({
  ...{ label, name: `${name}cv.accuracy`, count: `${name}cv.count`, colour },
  optional: name !== '' && name !== 'baseline.majority.',
});

/** How networks do that are judged on fewer faces than the best. */
const onFewer: Fact = [
  'Networks trained from scratch',
  ['shared.cv.count', 'shared.cnn.accuracy', 'shared.cv.accuracy'],
  (faces, network, best) =>
    `**Networks trained from scratch are judged on ${faces} of the faces alone**: the best of them is right about ${percent(network)} of these, the model about ${percent(best)}. With --cnn-folds 5 they are judged on all.`,
];

/** The study `ages`: young, middle or old, from a face. */
export const study: Study<typeof settings> & StudyPages = {
  ...classPages,
  name: 'ages',
  title: 'Ages',
  question: 'Young, middle or old?',
  notebooks: [
    { name: '01-faces', title: 'Faces', question: 'Which faces are there, and which of them twice?' },
    { name: '02-cnn', title: 'Networks', question: 'How well do networks tell three ages apart?' },
    { name: '03-autoencoder', title: 'Autoencoder', question: 'Does its code tell ages better than pixels?' },
    { name: '04-submission', title: 'Submission', question: 'Which class has each face that is asked for?' },
  ],
  settings,
  data: async ({ config }) => (await import('./data')).readFaces(config.data ?? '', config),
  dependsOn: async (run) => (await import('../../networks/backbones')).backboneHash(run),
  answer: ({ 'cv.accuracy': accuracy, 'model.name': model, 'baseline.majority.cv.accuracy': majority }) =>
    typeof accuracy === 'number' && typeof majority === 'number'
      ? `**${formatPercent(accuracy)}** of faces that it has not learnt from are given their class by the best model (${model}); ${formatPercent(majority)} are when every one is given the most frequent class. ${warning}`
      : null,
  noAnswer: `The answer comes with report 2, Networks: not run. ${warning}`,
  compared: {
    ...classPages.compared,
    caption: 'Accuracy on faces that were not learnt from',
    rows: [
      compared('The best', '', 'prediction'),
      compared('Ready-made age network', 'readymade.', 'prediction'),
      compared('Linear head on a backbone', 'transfer.', 'prediction'),
      compared("The original's network, augmented", 'cnn.', 'prediction'),
      compared("The original's network, not augmented", 'cnn.plain.', 'prediction'),
      compared('16 × 16 grey pixels', 'baseline.grey.', 'baseline'),
      compared('The most frequent class', 'baseline.majority.', 'baseline'),
    ],
  },
  judged: {
    by: 'one cross-validation',
    count: 'cv.count',
    items: 'faces, each judged once',
    parts: { class: null, gender: null },
  },
  against: (results) => [
    ...(results['shared.cv.count'] === results['cv.count'] ? [] : [factText(onFewer, results) ?? []].flat()),
    'The best of several was chosen on the faces that it is judged on, which flatters it a little.',
    'Labels are ages as somebody saw them, and the same person may be in several pictures.',
  ],
  facts: [
    ['Data', ['data.name']],
    ['Faces with a class', ['data.labelled'], count],
    ['The best model', ['model.name']],
    intervalFact('Balanced accuracy', 'cv.balanced_accuracy', percent),
    intervalFact('Quadratic kappa', 'cv.kappa', inWords(formatNumber)),
    ['Seed', ['seed']],
  ],
  cards: [card],
  files: [
    {
      file: 'predictions.csv',
      title: 'Predictions',
      about: 'the class of each face whose class is asked for, as the contest wants it',
      needs: 'submission.rows',
    },
  ],
};
