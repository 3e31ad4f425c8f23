import { byPriority, type ClassTable } from '../../data/classTable';
import type { UniqueClassData } from '../../data/copies';
import { parts } from '../../data/split';

/** Covers with the genres that they are given. */
export type ReadCovers = UniqueClassData & ClassTable & { priority: readonly string[] };

/** Covers of which those that look the same are used once, under the first genre that any of them has. */
export type GenreData = ReadCovers & { given: ReadCovers };

/** The covers with the genres of all that look the same: each counts as the first of them. */
export function resolveLabels(data: ReadCovers): GenreData {
  const { copies, priority, images } = data;
  const together = copies.flatMap(({ ids }) => {
    const found = ids.flatMap((id) => data.classesOf.get(id) ?? []);
    const all = byPriority(found, priority);
    return ids.map((id) => [id, all] as const);
  });
  const classesOf = new Map([...data.classesOf, ...together]);
  const labelOf = (id: string): string => classesOf.get(id)![0]!; // an item, with a class
  return {
    ...data,
    given: data,
    classesOf,
    items: data.items.map((item) => ({ ...item, label: labelOf(item.id) })),
    labels: images.index.columns.item.map(labelOf),
  };
}

/** Of each genre how many of the covers used have it, how many of these count as another because that one comes first, and how many are left. */
export function priorityTable({ classes, classesOf, split, priority }: GenreData) {
  const used = parts.flatMap((part) => split[part]).map((id) => classesOf.get(id) ?? []);
  return byPriority(classes, priority).map((genre) => {
    const named = used.filter((own) => own.includes(genre)).length;
    const counted = used.filter(([first]) => first === genre).length;
    return { genre, named, elsewhere: named - counted, counted };
  });
}
