import type { Columns, Segment } from './segment';

/** Where a row lies: in which segment, and in which slot of it, counted from 0. */
export interface Place {
  segment: string;
  slot: number;
}

/** The place of the row with each of these keys, null where no segment has it. A row that lies in two segments is taken from the first. */
export function locateRows(
  segments: readonly Pick<Segment<Columns>, 'name' | 'keys'>[],
  keys: readonly string[],
): (Place | null)[] {
  const wanted = new Map<string, Place | null>(keys.map((key) => [key, null]));
  for (const { name, keys: there } of segments) {
    there.forEach((key, slot) => {
      if (wanted.get(key) === null) wanted.set(key, { segment: name, slot });
    });
  }
  return keys.map((key) => wanted.get(key) ?? null);
}
