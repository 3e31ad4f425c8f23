import type { Notebook } from '../../core/concepts';
import type { Results } from '../../core/results';
import { formatCount, formatPercent } from '../../report/format';
import { intervalText } from '../../report/frontPage';
import { type Fact, inWords, type StudyPages } from '../../report/study';
import { priceCards } from './cards';
import { asCurrency, formatPrice, showPricesIn } from './units';

/** The answer in one sentence, as far as the results have it. */
function answer(results: Results): string | null {
  const error = results['test.game.mae_cents'];
  const median = results['baseline.median.mae_cents'];
  if (typeof error !== 'number' || typeof median !== 'number' || median === 0) return null;
  const share = 1 - error / median;
  const interval = intervalText(results, 'test.game.mae_cents', formatPrice);
  return (
    `On games it has never seen, the model is off by **${formatPrice(error)}** on average${interval && ` (chance leaves open ${interval})`}, ` +
    `${formatPercent(Math.abs(share))} ${share > 0 ? 'less' : 'more'} than when every game is given the median price` +
    `${share > 0 ? '' : ': the model reads no price'}.`
  );
}

const counted = inWords(formatCount);

const facts: readonly Fact[] = [
  ['Data', ['data.name']],
  [
    'Rows of the table',
    ['rows.read', 'rows.kept'],
    (read, kept) => `${counted(read)}, ${counted(kept)} kept`,
  ],
  ['Pictures', ['images.read'], counted],
  ['Pictures not readable', ['images.unreadable'], counted],
  [
    'Pictures listed but not there, there but not listed',
    ['images.listed_missing', 'images.unlisted'],
    (missing, unlisted) => `${counted(missing)}, ${counted(unlisted)}`,
  ],
  [
    'Test games',
    ['split.test.games', 'split.test.images'],
    (games, images) => `${counted(games)} with ${counted(images)} pictures`,
  ],
  ['Image size', ['image.size'], (size) => `${size} × ${size} px`],
  [
    'Target',
    ['target.kind', 'target.setting'],
    (kind, setting) => `${kind}${setting === 'auto' ? ', chosen by validation games' : ''}`,
  ],
  [
    'Prediction intervals',
    ['intervals.confidence', 'test.coverage'],
    (wanted, found) =>
      `made for ${formatPercent(Number(wanted))} of the prices, hold ${formatPercent(Number(found))} of those of the test games`,
  ],
  ['Weights of the base', ['weights.name']],
  ['Backend', ['backend']],
  ['Seed', ['seed']],
];

/** The notebooks of the report. A report is also complete in itself: each makes what it lacks. */
const notebooks: readonly Notebook[] = [
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

export const pricePages: StudyPages = {
  name: 'prices',
  title: 'Prices',
  question: 'How much of a Steam game’s price can be read off its screenshots?',
  notebooks,
  answer,
  prepare: ({ 'prices.currency': currency }) => showPricesIn(asCurrency(String(currency)) ?? undefined),
  noAnswer: 'The answer comes with report 7, Test prediction: not run.',
  compared: {
    caption: 'Mean absolute error on the test games',
    columns: ['Who guesses', 'Off by'],
    format: formatPrice,
    better: 'lower',
    rows: [
      { label: 'The model, all pictures of a game', name: 'test.game.mae_cents', colour: 'prediction' },
      {
        label: 'The model, one picture',
        name: 'test.image.mae_cents',
        colour: 'prediction',
        rival: false,
      },
      { label: "The original's setting", name: 'original.game.mae_cents', colour: 'baseline' },
      {
        label: 'Ridge regression on base features',
        name: 'baseline.ridge_base.mae_cents',
        colour: 'baseline',
      },
      { label: 'Ridge regression on colours', name: 'baseline.ridge_colours.mae_cents', colour: 'baseline' },
      {
        label: 'The median price for every game',
        name: 'baseline.median.mae_cents',
        colour: 'baseline',
        difference: 'test.game.minus_median.mae_cents',
      },
      { label: 'The mean price for every game', name: 'baseline.mean.mae_cents', colour: 'baseline' },
      {
        label: 'A perfect reader of the pictures', // known of generated pictures only
        name: 'baseline.perfect_reader.mae_cents',
        colour: 'baseline',
        optional: true,
        rival: false,
      },
    ],
  },
  judged: {
    by: 'one split',
    count: 'split.test.games',
    items: 'test games',
    parts: { 'price band': 'giving every game the median price' },
  },
  against: ({ 'test.game.r2': r2, 'test.game.r2_log': ofLogs }) =>
    typeof r2 === 'number' && typeof ofLogs === 'number' && r2 < ofLogs
      ? [
          `**It explains ${formatPercent(Math.max(0, r2))} of how prices differ** (R², where 100% is perfect and the mean price has 0%). ` +
            `Of their logarithms, in which €1 and €2 lie as far apart as €10 and €20, it explains ${formatPercent(Math.max(0, ofLogs))}.`,
        ]
      : [],
  facts,
  cards: priceCards,
  files: [
    {
      file: 'games.csv',
      title: 'games.csv',
      about: 'the rows of the table that are used',
      needs: 'rows.read',
    },
  ],
};
