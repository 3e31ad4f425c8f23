import type { Card } from '../../report/card';
import { formatCount, formatNumber, formatPercent, formatSeconds } from '../../report/format';
import type { Fact } from '../../report/study';
import { formatEuros } from './units';

type Value = string | number;

const count = (value: Value): string => formatCount(Number(value));
const euros = (value: Value): string => formatEuros(Number(value));
const percent = (value: Value): string => formatPercent(Number(value));
const number = (value: Value): string => formatNumber(Number(value));

const sentenceOf = (data: Value): string =>
  data === 'generated sample'
    ? 'generated sample: drawn by the project itself, its looks follow the price by a rule of our own'
    : String(data);

/** A figure with its interval: `€5.12 (€4.80 to €5.50)`. */
const interval = (label: string, name: string, format: (value: Value) => string): Fact => [
  label,
  [name, `${name}.low`, `${name}.high`],
  (estimate, low, high) => `${format(estimate)} (${format(low)} to ${format(high)})`,
];

const part = (name: string): Fact => [
  `Games and pictures for ${name}`,
  [`split.${name}.games`, `split.${name}.images`],
  (games, images) => `${count(games)} with ${count(images)} pictures`,
];

/** What the data are, and what was left out. */
const dataCard: Card = {
  file: 'data-card.md',
  title: 'Data card',
  about: 'what the data are, and what was left out',
  needs: 'rows.read',
  sections: [
    {
      heading: 'Where they come from',
      facts: [
        ['Data set', ['data.name'], sentenceOf],
        ['Origin', ['data.origin'], String],
        ['Licence', ['data.licence'], String],
      ],
    },
    {
      heading: 'Rows of the table',
      facts: [
        ['Read', ['rows.read'], count],
        ['Used', ['rows.kept'], count],
      ],
    },
    { heading: 'Rows that were dropped, by reason', counts: 'rows.dropped.' },
    {
      heading: 'Pictures',
      facts: [
        ['Used', ['images.read'], count],
        ['Not readable, left out', ['images.unreadable'], count],
        ['Prepared as', ['image.size'], (size) => `${size} × ${size} pixels, proportions kept`],
      ],
    },
    {
      heading: 'Prices of the games used',
      facts: [
        ['Mean', ['prices.mean_cents'], euros],
        ['Median', ['prices.median_cents'], euros],
        ['Highest', ['prices.max_cents'], euros],
        ['Free', ['prices.free_share'], percent],
        [
          'Outlier rule',
          ['outliers.rule', 'outliers.max_cents'],
          (rule, most) => `${rule}, at most ${euros(most)}`,
        ],
        ['Games removed by it', ['outliers.removed'], count],
      ],
    },
    {
      heading: 'Parts',
      text: ['Whole games: all pictures of a game are in one part.'],
      facts: [
        ...['training', 'validation', 'test'].map(part),
        ['Seed of the split', ['seed'], String],
        ['Games in more than one part', ['leaks.items'], count],
        ['Identical pictures in more than one part', ['leaks.identical'], count],
        ['Pictures withheld for that from the earlier part', ['leaks.withheld'], count],
        ['Near-identical pictures in more than one part, not withheld', ['leaks.near_identical'], count],
      ],
    },
  ],
};

/** What the model can and cannot do, in the sections of Mitchell and others (Model Cards for Model Reporting, 2019). */
const modelCard: Card = {
  file: 'model-card.md',
  title: 'Model card: prices from screenshots',
  about: 'what the model can and cannot do',
  needs: 'test.game.mae_cents',
  sections: [
    {
      heading: 'Model details',
      facts: [
        [
          'Base',
          ['weights.name', 'weights.source'],
          (name, source) => `MobileNetV2, ${name}, from ${source}`,
        ],
        ['SHA-256 of the base', ['weights.sha256'], String],
        ['Target', ['target.kind', 'target.why'], (kind, why) => `${kind}. ${why}`],
        ['Settings', ['model.settings'], String],
        [
          'Epochs',
          ['training.epochs', 'training.best_epoch'],
          (epochs, best) => `${epochs}, of which ${best} is the best and was kept`,
        ],
        ['Time of training', ['training.seconds'], (seconds) => formatSeconds(Number(seconds))],
        ['Data set', ['data.name'], sentenceOf],
        ['Seed', ['seed'], String],
        ['Backend', ['backend'], String],
      ],
    },
    {
      heading: 'Intended use',
      text: [
        'To find out how much of a game’s price can be read off its screenshots, in a course or a report. A price is predicted from each picture and averaged over the pictures of a game.',
        'Not for setting, negotiating or judging the price of a game, nor for judging the work of those who made it: it knows pictures and nothing else.',
      ],
    },
    {
      heading: 'Errors on test games',
      text: ['Each with its 95% interval, by bootstrap over games.'],
      facts: [
        interval('Mean absolute error per game', 'test.game.mae_cents', euros),
        interval('Mean absolute error per picture', 'test.image.mae_cents', euros),
        interval('Root mean squared error per game', 'test.game.rmse_cents', euros),
        interval('R² of log prices', 'test.game.r2_log', number),
        interval('Rank correlation', 'test.game.spearman', number),
        interval('Within ±50% of the price', 'test.game.within_50', percent),
        interval('The same of the median price', 'baseline.median.mae_cents', euros),
        interval('Difference of the two', 'test.game.minus_median.mae_cents', euros),
      ],
    },
    {
      heading: 'Prediction intervals',
      text: [
        'Split conformal prediction, calibrated on validation games. These also chose the epoch and, unless a setting did, the target, so the promise is approximate, and the coverage is measured on test games.',
      ],
      facts: [
        ['Made for this share of the prices', ['intervals.confidence'], percent],
        interval('Hold this share of those of test games', 'test.coverage', percent),
      ],
    },
    {
      heading: 'Limits',
      text: [
        'Prices are those of one shop at one time, in one currency; discounts, age, genre and fame are not seen. Games that look alike get like prices, whatever they cost. Of games unlike those it was trained on the intervals promise nothing.',
        'Warnings of the run:',
      ],
      warnings: true,
    },
  ],
};

/** The cards of the study of prices. */
export const priceCards: readonly Card[] = [dataCard, modelCard];
