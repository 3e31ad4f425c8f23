import type { Calibration } from '../../../metrics/conformal';
import type { Headline } from '../../../metrics/headline';
import type { ModelResult } from '../../../metrics/modelComparison';
import type { Proportion } from '../../../metrics/proportion';
import { formatCount, formatNumber, formatPercent, formatSeconds } from '../../../report/format';
import {
  ifKnown,
  MISSING,
  markdownCard,
  markdownCode,
  markdownFacts,
  markdownTable,
  markdownText,
} from '../../../report/markdown';
import type { PriceBand } from '../bands';
import { formatEuros } from '../units';
import { formatInterval, headlineRows, modelRowColumns, modelRows } from './headlines';

/** What a run knows of its model; null where it does not. */
export interface ModelRecord {
  /** Name of the data set, whose card stands beside this one. */
  data: string;
  generated: boolean;
  /** The frozen base and its weights: their name, where they come from and their SHA-256. */
  base: {
    name: string;
    alpha: number;
    imageSize: number;
    weights: string;
    source: string;
    sha256: string;
  } | null;
  /** What the model learns, such as `log1p`. */
  target: string | null;
  /** The head's layers in their order, one word or line each, and how many numbers it learns. */
  head: { layers: readonly string[]; parameters: number } | null;
  /** Settings of the training by name, as they were given. */
  settings: Readonly<Record<string, string | number | boolean>> | null;
  training: {
    games: number;
    pictures: number;
    epochs: number;
    bestEpoch: number;
    seconds: number;
  } | null;
  /** The model per game and per picture. */
  headline: { game: Headline; image: Headline; games: number; pictures: number } | null;
  /** The model beside others on the same test games. */
  models: readonly ModelResult[] | null;
  bands: readonly PriceBand[] | null;
  intervals: { calibration: Calibration; coverage: Proportion } | null;
  /** Warnings that the run gave, as sentences; empty when it gave none. */
  warnings: readonly string[] | null;
  seed: number | null;
  /** Versions by name: of the runtime, the libraries, the backend. */
  versions: Readonly<Record<string, string>> | null;
}

/**
 * The card of a model as Markdown, in the sections of Mitchell et al. (Model Cards for Model Reporting, 2019): every figure is the
 * record's, and what it does not know is named as not recorded.
 */
export const modelCard = (model: ModelRecord): string =>
  markdownCard('Model card: prices from screenshots', [
    ['Model details', detailsText(model)],
    ['Intended use', useText(model)],
    ['Metrics', metricsText(model)],
    ['Beside other models', modelsText(model)],
    ['By price', bandsText(model)],
    ['Prediction intervals', intervalsText(model)],
    ['Training and evaluation data', dataText(model)],
    ['Limits', limitsText(model)],
    ['To make it again', againText(model)],
  ]);

const detailsText = ({ base, target, head, settings, training }: ModelRecord): string =>
  markdownFacts([
    [
      'Base, frozen',
      ifKnown(
        base,
        ({ name, alpha, imageSize }) =>
          `${markdownText(name)}, alpha ${alpha}, ${imageSize} × ${imageSize} pixels`,
      ),
    ],
    [
      'Weights of the base',
      ifKnown(
        base,
        ({ weights, source, sha256 }) =>
          `${markdownText(weights)}, from ${markdownText(source)}, SHA-256 ${markdownCode(sha256)}`,
      ),
    ],
    ['Target', ifKnown(target, markdownText)],
    ['Head', ifKnown(head, ({ layers }) => layers.map(markdownText).join(' → '))],
    ['Parameters of the head', ifKnown(head, ({ parameters }) => formatCount(parameters))],
    ['Settings', ifKnown(settings, (known) => namedValues(known))],
    [
      'Epochs',
      ifKnown(
        training,
        ({ epochs, bestEpoch }) => `${epochs}, of which ${bestEpoch} is the best and was kept`,
      ),
    ],
    ['Time of training', ifKnown(training, ({ seconds }) => formatSeconds(seconds))],
  ]);

