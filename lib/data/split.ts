import type { Item, Part } from '../core/concepts';
import { ReportError } from '../core/errors';
import { random } from '../core/random';

/** The parts in the order in which they are shown. */
export const parts: readonly Part[] = ['training', 'validation', 'test'];

/** The ids of the items in each part, ascending. Plain JSON. */
export type Split = Readonly<Record<Part, readonly string[]>>;

/** How to split: both shares lie between 0 and 1, and `validationShare` counts from the items that the test leaves. */
export interface SplitSettings {
  testShare: number;
  validationShare: number;
  seed: number;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Ascending order of ids: `2` before `10`, `a2` before `a10`; no two different ids are equal. */
export const byId = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : Number(a > b));

/** Deals whole items to the parts, at least one each, by a shuffle that does not depend on their order. Throws `BAD_SPLIT` for fewer than three or an id twice. */
export function splitItems(ids: readonly string[], settings: SplitSettings): Split {
  refuseRepeats(ids);
  if (ids.length < parts.length) {
    const advice = `give at least ${parts.length}`;
    throw new ReportError('BAD_SPLIT', `${ids.length} items cannot be split into three parts: ${advice}.`);
  }
  const dealt = deal(random(settings.seed, 'split').shuffle([...ids].sort(byId)), settings);
  return byPart((part) => dealt[part]);
}

/** `splitItems` class by class; a share of 0 deals nothing to that part, and small classes have training first. Throws `BAD_SPLIT`. */
export function splitByClass(
  items: readonly Pick<Item<string>, 'id' | 'label'>[],
  settings: SplitSettings,
): Split {
  refuseRepeats(items.map(({ id }) => id));
  const dealt = [...new Set(items.map((item) => item.label))].map((label) => {
    const ids = items.filter((item) => item.label === label).map(({ id }) => id);
    return deal(random(settings.seed, 'split', label).shuffle(ids.sort(byId)), settings);
  });
  const split = byPart((part) => dealt.flatMap((one) => one[part]));
  const shares = { training: 1, validation: settings.validationShare, test: settings.testShare };
  const empty = parts.find((part) => split[part].length === 0 && shares[part] > 0);
  if (empty === undefined) return split;
  const advice = 'give at least three items of a class';
  throw new ReportError('BAD_SPLIT', `No item of the ${items.length} is left for ${empty}: ${advice}.`);
}

/** Splits whose test parts are the folds of a cross-validation, each with its share of every class; validation is dealt from the rest. Throws `BAD_SPLIT`. */
export function foldsByClass(
  items: readonly Pick<Item<string>, 'id' | 'label'>[],
  count: number,
  { seed, validationShare }: Pick<SplitSettings, 'seed' | 'validationShare'>,
): Split[] {
  const places = new Map<string, number>();
  const counts = new Map<string, number>();
  const shuffled = random(seed, 'folds').shuffle([...items].sort((a, b) => byId(a.id, b.id)));
  for (const { id, label } of shuffled) {
    const before = counts.get(label) ?? 0;
    places.set(id, before % count);
    counts.set(label, before + 1);
  }
  return Array.from({ length: count }, (_, fold) => {
    const rest = items.filter(({ id }) => places.get(id) !== fold);
    const test = items.filter(({ id }) => places.get(id) === fold).map(({ id }) => id);
    return { ...splitByClass(rest, { seed, validationShare, testShare: 0 }), test: test.sort(byId) };
  });
}

/** `splitByClass` of whole titles, each dealt as the class that most of its items have; an item without a title stands for itself. Throws `BAD_SPLIT`. */
export function splitByTitle(items: readonly Item<string>[], settings: SplitSettings): Split {
  refuseRepeats(items.map(({ id }) => id));
  const titles = new Map<string, Item<string>[]>();
  for (const item of items) {
    const key = titleOf(item);
    titles.set(key, [...(titles.get(key) ?? []), item]);
  }
  const split = splitByClass(
    [...titles].map(([id, own]) => ({ id, label: commonest(own.map(({ label }) => label)) })),
    settings,
  );
  return byPart((part) => split[part].flatMap((key) => titles.get(key)!.map(({ id }) => id))); // a title of the map
}

/** What an item is of: its title, or where it has none the item itself. */
export const titleOf = ({ id, title }: Pick<Item, 'id' | 'title'>): string =>
  title === undefined ? `item ${id}` : `title ${title}`;

/** The value that occurs most often, of several the first by its letters. `values` must not be empty. */
function commonest(values: readonly string[]): string {
  const count = (value: string): number => values.filter((one) => one === value).length;
  return [...values].sort().reduce((best, value) => (count(value) > count(best) ? value : best));
}

/** Cuts a shuffled list into parts; one that has a share gets at least one item where there are enough. */
function deal(shuffled: readonly string[], { testShare, validationShare }: SplitSettings): Split {
  const count = shuffled.length;
  const take = (share: number, of: number, most: number): number =>
    share === 0 ? 0 : Math.max(0, Math.min(most, Math.max(1, Math.round(share * of))));
  const test = take(testShare, count, count - (validationShare === 0 || count < 3 ? 1 : 2));
  const validation = take(validationShare, count - test, count - test - 1);
  return {
    test: shuffled.slice(0, test),
    validation: shuffled.slice(test, test + validation),
    training: shuffled.slice(test + validation),
  };
}

const byPart = (ids: (part: Part) => readonly string[]): Split => ({
  training: [...ids('training')].sort(byId),
  validation: [...ids('validation')].sort(byId),
  test: [...ids('test')].sort(byId),
});

/** Throws `BAD_SPLIT` naming the first ids that occur more than once. */
function refuseRepeats(ids: readonly string[]): void {
  const seen = new Set<string>();
  const repeated = new Set(ids.filter((id) => seen.has(id) || !seen.add(id)));
  if (repeated.size > 0) {
    throw new ReportError(
      'BAD_SPLIT',
      `${repeated.size} ids occur more than once (${[...repeated].slice(0, 3).join(', ')}): an item can be in one part only.`,
    );
  }
}

/** The part of each item. Throws `BAD_SPLIT` when an item occurs more than once, in one part or in two. */
export function partOf(split: Split): Map<string, Part> {
  refuseRepeats(parts.flatMap((part) => split[part]));
  return new Map(parts.flatMap((part) => split[part].map((id): [string, Part] => [id, part])));
}

/** The row numbers of each part, ascending, where row i is a picture of the item `rowIds[i]`; rows of items in no part are in none. Throws as `partOf`. */
export function rowsOf(split: Split, rowIds: readonly string[]): Record<Part, number[]> {
  const partOfItem = partOf(split);
  const rows: Record<Part, number[]> = { training: [], validation: [], test: [] };
  rowIds.forEach((id, row) => {
    const part = partOfItem.get(id);
    if (part) rows[part].push(row);
  });
  return rows;
}
