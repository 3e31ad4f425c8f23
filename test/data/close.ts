import { expect } from 'vitest';

/** Expects numbers equal within a relative tolerance (an absolute one where 0 is expected); 1e-12 leaves room for sums taken in
 * another order, and for nothing else. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative = 1e-12): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const limit = relative * (Math.abs(expected[i]!) || 1);
    if (!(Math.abs(actual[i]! - expected[i]!) <= limit)) {
      expect.fail(`Number ${i} is ${actual[i]}, expected ${expected[i]} within ${limit}.`);
    }
  }
}

/** What a `ReportError` with this code looks like to `toThrow`. */
export const withCode = (code: string): unknown => expect.objectContaining({ name: 'ReportError', code });
