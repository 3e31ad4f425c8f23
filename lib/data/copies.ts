import type { Part } from '../core/concepts';
import { type ImageStore, storedHash } from '../images/store';
import { nearGroups } from './nearDuplicates';
import { partOf, parts, type Split } from './split';

/** Pictures that look the same. Plain JSON. */
export interface Copies {
  /** True when they are equal pixel by pixel as the network sees them; else they are near-identical. */
  identical: boolean;
  /** Of the items that show them, one for each picture. */
  ids: string[];
}

/** An item that is in no part, as a copy of another, and the part in which it was. */
export interface WithheldItem {
  id: string;
  part: Part;
}

/** Groups of pictures in the store that look the same: by their difference hashes, and flat ones where they are equal. */
export function findCopies(images: ImageStore): Copies[] {
  const { item, sha256 } = images.index.columns;
  const rows = item.map((id, row) => ({ id, pixels: sha256[row]!, hash: storedHash(images, row) })); // one each
  const flat = new Map<string, typeof rows>();
  for (const row of rows.filter(({ hash }) => hash === null)) {
    flat.set(row.pixels, [...(flat.get(row.pixels) ?? []), row]);
  }
  const groups = [...nearGroups(rows), ...[...flat.values()].filter(({ length }) => length > 1)];
  return groups.map((group) => ({
    identical: new Set(group.map(({ pixels }) => pixels)).size === 1,
    ids: group.map(({ id }) => id),
  }));
}

/**
 * The split without copies: of pictures that look the same only the first one in the latest part stays, so that the test remains as it is and nothing
 * in it has been learnt by heart. Gives also which items were withheld from which part.
 */
export function withoutCopies(
  split: Split,
  copies: readonly Copies[],
): { split: Split; withheld: WithheldItem[] } {
  const partOfItem = partOf(split);
  const withheld = copies.flatMap(({ ids }) => {
    const used = ids.flatMap((id) => {
      const part = partOfItem.get(id);
      return part ? [{ id, part }] : [];
    });
    const kept = [...parts].reverse().flatMap((part) => used.filter((one) => one.part === part))[0];
    return used.filter((one) => one !== kept);
  });
  const gone = new Set(withheld.map(({ id }) => id));
  const rest = (part: Part): string[] => split[part].filter((id) => !gone.has(id));
  return {
    split: { training: rest('training'), validation: rest('validation'), test: rest('test') },
    withheld,
  };
}
