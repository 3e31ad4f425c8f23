import { ReportError } from './errors';

/** Results of `fn` in the order of the items, of which at most `limit` are begun and not yet handed out. Ends with the first error or `INTERRUPTED`. */
export async function* streamBounded<T, R>(
  items: readonly T[],
  limit: number,
  fn: (item: T, index: number) => Promise<R>,
  { signal }: { signal?: AbortSignal } = {},
): AsyncGenerator<R, void, undefined> {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ReportError('BAD_INPUT', `The limit of a pool is ${limit}, expected a whole number from 1.`);
  }
  const begun: Promise<R>[] = [];
  try {
    for (let next = 0; next < items.length || begun.length > 0; ) {
      throwIfAborted(signal);
      while (next < items.length && begun.length < limit) {
        const work = fn(items[next]!, next++); // in range by the loop's condition
        work.catch(() => {}); // reported when its turn comes; until then Node would call it unhandled
        begun.push(work);
      }
      const result = await begun[0]!; // the loop above has begun at least one
      begun.shift();
      throwIfAborted(signal);
      yield result;
    }
  } finally {
    await Promise.allSettled(begun);
  }
}

/** Throws `INTERRUPTED` once `signal` is aborted, with its reason as the cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  const advice = 'Interrupted: what was finished before is kept, run again to go on.';
  throw new ReportError('INTERRUPTED', advice, { cause: signal.reason });
}

/** All results of `streamBounded` as one list; for results small enough to be held together. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  fn: (item: T, index: number) => Promise<R>,
  options: { signal?: AbortSignal } = {},
): Promise<R[]> {
  const results: R[] = [];
  for await (const result of streamBounded(items, limit, fn, options)) results.push(result);
  return results;
}
