import { type Calibration, valueInterval } from '../../../metrics/conformal';
import type { PredictedValue } from '../../../metrics/regression';
import { barChart } from '../../../report/barCharts';
import type { Chart } from '../../../report/charts';
import { formatCount } from '../../../report/format';
import { predictionIntervals } from '../../../report/itemCharts';
import { extent } from '../../../report/valueScale';
import type { errorByPriceBand } from '../bands';
import { type AppId, formatPrice } from '../units';
import { linearPrices, logPrices } from './priceScale';

/** Games with their predictions, the intervals that a calibration gives them, and their true prices. */
export const priceIntervals = (
  games: readonly (PredictedValue & { id: AppId })[],
  calibration: Calibration,
  titles: ReadonlyMap<AppId, string>,
): Chart =>
  predictionIntervals(
    games.map(({ id, truth, predicted }) => ({
      ...valueInterval(calibration, predicted),
      ...{ title: titles.get(id) ?? id, truth, predicted },
    })),
    calibration.confidence,
    logPrices,
  );

/** The mean absolute error in each band of true prices, beside that of a reference on the same games. */
export function priceBandErrors(
  bands: ReturnType<typeof errorByPriceBand>,
  reference: { label: string; bands: typeof bands },
): Chart {
  const names = bands.map(({ low, high }) =>
    low === high ? formatPrice(low) : `${formatPrice(low)}–${formatPrice(high)}`,
  );
  const counted = bands.map(({ games }, i) => `${names[i]}\n(${formatCount(games)} games)`);
  const errors = bands.map(({ mae }, i) => [mae, reference.bands[i]?.mae ?? Number.NaN]);
  const valueLabel = 'Mean absolute error';
  const [cheapest, dearest] = [bands[0]?.bias ?? 0, bands.at(-1)?.bias ?? 0];
  const title =
    cheapest > 0 && dearest < 0
      ? 'Cheap games are predicted too dear, dear ones too cheap'
      : 'Error by price';
  const bars = barChart(counted, ['this model', reference.label], errors, {
    ...{ title, categoryLabel: 'True price', valueLabel, format: formatPrice },
    colours: ['@prediction', '@baseline'],
  });
  const biases = bands.map(({ bias }, i) => `${names[i]} by ${formatPrice(bias)}`);
  return {
    ...bars,
    alt: `${bars.alt} On average predicted too high: ${biases.join('; ')}.`,
    layout: { ...bars.layout, yaxis: linearPrices.axis(valueLabel, 0, extent(errors.flat()).high) },
    narrow: { xaxis: { tickfont: { size: 9 } } },
  };
}
