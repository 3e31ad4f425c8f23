import { formatCount, formatNumber, formatPercent } from '../../report/format';
import { type Card, type Fact, intervalFact, inWords } from '../../report/study';
import { formatPrice } from './units';

const count = inWords(formatCount);
const euros = inWords(formatPrice);
const percent = inWords(formatPercent);

const dataSet: Fact = [
  'Data set',
  ['data.name'],
  (name) =>
    name === 'generated sample'
      ? 'generated sample: drawn by the project itself, its looks follow the price by a rule of our own'
      : String(name),
];

const part = (name: string): Fact => [
  `Games and pictures for ${name}`,
  [`split.${name}.games`, `split.${name}.images`],
  (games, images) => `${count(games)} with ${count(images)} pictures`,
];

const dataCard: Card = {
  file: 'data-card.md',
  title: 'Data card',
  about: 'what the data are, and what was left out',
  needs: 'rows.read',
  sections: {
    'Where they come from': [dataSet, ['Origin', ['data.origin']], ['Licence', ['data.licence']]],
    'Rows of the table': [
      ['Read', ['rows.read'], count],
      ['Used', ['rows.kept'], count],
    ],
    'Rows that were dropped, by reason': [{ counts: 'rows.dropped.' }],
    Pictures: [
      ['Used', ['images.read'], count],
      ['Not readable, left out', ['images.unreadable'], count],
    ],
    'Prices of the games used': [
      ['Currency', ['prices.currency']],
      ['Median', ['prices.median_cents'], euros],
      ['Highest', ['prices.max_cents'], euros],
      ['Free', ['prices.free_share'], percent],
      ['Highest that the outlier rule allows', ['outliers.max_cents'], euros],
    ],
    Parts: [
      'Whole games: all pictures of a game are in one part.',
      ...['training', 'validation', 'test'].map(part),
      ['Identical pictures in more than one part', ['leaks.identical'], count],
      ['Near-identical pictures in more than one part, not withheld', ['leaks.near_identical'], count],
    ],
  },
};

/** What the model can and cannot do, in the sections of Mitchell and others (Model Cards for Model Reporting, 2019). */
const modelCard: Card = {
  file: 'model-card.md',
  title: 'Model card: prices from screenshots',
  about: 'what the model can and cannot do',
  needs: 'test.game.mae_cents',
  sections: {
    'Model details': [
      [
        'Base',
        ['weights.architecture', 'weights.name', 'weights.source'],
        (network, name, source) => `${network}, ${name}, from ${source}`,
      ],
      ['SHA-256 of the base', ['weights.sha256']],
      ['Target', ['target.kind', 'target.why'], (kind, why) => `${kind}. ${why}`],
      ['Settings', ['model.settings']],
      dataSet,
      ['Seed', ['seed']],
    ],
    'Intended use': [
      'To find out how much of a game’s price can be read off its screenshots, in a course or a report. A price is predicted from each picture and averaged over the pictures of a game.',
      'Not for setting, negotiating or judging the price of a game, nor for judging the work of those who made it: it knows pictures and nothing else.',
    ],
    'Errors on test games': [
      'Each with its 95% interval, by bootstrap over games.',
      intervalFact('Mean absolute error per game', 'test.game.mae_cents', euros),
      intervalFact('R² of log prices', 'test.game.r2_log', inWords(formatNumber)),
      intervalFact('Mean absolute error of the median price', 'baseline.median.mae_cents', euros),
      intervalFact('Difference of the model and the median price', 'test.game.minus_median.mae_cents', euros),
    ],
    'Prediction intervals': [
      'Split conformal prediction, calibrated on validation games. These also chose the epoch and, unless a setting did, the target, so the promise is approximate, and the coverage is measured on test games.',
      ['Made for this share of the prices', ['intervals.confidence'], percent],
      intervalFact('Hold this share of those of test games', 'test.coverage', percent),
    ],
    Limits: [
      'Prices are those of one shop at one time, in one currency; discounts, age, genre and fame are not seen. Games that look alike get like prices, whatever they cost. Of games unlike those it was trained on the intervals promise nothing.',
      'Warnings of the run:',
      { warnings: true },
    ],
  },
};

export const priceCards: readonly Card[] = [dataCard, modelCard];
