import { ReportError } from '../core/errors';
import { largest } from '../core/extremes';

/** A float64 copy of `values`; `what` names them in the message. Throws `BAD_INPUT` for none or one that is not finite. */
export function finiteNumbers(values: ArrayLike<number>, what: string): Float64Array {
  if (values.length === 0) {
    throw new ReportError('BAD_INPUT', `There are no ${what}: at least one number is needed.`);
  }
  return requireAll(Float64Array.from(values), what, Number.isFinite, 'every one must be finite');
}

/** `finiteNumbers` for amounts of which none may be negative, such as sums of money. Throws `BAD_INPUT`. */
export function amounts(values: ArrayLike<number>, what: string): Float64Array {
  return requireAll(finiteNumbers(values, what), what, (value) => value >= 0, 'none may be negative');
}

function requireAll(all: Float64Array, what: string, fits: (value: number) => boolean, rule: string) {
  const wrong = all.findIndex((value) => !fits(value));
  if (wrong < 0) return all;
  throw new ReportError(
    'BAD_INPUT',
    `Number ${wrong + 1} of the ${all.length} ${what} is ${all[wrong]}: ${rule}.`,
  );
}

/** Arithmetic mean. `values` must not be empty. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!; // in range
  return sum / values.length;
}

/** Population variance (divided by the count, numpy's ddof 0), in two passes. `values` must not be empty. */
export function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2; // in range
  return sum / values.length;
}

/** Population standard deviation, in the unit of the values. `values` must not be empty. */
export const deviation = (values: ArrayLike<number>): number => Math.sqrt(variance(values));

/** True when all values are the same number. Exact, where a computed variance may be a rounding error above zero. */
export function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Probabilities of logits: their powers of e, divided by the sum. */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const highest = largest(values);
  const powers = values.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Some rows of a table of numbers with so many columns. */
export function gather<T extends Float32Array | Uint8Array>(
  values: T,
  columns: number,
  rows: readonly number[],
): T {
  const found = new (values.constructor as new (length: number) => T)(rows.length * columns); // of the same kind
  rows.forEach((row, i) => {
    found.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return found;
}
