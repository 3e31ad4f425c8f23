import { ReportError } from '../core/errors';
import type { ClassFolders } from './classFolders';
import { byCodePoint } from './folders';

/** The classes of a question with yes and no. */
export interface TwoClasses {
  positive: string;
  negative: string;
}

/**
 * The class that is asked for: `wanted`, or of two classes the one whose name does not begin with not, no, neg, non or other, or where that
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
export function twoClasses<S extends ClassFolders>(set: S, wanted: string | null): S & TwoClasses {
  const positive = positiveClass(set.classes, wanted);
  const others = set.classes.filter((name) => name !== positive);
  const negative = others.length === 1 ? others[0]! : `not ${positive}`;
  const items = set.items.map((item) => (item.label === positive ? item : { ...item, label: negative }));
  return { ...set, items, classes: [positive, negative].sort(byCodePoint), positive, negative };
}
