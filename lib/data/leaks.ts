import type { Part } from '../core/concepts';
import { parts } from './split';

/** A picture as it is used. */
export interface LeakRow {
  /** Of its item. */
  id: string;
  file: string;
  part: Part;
  /** Equal for pictures that are equal pixel by pixel, different for all others. */
  hash: string;
}

/** An item with pictures in more than one part. */
export interface ItemLeak {
  id: string;
  parts: Part[];
}

/** The same picture in more than one part, with every item that shows it, in the order of the rows. */
export interface PictureLeak {
  hash: string;
  parts: Part[];
  pictures: { id: string; file: string; part: Part }[];
}

/** What two or more parts have in common; two empty lists when nothing does. Plain JSON. */
export interface Leaks {
  items: ItemLeak[];
  pictures: PictureLeak[];
}

/**
 * Finds items that are in two parts, and identical pictures (by hash) in two parts, such as a logo that two items show. Both lists
 * are in the order in which the rows first name them.
 */
export function findLeaks(rows: readonly LeakRow[]): Leaks {
  const items = groupsAcrossParts(rows, (row) => row.id).map(({ members, parts }) => ({
    id: members[0]!.id, // a group has at least one member
    parts,
  }));
  const pictures = groupsAcrossParts(rows, (row) => row.hash).map(({ key, members, parts }) => ({
    hash: key,
    parts,
    pictures: members.map(({ id, file, part }) => ({ id, file, part })),
  }));
  return { items, pictures };
}

/** Groups rows by `keyOf` and keeps the groups that lie in more than one part. */
function groupsAcrossParts(
  rows: readonly LeakRow[],
  keyOf: (row: LeakRow) => string,
): { key: string; members: LeakRow[]; parts: Part[] }[] {
  const groups = new Map<string, LeakRow[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return [...groups]
    .map(([key, members]) => ({
      key,
      members,
      parts: parts.filter((part) => members.some((row) => row.part === part)),
    }))
    .filter((group) => group.parts.length > 1);
}
