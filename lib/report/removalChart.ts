import { argMax } from '../core/extremes';
import type { BootstrapOptions } from '../metrics/intervals';
import { bootstrapMean } from '../metrics/intervals';
import { type Chart, seriesColour } from './charts';
import { formatInterval, formatNumber, formatPercent } from './format';
import { band, line } from './traces';

/** What happens to scores while more and more of each picture is removed in one order. */
export interface RemovalCurves {
  name: string;
  /** For each picture its score after each of equal steps, from the whole picture to none of it. */
  scores: readonly (readonly number[])[];
}

/** Mean scores by the share of the pixels that has been removed: a line for each order with its 95% interval over pictures. */
export function removalChart(
  curves: readonly RemovalCurves[],
  score: string,
  options: BootstrapOptions,
): Chart {
  const means = curves.map(({ name, scores }) => {
    const steps = [...(scores[0] ?? []).keys()];
    const at = steps.map((step) =>
      bootstrapMean(
        scores.map((own) => own[step]!),
        options,
      ),
    ); // as many steps each
    return { name, shares: steps.map((step) => step / (steps.length - 1)), at };
  });
  const half = (at: readonly { estimate: number }[]): string =>
    formatNumber(at[Math.floor(at.length / 2)]?.estimate);
  const fastest = means[argMax(means.map(({ at }) => -at.reduce((sum, one) => sum + one.estimate, 0)))];
  return {
    title: `${score} while pixels are removed: it falls fastest in the order “${fastest?.name}”`,
    alt: means
      .map(
        ({ name, at }) => `${name}: from ${formatNumber(at[0]?.estimate)} to ${half(at)} with half removed.`,
      )
      .join(' '),
    traces: means.flatMap(({ name, shares, at }, i) => {
      const [low, high, y] = (['low', 'high', 'estimate'] as const).map((end) => at.map((one) => one[end]));
      const words = at.map((one) => formatInterval(one, formatNumber));
      const color = seriesColour(i);
      return [
        ...band(shares, low!, high!, color), // three ends
        line({ name, x: shares, y: y!, words, hover: `${name}: %{customdata}` }, { color }),
      ];
    }),
    layout: {
      xaxis: { title: { text: 'Share removed' }, tickformat: '.0%' },
      yaxis: { title: { text: score } },
    },
    table: {
      columns: ['Order', 'Removed', score, 'From', 'To'],
      rows: means.flatMap(({ name, shares, at }) =>
        at.map(({ estimate, low, high }, i) => [
          name,
          formatPercent(shares[i], 0),
          ...[estimate, low, high].map((value) => formatNumber(value)),
        ]),
      ),
    },
  };
}
