import path from 'node:path';
import { dataFolder } from '../../core/dataFolder';
import { ReportError } from '../../core/errors';
import type { Run } from '../../core/run';
import { type ClassData, prepareClasses } from '../../data/classData';
import { type ClassFolders, readClassFolders } from '../../data/classFolders';
import { byCodePoint } from '../../data/folders';
import { makeSample } from './sample';
import type { Config } from './settings';

/** Pictures that show X, the positive class, and pictures that do not. */
export interface FilterData extends ClassData {
  positive: string;
  negative: string;
}

/** The pictures of the study, prepared at `size` pixels: class folders, or the sample. Throws what reading and preparing throw. */
export async function openData(run: Run<Config>, size = run.config.imageSize): Promise<FilterData> {
  const { config } = run;
  const { folder, generated } = await dataFolder(run, {
    version: 1,
    inputs: { seed: config.seed },
    make: (target) => makeSample(target, config.seed),
  });
  const read = await readClassFolders(generated ? path.join(folder, 'pictures') : folder, config);
  const set = twoClasses({ ...read, generated }, config.positive);
  const data = await prepareClasses({ ...run, config: { ...config, imageSize: size } }, set);
  return { ...set, ...data };
}

/**
 * The class that the filter looks for: `wanted`, or of two classes the one whose name does not begin with not, no, neg, non or other, or where that
 * decides nothing the last in the order of code points. Throws `BAD_SETTING` for a class that is not there, and for more than two and no `wanted`.
 */
export function positiveClass(classes: readonly string[], wanted: string | null): string {
  const names = classes.join(', ');
  if (wanted !== null) {
    if (classes.includes(wanted)) return wanted;
    const advice = `give one of ${names}`;
    throw new ReportError('BAD_SETTING', `There is no class "${wanted}" to be the positive one: ${advice}.`);
  }
  if (classes.length > 2) {
    const advice = 'say with --positive NAME which one to look for; all others are then the negative class';
    throw new ReportError('BAD_SETTING', `There are ${classes.length} classes, ${names}: ${advice}.`);
  }
  const sorted = [...classes].sort(byCodePoint);
  const plain = sorted.filter((name) => !/^(no|neg|other)/i.test(name)); // `no` begins not and non, too
  return (plain.length === 1 ? plain : sorted).at(-1)!; // two classes
}

/** A set of two classes: the positive one, and the other one, or all others taken together as `not <positive>`. */
export function twoClasses<S extends ClassFolders>(
  set: S,
  wanted: string | null,
): S & Pick<FilterData, 'positive' | 'negative'> {
  const positive = positiveClass(set.classes, wanted);
  const others = set.classes.filter((name) => name !== positive);
  const negative = others.length === 1 ? others[0]! : `not ${positive}`;
  const items = set.items.map((item) => (item.label === positive ? item : { ...item, label: negative }));
  return { ...set, items, classes: [positive, negative].sort(byCodePoint), positive, negative };
}
