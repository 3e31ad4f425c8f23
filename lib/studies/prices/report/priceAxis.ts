import type { Layout, Trace } from '../../../report/charts';

/** Where a price stands on a logarithmic axis that has room for free games: log10(1 + cents). */
export const logPrice = (cents: number): number => Math.log10(1 + Math.max(0, cents));

const steps = [0, 10, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** A price without needless decimals, for axes: `€0.10`, `€5`, `€1,000`. */
export const shortEuros = (cents: number): string =>
  `${cents < 0 ? '−' : ''}€${Math.abs(cents / 100).toLocaleString('en-GB', { minimumFractionDigits: cents % 100 === 0 ? 0 : 2, maximumFractionDigits: 2 })}`;

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
export function logPriceAxis(title: string, low: number, high: number, coarse = false): Layout {
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

/** A linear axis of prices in cents, labelled in euros. */
export function priceAxis(title: string, high: number, low = 0): Layout {
  const step = niceStep((high - low) / 6);
  const first = Math.ceil(low / step) * step;
  const count = Math.floor((high * 1.05 - first) / step) + 1;
  const values = Array.from({ length: Math.max(1, count) }, (_, i) => first + i * step);
  return { title: { text: title }, tickvals: values, ticktext: values.map(shortEuros) };
}

/** The smallest of 1, 2 or 5 times a power of ten that is not below `width`. */
export function niceStep(width: number): number {
  if (!(width > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  return (
    [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= width * (1 - 1e-9)) ?? 10 * power
  );
}

/** The lowest and the highest value; 0 and 1 when there is none. Spreading a long array into Math.min would overflow the stack. */
export function extent(values: readonly number[]): { low: number; high: number } {
  if (values.length === 0) return { low: 0, high: 1 };
  return {
    low: values.reduce((a, b) => Math.min(a, b)),
    high: values.reduce((a, b) => Math.max(a, b)),
  };
}

/** A dashed line across the chart at a height of its vertical axis. */
export const levelLine = (y: number, color = '@muted'): Layout => ({
  type: 'line',
  xref: 'paper',
  x0: 0,
  x1: 1,
  y0: y,
  y1: y,
  line: { color, width: 1.5, dash: 'dash' },
});

/** The dashed line on which two prices (EUR cents) on logarithmic axes are equal. */
export const diagonal = (low: number, high: number): Trace => ({
  type: 'scatter',
  mode: 'lines',
  x: [logPrice(low), logPrice(high)],
  y: [logPrice(low), logPrice(high)],
  line: { color: '@muted', width: 1, dash: 'dash' },
  hoverinfo: 'skip',
});
