import type { Layout } from '../../../report/charts';
import { linearAxis, type ValueScale } from '../../../report/valueScale';
import { formatPrice } from '../units';

/** Where a price stands on a logarithmic axis that has room for free games: log10(1 + cents). */
export const logPrice = (cents: number): number => Math.log10(1 + Math.max(0, cents));

/** A price without needless decimals, for axes: `€0.10`, `€5`, `€1,000`. */
export const shortPrice = (cents: number): string => formatPrice(cents).replace(/\.00$/, '');

/** A logarithmic axis for prices put through `logPrice`, from `low` to `high` cents, with fewer ticks where it is `coarse`. */
function logAxis(title: string, low: number, high: number, coarse = false): Layout {
  const from = logPrice(low);
  const to = Math.max(logPrice(high), from + 0.5);
  const room = (to - from) * 0.04;
  const factors = coarse || to - from > 4.2 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: Math.ceil(to) }, (_, i) => 10 ** (i + 1)).filter(
    (power) => !coarse || to - from < 6 || Math.log10(power) % 2 === 0,
  );
  const steps = powers.flatMap((power) => (power < 100 ? power : factors.map((factor) => factor * power)));
  const ticks = [0, ...steps].filter((cents) => logPrice(cents) >= from - room && cents <= high * 1.2);
  return {
    title: { text: title },
    range: [from - room, to + room],
    tickvals: ticks.map(logPrice),
    ticktext: ticks.map(shortPrice),
  };
}

const words = { noun: 'price', items: ['game', 'games'], format: formatPrice } as const;

/** Prices in EUR cents on a logarithmic axis with room for free games. */
export const logPrices: ValueScale = { ...words, place: logPrice, axis: logAxis };

/** Prices and differences of prices in EUR cents on a linear axis. */
export const linearPrices: ValueScale = {
  ...words,
  place: (cents) => cents,
  axis: (title, low, high) => linearAxis(title, low, high, shortPrice),
};
