import type { Chart } from '../../../report/charts';
import { formatCount } from '../../../report/format';
import type { PredictionBand, PriceBand } from '../bands';
import { formatEuros } from '../units';
import { groupedBars } from './barCharts';
import { diagonal, extent, logPrice, logPriceAxis, priceAxis } from './priceAxis';

/**
 * The mean absolute error in each band of true prices, beside that of a reference in the same bands, such as the median price; both lists
 * must be of the same games.
 */
export function priceBandErrors(
  bands: readonly PriceBand[],
  reference: { label: string; bands: readonly PriceBand[] },
  title = 'Error by price',
): Chart {
  const names = bands.map(({ low, high }) =>
    low === high ? formatEuros(low) : `${formatEuros(low)}–${formatEuros(high)}`,
  );
  const counted = bands.map(({ games }, i) => `${names[i]} (${formatCount(games)} games)`);
  const errors = bands.map(({ mae }, i) => [mae, reference.bands[i]?.mae ?? Number.NaN]);
  const bars = groupedBars(counted, ['this model', reference.label], errors, {
    title,
    categoryLabel: 'True price',
    valueLabel: 'Mean absolute error',
    format: formatEuros,
  });
  return {
    ...bars,
    layout: { ...bars.layout, yaxis: priceAxis('Mean absolute error', extent(errors.flat()).high) },
    narrow: { xaxis: { tickfont: { size: 9 } } },
    table: {
      columns: ['True price', 'Games', 'MAE', 'Predicted too high by', `MAE, ${reference.label}`],
      rows: bands.map(({ games, mae, bias }, i) => [
        names[i] ?? '',
        games,
        formatEuros(mae),
        formatEuros(bias),
        formatEuros(reference.bands[i]?.mae),
      ]),
    },
  };
}

/**
 * Calibration: the mean true price of each group of predictions over the mean predicted one, both logarithmic, with its interval. On the
 * dashed diagonal predictions can be taken at their word.
 */
export function calibrationCurve(
  groups: readonly PredictionBand[],
  title = 'Predicted prices and what such games cost',
): Chart {
  const { low, high } = extent(
    groups.flatMap(({ predicted, actual }) => [predicted, actual.low, actual.high]),
  );
  const words = groups.map(
    ({ games, predicted, actual }) =>
      `${formatCount(games)} games predicted at ${formatEuros(predicted)} cost ${formatEuros(actual.estimate)} (${formatEuros(actual.low)} to ${formatEuros(actual.high)})`,
  );
  const y = groups.map(({ actual }) => logPrice(actual.estimate));
  return {
    title,
    alt: `Groups of test games by predicted price, each with the means of predicted and true price: ${words.join('; ')}.`,
    traces: [
      diagonal(low, high),
      {
        type: 'scatter',
        mode: 'lines+markers',
        x: groups.map(({ predicted }) => logPrice(predicted)),
        y,
        error_y: {
          type: 'data',
          symmetric: false,
          array: groups.map(({ actual }, i) => logPrice(actual.high) - y[i]!), // one for each group, as below
          arrayminus: groups.map(({ actual }, i) => y[i]! - logPrice(actual.low)),
          color: '@prediction/0.6',
          thickness: 1.5,
          width: 4,
        },
        customdata: words,
        hovertemplate: '%{customdata}<extra></extra>',
        line: { color: '@prediction', width: 1.5 },
        marker: { color: '@prediction', size: 8 },
      },
    ],
    layout: {
      hovermode: 'closest',
      xaxis: logPriceAxis('Mean predicted price', low, high),
      yaxis: logPriceAxis('Mean true price', low, high),
    },
    narrow: { xaxis: logPriceAxis('Mean predicted price', low, high, true) },
    height: 440,
    narrowHeight: 380,
    table: {
      columns: ['Games', 'Mean predicted', 'Mean true', 'From', 'To'],
      rows: groups.map(({ games, predicted, actual }) => [
        games,
        formatEuros(predicted),
        formatEuros(actual.estimate),
        formatEuros(actual.low),
        formatEuros(actual.high),
      ]),
    },
  };
}
