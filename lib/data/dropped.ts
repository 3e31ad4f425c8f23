import type { Catalogue, DropReason } from '../studies/prices/catalogue';

/** How many rows were dropped for one reason, with a few of them as they are written in the file. */
export interface DroppedCount {
  reason: DropReason;
  rows: number;
  examples: string;
}

/** The dropped rows by reason, most frequent first; reasons that did not occur are left out. */
export function countDropped({ dropped }: Catalogue, examples = 3): DroppedCount[] {
  const groups = new Map<DropReason, string[]>();
  for (const { reason, line, id, price } of dropped) {
    const told = `line ${line}: appid "${id}", price "${price}"`;
    const group = groups.get(reason);
    if (group) group.push(told);
    else groups.set(reason, [told]);
  }
  return [...groups]
    .map(([reason, lines]) => ({ reason, rows: lines.length, examples: lines.slice(0, examples).join('; ') }))
    .sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
}
