import type { Layout } from '../../../report/charts';
import { linearAxis, type ValueScale } from '../../../report/valueScale';
import { formatEuros } from '../units';

/** Where a price stands on a logarithmic axis that has room for free games: log10(1 + cents). */
export const logPrice = (cents: number): number => Math.log10(1 + Math.max(0, cents));

/** A price without needless decimals, for axes: `€0.10`, `€5`, `€1,000`. */
export const shortEuros = (cents: number): string =>
  `${cents < 0 ? '−' : ''}€${Math.abs(cents / 100).toLocaleString('en-GB', { minimumFractionDigits: cents % 100 === 0 ? 0 : 2, maximumFractionDigits: 2 })}`;

const steps = [0, 10, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** The decades above the steps that are written out, up to `high` cents. */
function priceSteps(high: number): number[] {
  const values = [...steps];
  for (let value = 1_000_000; value <= high; value *= 10) values.push(value);
  return values;
}

/**
 * A logarithmic axis for prices already put through `logPrice`, labelled in euros, from `low` to `high` cents with a little room.
 * Labels that would stand too close to another are left out; `coarse` leaves only 0 and powers of ten, for a narrow page.
 */
function logAxis(title: string, low: number, high: number, coarse = false): Layout {
  const from = logPrice(low);
  const to = Math.max(logPrice(high), from + 0.5);
  const room = (to - from) * 0.04;
  const ticks = priceSteps(high * 1.2).filter((cents) => logPrice(cents) >= from - room);
  const gap = Math.max(0.22, (to - from) / 14);
  const kept = ticks.filter(
    (cents, i) => isRound(cents) || (!coarse && (i === 0 || clear(cents, ticks, gap))),
  );
  return {
    title: { text: title },
    range: [from - room, to + room],
    tickvals: kept.map(logPrice),
    ticktext: kept.map(shortEuros),
  };
}

/** 0 and powers of ten always keep their label. */
const isRound = (cents: number): boolean => cents === 0 || Number.isInteger(Math.log10(cents));

/** Whether a label stands clear of its labelled neighbours below and above. */
function clear(cents: number, ticks: readonly number[], gap: number): boolean {
  const at = logPrice(cents);
  return ticks.every((other) => other === cents || !isRound(other) || Math.abs(logPrice(other) - at) >= gap);
}

const words = { noun: 'price', items: ['game', 'games'], format: formatEuros } as const;

/** Prices in EUR cents on a logarithmic axis with room for free games. */
export const logPrices: ValueScale = { ...words, place: logPrice, axis: logAxis };

/** Prices and differences of prices in EUR cents on a linear axis. */
export const linearPrices: ValueScale = {
  ...words,
  place: (cents) => cents,
  axis: (title, low, high) => linearAxis(title, low, high, shortEuros),
};
