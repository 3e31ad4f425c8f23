import type { Dropped } from '../core/concepts';

/** What was dropped by reason, most frequent first; of each reason the names of the first few. */
export function countDropped(dropped: readonly Dropped[]) {
  const counts = [...new Set(dropped.map(({ reason }) => reason))].map((reason) => {
    const names = dropped.filter((one) => one.reason === reason).map(({ name }) => name);
    return { reason, count: names.length, examples: names.slice(0, 3).join('; ') };
  });
  return counts.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
