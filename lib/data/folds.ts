import type { Run } from '../core/run';
import type { ClassFolders } from './classFolders';
import { prepareUnique, type UniqueClassData } from './copies';
import { dealRows } from './partRows';
import { foldsByClass, parts, type Split } from './split';

/** Pictures of classes without copies, dealt to the parts of the first of some folds. */
export interface FoldedData extends UniqueClassData {
  /** For each fold a split whose test part it is. */
  folds: readonly Split[];
}

/** `prepareUnique`, with the pictures that are used dealt to `count` folds. Throws what that and `foldsByClass` throw. */
export async function prepareFolds<S extends ClassFolders>(
  run: Run,
  set: S,
  count: number,
  size?: number,
  nearLimits?: Parameters<typeof prepareUnique>[3],
): Promise<S & FoldedData> {
  const unique = await prepareUnique(run, set, size, nearLimits);
  const used = new Set(parts.flatMap((part) => unique.split[part]));
  const items = set.items.filter(({ id }) => used.has(id));
  const folded = { ...unique, folds: foldsByClass(items, count, run.config) };
  return { ...folded, ...eachFold(folded, 1)[0] };
}

/** The data of each fold, or of the first `count`. */
export const eachFold = <D extends Pick<FoldedData, 'images' | 'folds'>>(
  data: D,
  count = data.folds.length,
) => data.folds.slice(0, count).map((split) => ({ ...data, split, ...dealRows(data.images, split) }));
