import type { Part } from '../core/concepts';
import type { Run } from '../core/run';
import { type ImageStore, storedHash } from '../images/store';
import { type ClassData, prepareClasses } from './classData';
import type { ClassFolders } from './classFolders';
import { nearLimits as limits, nearGroups } from './nearDuplicates';
import { dealRows } from './partRows';
import { partOf, parts, type Split } from './split';

/** Pictures that look the same. Plain JSON. */
export interface Copies {
  /** True when they are equal pixel by pixel as the network sees them; else they are near-identical. */
  identical: boolean;
  /** Of the items that show them, one for each picture. */
  ids: string[];
}

/** Pictures of classes of which no two that are used look the same. */
export interface UniqueClassData extends ClassData {
  copies: readonly Copies[];
  /** The parts before copies were left out. */
  dealt: Split;
}

/** Prepares the pictures of class folders at `size` pixels without their copies within `nearLimits`, which are looked for at the run's own size, so that every size has the same pictures. */
export async function prepareUnique<S extends ClassFolders>(
  run: Run,
  set: S,
  size = run.config.imageSize,
  nearLimits = limits,
): Promise<S & UniqueClassData> {
  const prepared = await prepareClasses(run, set);
  const copies = findCopies(prepared.images, nearLimits);
  const split = withoutCopies(set.split, copies);
  const sized = { ...run, config: { ...run.config, imageSize: size } };
  const data = size === run.config.imageSize ? prepared : await prepareClasses(sized, set);
  return { ...set, ...data, ...dealRows(data.images, split), split, copies, dealt: set.split };
}

/** Groups of pictures in the store that look the same: by their difference hashes, and flat ones where they are equal. */
export function findCopies(images: ImageStore, nearLimits = limits): Copies[] {
  const { item, sha256 } = images.index.columns;
  const rows = item.map((id, row) => ({ id, pixels: sha256[row]!, hash: storedHash(images, row) })); // one each
  const flat = new Map<string, typeof rows>();
  for (const row of rows.filter(({ hash }) => hash === null)) {
    flat.set(row.pixels, [...(flat.get(row.pixels) ?? []), row]);
  }
  const groups = [...nearGroups(rows, nearLimits), ...[...flat.values()].filter(({ length }) => length > 1)];
  return groups.map((group) => ({
    identical: new Set(group.map(({ pixels }) => pixels)).size === 1,
    ids: group.map(({ id }) => id),
  }));
}

/**
 * The split without copies: of pictures that look the same only the first one in the latest part stays, so that the test remains as it is and nothing
 * in it has been learnt by heart.
 */
export function withoutCopies(split: Split, copies: readonly Copies[]): Split {
  const places = partOf(split);
  const latest = [...parts].reverse();
  const gone = new Set(
    copies.flatMap(({ ids }) => {
      const [, ...others] = latest.flatMap((part) => ids.filter((id) => places.get(id) === part));
      return others;
    }),
  );
  const rest = (part: Part): string[] => split[part].filter((id) => !gone.has(id));
  return { training: rest('training'), validation: rest('validation'), test: rest('test') };
}