const namedValues = (values: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${markdownText(name)} ${markdownText(String(value))}`)
    .join(', ');

const useText = ({ generated }: ModelRecord): string =>
  [
    'To find out how much of a game’s price can be read off its screenshots, in a course or a report. A price is predicted from each picture and averaged over the pictures of a game.',
    'Not for setting, negotiating or judging the price of a game, nor for judging the work of those who made it: it knows pictures and nothing else.',
    ...(generated ? ['Learnt from generated pictures: it says nothing of games that exist.'] : []),
  ].join('\n\n');

function metricsText({ headline }: ModelRecord): string {
  if (headline === null) return MISSING;
  const { game, image, games, pictures } = headline;
  const { confidence, resamples } = game.mae;
  return [
    `On ${formatCount(games)} test games with ${formatCount(pictures)} pictures, with ${formatPercent(confidence, 0)} intervals by ${formatCount(resamples)} bootstrap resamples of games.`,
    markdownTable(
      ['Measure', 'Per game', 'Per picture'],
      headlineRows(game, image).map((row) => [row.measure, row.game, row.image]),
    ),
  ].join('\n\n');
}

function modelsText({ models }: ModelRecord): string {
  if (models === null) return MISSING;
  const columns = Object.keys(modelRowColumns) as (keyof typeof modelRowColumns)[];
  return [
    'On the same test games and resamples of them; differences are paired.',
    markdownTable(
      columns.map((key) => modelRowColumns[key]),
      modelRows(models).map((row) =>
        columns.map((key) => (key === 'model' ? markdownText(row[key]) : row[key])),
      ),
    ),
  ].join('\n\n');
}

const bandsText = ({ bands }: ModelRecord): string | null =>
  ifKnown(bands, (known) =>
    markdownTable(
      ['True price', 'Games', 'MAE', 'Predicted too high by'],
      known.map(({ low, high, games, mae, bias }) => [
        `${formatEuros(low)} to ${formatEuros(high)}`,
        formatCount(games),
        formatEuros(mae),
        formatEuros(bias),
      ]),
    ),
  );

function intervalsText({ intervals }: ModelRecord): string {
  if (intervals === null) return MISSING;
  const { calibration, coverage } = intervals;
  const { confidence, count: games, reach, warning } = calibration;
  const width =
    reach === null
      ? markdownText(warning ?? MISSING)
      : `an interval reaches from ${formatNumber(Math.exp(-reach.below), 2)} to ${formatNumber(Math.exp(reach.above), 2)} times the prediction.`;
  return [
    `Split conformal prediction at ${formatPercent(confidence, 0)}, calibrated on the log residuals of ${formatCount(games)} validation games: ${width}`,
    `Of ${formatCount(coverage.count)} test games ${formatCount(coverage.successes)} have their price within: ${formatInterval({ estimate: coverage.share, ...coverage }, formatPercent)} with its ${formatPercent(coverage.confidence, 0)} interval.`,
    'Validation games also chose the epoch and, unless a setting did, the target, so the promise is approximate, and the coverage is measured on test games.',
  ].join('\n\n');
}

const dataText = ({ data, training }: ModelRecord): string =>
  markdownFacts([
    ['Data set', `${markdownText(data)}; see its card`],
    ['Training games', ifKnown(training, ({ games }) => formatCount(games))],
    ['Training pictures, copies included', ifKnown(training, ({ pictures }) => formatCount(pictures))],
  ]);

const limitsText = ({ warnings }: ModelRecord): string =>
  [
    'Prices are those of one shop at one time, in one currency; discounts, age, genre and fame are not seen. Games that look alike get like prices, whatever they cost. ' +
      'Of games unlike those it was trained on the intervals promise nothing.',
    warnings === null
      ? `Warnings of the run: ${MISSING}`
      : warnings.length === 0
        ? 'The run gave no warnings.'
        : ['Warnings of the run:', '', ...warnings.map((warning) => `- ${markdownText(warning)}`)].join('\n'),
  ].join('\n\n');

const againText = ({ seed, versions }: ModelRecord): string =>
  markdownFacts([
    ['Seed', ifKnown(seed, String)],
    ['Versions', ifKnown(versions, (known) => namedValues(known))],
  ]);
