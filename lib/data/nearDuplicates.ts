import type { Part } from '../core/concepts';
import { bitCount, type DifferenceHash } from '../images/differenceHash';
import { partsOf, type UsedPicture } from './leaks';

/** How many bits of 64 two pictures may differ in to count as near-identical. */
export const nearLimits = {
  /** Across: what pairs are looked up by. One more than this many bands, so that one band is equal in any such pair; 3 at most. */
  across: 3,
  /** Down: a second opinion, as among a hundred thousand pictures some pairs are alike in one direction by chance. */
  down: 6,
};

export interface HashedRow extends UsedPicture {
  /** Null for a flat picture. */
  hash: DifferenceHash | null;
}

/** Pictures that look the same in more than one part, in the order of the rows. Plain JSON. */
export interface NearDuplicates {
  parts: Part[];
  pictures: UsedPicture[];
}

/** Groups of pictures in two parts that look the same, flat ones left out. */
export const findNearDuplicates = (rows: readonly HashedRow[]): NearDuplicates[] =>
  nearGroups(rows)
    .map((pictures) => ({
      parts: partsOf(pictures),
      pictures: pictures.map(({ id, file, part }) => ({ id, file, part })),
    }))
    .filter((group) => group.parts.length > 1);

/** Groups of two or more that form chains of pairs within `limits`, in the order of the rows; bands find the pairs (Norouzi, Punjani and Fleet, 2012). */
export function nearGroups<Row extends Pick<HashedRow, 'hash'>>(
  rows: readonly Row[],
  limits = nearLimits,
): Row[][] {
  const usable = rows.filter((row) => row.hash !== null);
  const { of, words } = distinctHashes(usable);
  const groupOf = groupsOf(words, limits);
  const groups = new Map<number, Row[]>();
  usable.forEach((row, i) => {
    const group = groupOf[of[i]!]!; // one for each hash
    groups.set(group, [...(groups.get(group) ?? []), row]);
  });
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** A sentence for the reader when parts share near-identical pictures, else null. */
export function nearDuplicateWarning(groups: readonly NearDuplicates[]): string | null {
  const [first] = groups;
  if (first === undefined) return null;
  const [a, b] = first.parts.map((part) => first.pictures.find((picture) => picture.part === part)!); // two parts or more
  const count =
    groups.length === 1 ? 'A near-identical picture is' : `${groups.length} near-identical pictures are`;
  return (
    `${count} in more than one part, such as ${a!.file} (${a!.part}) and ${b!.file} (${b!.part}). ` +
    'The model may recognise the picture instead of what it shows: take one of each pair away.'
  );
}

/** Which distinct hash each row has, and the hashes as four 32-bit numbers each: two of `across`, two of `down`. */
function distinctHashes(rows: readonly Pick<HashedRow, 'hash'>[]): { of: Int32Array; words: Uint32Array } {
  const numbers = new Map<string, number>();
  const of = Int32Array.from(rows, ({ hash }) => {
    const key = `${hash!.across}${hash!.down}`; // the caller left those without a hash out
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  const words = new Uint32Array(numbers.size * 4);
  for (const [key, number] of numbers) {
    for (let k = 0; k < 4; k++) words[number * 4 + k] = Number.parseInt(key.slice(k * 8, k * 8 + 8), 16);
  }
  return { of, words };
}

/** For each hash the number of its group. */
function groupsOf(words: Uint32Array, limits: typeof nearLimits): Int32Array {
  const count = words.length / 4;
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!; // halves the way of later calls
      i = parent[i]!;
    }
    return i;
  };
  for (let band = 0; band < 4; band++) {
    const value = (i: number): number => (words[i * 4 + (band >> 1)]! >>> (band % 2 === 0 ? 16 : 0)) & 0xffff;
    const order = Int32Array.from({ length: count }, (_, i) => i).sort((a, b) => value(a) - value(b));
    for (let start = 0, end = 0; start < count; start = end) {
      while (end < count && value(order[end]!) === value(order[start]!)) end++;
      for (let i = start; i < end; i++) {
        for (let j = i + 1; j < end; j++) {
          if (areNear(words, order[i]!, order[j]!, limits)) parent[root(order[j]!)] = root(order[i]!);
        }
      }
    }
  }
  return parent.map((_, i) => root(i));
}

function areNear(words: Uint32Array, a: number, b: number, limits: typeof nearLimits): boolean {
  const apart = (word: number): number => bitCount(words[a * 4 + word]! ^ words[b * 4 + word]!); // four each
  return apart(0) + apart(1) <= limits.across && apart(2) + apart(3) <= limits.down;
}
