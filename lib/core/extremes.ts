/** The smallest number, ∞ of none. Unlike Math.min it takes any number of values: a call has room for some 100,000 arguments. */
export function smallest(values: Iterable<number>): number {
  let found = Infinity;
  for (const value of values) found = Math.min(found, value);
  return found;
}

/** The largest number, −∞ of none. */
export function largest(values: Iterable<number>): number {
  let found = -Infinity;
  for (const value of values) found = Math.max(found, value);
  return found;
}
