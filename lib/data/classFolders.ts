import path from 'node:path';
import type { DataSet, Dropped, Item, Part } from '../core/concepts';
import { ReportError } from '../core/errors';
import { byCodePoint, type Listing, listFolder } from './folders';
import { readProvenance } from './provenance';
import { parts, type Split, type SplitSettings, splitByClass } from './split';

/** A data set whose labels are the names of classes. */
export interface ClassFolders extends DataSet<string> {
  /** Those with pictures, in the order of code points, as Keras numbers them. */
  classes: readonly string[];
  split: Split;
}

/** What the folder of a part may be called, in small letters or capitals. */
const partNames: Record<Part, readonly string[]> = {
  training: ['train', 'training'],
  validation: ['valid', 'validation', 'val'],
  test: ['test'],
};

const partNamed = (name: string): Part | undefined =>
  parts.find((part) => partNames[part].includes(name.toLowerCase()));

/**
 * Reads pictures from `folder/<class>/*`, or `folder/train/<class>/*` with `valid` and `test` beside it; parts without pictures are dealt from training.
 * What cannot be used is named in `dropped`. Throws `NO_DATA_FOLDER`, `BAD_INPUT` for fewer than two classes, `BAD_SPLIT`.
 */
export async function readClassFolders(folder: string, settings: SplitSettings): Promise<ClassFolders> {
  const top = await listFolder(folder).catch((cause: unknown) => {
    const advice = `There is no folder ${folder}: give one with a folder of pictures for each class.`;
    throw new ReportError('NO_DATA_FOLDER', advice, { cause });
  });
  const dropped: Dropped[] = [];
  const items: Record<Part, Item<string>[]> = { training: [], validation: [], test: [] };
  if (await hasParts(folder, top)) {
    dropOthers('', top, dropped);
    for (const name of top.folders) {
      const part = partNamed(name);
      if (part) items[part] = [...items[part], ...(await readClasses(folder, `${name}/`, dropped))];
      else dropped.push({ name, reason: 'a folder beside the parts' });
    }
  } else {
    items.training = await readClasses(folder, '', dropped);
  }
  const all = parts.flatMap((part) => items[part]);
  return {
    name: path.basename(path.resolve(folder)),
    folder,
    generated: false,
    items: all,
    dropped,
    provenance: await readProvenance(folder),
    classes: requireClasses(folder, all),
    split: splitOf(items, settings),
  };
}

/** Whether there is a folder of training pictures that itself has folders: a class may be called `train`, too. */
async function hasParts(folder: string, { folders }: Listing): Promise<boolean> {
  const training = folders.find((name) => partNamed(name) === 'training');
  return training !== undefined && (await listFolder(path.join(folder, training))).folders.length > 0;
}

/** The pictures in the class folders under `prefix`, which is empty or ends in a slash. */
async function readClasses(folder: string, prefix: string, dropped: Dropped[]): Promise<Item<string>[]> {
  const listing = await listFolder(path.join(folder, prefix));
  dropOthers(prefix, listing, dropped);
  const items: Item<string>[] = [];
  for (const label of listing.folders) {
    const inside = `${prefix}${label}/`;
    const { files, folders, hidden } = await listFolder(path.join(folder, inside));
    dropOthers(inside, { files: [], hidden }, dropped);
    for (const name of folders) dropped.push({ name: inside + name, reason: 'a folder in a class folder' });
    if (files.length === 0) dropped.push({ name: inside, reason: 'an empty folder' });
    for (const name of files) items.push({ id: inside + name, label, files: [inside + name] });
  }
  return items;
}

function dropOthers(prefix: string, { files, hidden }: Omit<Listing, 'folders'>, dropped: Dropped[]): void {
  for (const name of hidden) dropped.push({ name: prefix + name, reason: 'hidden' });
  for (const name of files) {
    if (prefix + name !== 'about.json')
      dropped.push({ name: prefix + name, reason: 'a file in no class folder' });
  }
}

/** The classes of items in the order of code points. Throws `BAD_INPUT` for fewer than two. */
export function requireClasses(folder: string, items: readonly Item<string>[]): string[] {
  const classes = [...new Set(items.map(({ label }) => label))];
  if (classes.length >= 2) return classes.sort(byCodePoint);
  const found = classes.length === 0 ? 'no class' : `one class, ${classes[0]}`;
  throw new ReportError(
    'BAD_INPUT',
    `${folder} has pictures of ${found}: make a folder for each of two or more.`,
  );
}

/** The parts as they are; validation and test are dealt from the training pictures where they have none. */
function splitOf(items: Record<Part, Item<string>[]>, settings: SplitSettings): Split {
  const validation = items.validation.map(({ id }) => id);
  const test = items.test.map(({ id }) => id);
  const dealt = splitByClass(items.training, {
    seed: settings.seed,
    testShare: test.length > 0 ? 0 : settings.testShare,
    validationShare: validation.length > 0 ? 0 : settings.validationShare,
  });
  return {
    training: dealt.training,
    validation: [...validation, ...dealt.validation],
    test: [...test, ...dealt.test],
  };
}
