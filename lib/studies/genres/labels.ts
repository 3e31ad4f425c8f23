import { byPriority } from '../../data/classTable';
import type { Copies } from '../../data/copies';
import type { GenreData } from './data';

/** Covers that look the same, with all their genres, the one first under which they count; they are in conflict where there are several. Plain JSON. */
export interface LabelledGroup {
  ids: readonly string[];
  classes: readonly string[];
}

/** What covers that look the same are labelled, and what the order of priority makes of it. */
export const labelGroups = (
  copies: readonly Pick<Copies, 'ids'>[],
  classesOf: ReadonlyMap<string, readonly string[]>,
  priority: readonly string[],
): LabelledGroup[] =>
  copies.map(({ ids }) => {
    const classes = byPriority(
      ids.flatMap((id) => classesOf.get(id) ?? []),
      priority,
    );
    return { ids, classes };
  });

/** The covers with the genres of all that look the same: each counts as the first of them. */
export function resolveLabels(data: GenreData): GenreData {
  const groups = labelGroups(data.copies, data.classesOf, data.priority);
  const together = new Map(groups.flatMap(({ ids, classes }) => ids.map((id) => [id, classes] as const)));
  const classesOf = new Map([...data.classesOf].map(([id, own]) => [id, together.get(id) ?? own]));
  const labelOf = (id: string): string => classesOf.get(id)![0]!; // an item, with a class
  return {
    ...data,
    classesOf,
    items: data.items.map((item) => ({ ...item, label: labelOf(item.id) })),
    labels: data.images.index.columns.item.map(labelOf),
  };
}
