import { largest, smallest } from '../core/extremes';
import type { Layout } from './charts';
import { formatPercent } from './format';

/** How the values of a study read and stand on an axis. */
export interface ValueScale {
  /** What a value is called. */
  noun: string;
  /** What the things are called that have a value. */
  items: readonly [one: string, several: string];
  format: (value: number | null | undefined) => string;
  /** Where a value stands on the axis. */
  place: (value: number) => number;
  /** The axis from the lowest to the highest value; `coarse` has fewer labels, for a narrow page. */
  axis: (title: string, low: number, high: number, coarse?: boolean) => Layout;
}

/** The first letter of a sentence or label made large. */
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** The smallest of 1, 2 or 5 times a power of ten that is not below `width`. */
export function niceStep(width: number): number {
  if (!(width > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  const steps = [1, 2, 5, 10].map((factor) => factor * power);
  return steps.find((step) => step >= width * (1 - 1e-9)) ?? 10 * power;
}

/** A linear axis with a label at each round value, written by `short`. */
export function linearAxis(
  title: string,
  low: number,
  high: number,
  short: (value: number) => string,
): Layout {
  const step = niceStep((high - low) / 6);
  const first = Math.ceil(low / step) * step;
  const count = Math.floor((high * 1.05 - first) / step) + 1;
  const values = Array.from({ length: Math.max(1, count) }, (_, i) => first + i * step);
  return { title: { text: title }, tickvals: values, ticktext: values.map(short) };
}

/** The lowest and the highest value; 0 and 1 when there is none. Spreading a long array into Math.min would overflow the stack. */
export function extent(values: readonly number[]): { low: number; high: number } {
  if (values.length === 0) return { low: 0, high: 1 };
  return { low: smallest(values), high: largest(values) };
}

/** Shares from 0 to 1, in per cent on a linear axis. */
export const shares = (noun: string, items: ValueScale['items']): ValueScale => ({
  ...{ noun, items, format: formatPercent },
  place: (share) => share,
  axis: (title, low, high) => linearAxis(title, low, high, (share) => formatPercent(share, 0)),
});
