import type { Part } from '../core/concepts';
import { parts } from './split';

/** A picture as it is used. */
export interface UsedPicture {
  /** Of its item. */
  id: string;
  file: string;
  part: Part;
}

export interface LeakRow extends UsedPicture {
  /** Equal for pictures that are equal pixel by pixel, different for all others. */
  hash: string;
}

/** Items with pictures in two or more parts, and pictures in two or more parts with every item that shows them. Plain JSON. */
export interface Leaks {
  items: { id: string; parts: Part[] }[];
  pictures: { hash: string; parts: Part[]; pictures: UsedPicture[] }[];
}

/** Finds items and identical pictures (by hash) that are in two parts, in the order in which the rows first name them. */
export const findLeaks = (rows: readonly LeakRow[]): Leaks => ({
  items: groupsAcrossParts(rows, ({ id }) => id).map(({ key, parts }) => ({ id: key, parts })),
  pictures: groupsAcrossParts(rows, ({ hash }) => hash).map(({ key, ...group }) => ({ hash: key, ...group })),
});

/** The pictures of each group that lies in more than one part, groups and pictures in the order of the rows. */
function groupsAcrossParts(
  rows: readonly LeakRow[],
  keyOf: (row: LeakRow) => string,
): { key: string; parts: Part[]; pictures: UsedPicture[] }[] {
  const groups = new Map<string, UsedPicture[]>();
  rows.forEach((row) => {
    const { id, file, part } = row;
    const key = keyOf(row);
    groups.set(key, [...(groups.get(key) ?? []), { id, file, part }]);
  });
  return [...groups]
    .map(([key, pictures]) => ({ key, parts: partsOf(pictures), pictures }))
    .filter((group) => group.parts.length > 1);
}

/** The parts in which the pictures lie, in their order. */
export const partsOf = (pictures: readonly Pick<UsedPicture, 'part'>[]): Part[] =>
  parts.filter((part) => pictures.some((picture) => picture.part === part));
