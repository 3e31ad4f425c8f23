import type { Dropped } from '../core/concepts';

/** How much was dropped for one reason, with a few examples. */
export interface DroppedCount {
  reason: string;
  count: number;
  examples: string;
}

/** What was dropped by reason, most frequent first; of each reason the names of the first few. */
export function countDropped(dropped: readonly Dropped[], examples = 3): DroppedCount[] {
  const groups = new Map<string, string[]>();
  for (const { reason, name } of dropped) groups.set(reason, [...(groups.get(reason) ?? []), name]);
  return [...groups]
    .map(([reason, names]) => ({
      reason,
      count: names.length,
      examples: names.slice(0, examples).join('; '),
    }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
