import { ReportError } from '../core/errors';
import { random } from '../core/random';

/** What a game is used for. All its pictures go the same way. */
export type Part = 'training' | 'validation' | 'test';

/** The parts in the order in which they are shown. */
export const parts: readonly Part[] = ['training', 'validation', 'test'];

/** The games of each part, each in ascending order. A plain record that can be kept as JSON. */
export interface Split {
  training: readonly string[];
  validation: readonly string[];
  test: readonly string[];
}

/** How to split: both shares lie between 0 and 1, and `validationShare` counts from the games the test leaves. */
export interface SplitSettings {
  testShare: number;
  validationShare: number;
  seed: number;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Ascending order of ids: `2` before `10`, `a2` before `a10`; no two different ids are equal. */
export const byId = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : Number(a > b));

/**
 * Deals whole games into training, validation and test by a seeded shuffle. The result depends on which games there are and on
 * the settings, not on the order of `appids`. The test gets `testShare` of the games, rounded, validation `validationShare` of the
 * rest, rounded; every part gets at least one. Throws `BAD_SPLIT` for fewer than three games, an appid given twice, or a share
 * that is not between 0 and 1.
 */
export function splitItems(ids: readonly string[], settings: SplitSettings): Split {
  for (const name of ['testShare', 'validationShare'] as const) {
    if (!(settings[name] > 0 && settings[name] < 1)) {
      throw new ReportError('BAD_SPLIT', `${name} is ${settings[name]}: set a share between 0 and 1.`);
    }
  }
  refuseRepeats(ids);
  const count = ids.length;
  if (count < parts.length) {
    throw new ReportError(
      'BAD_SPLIT',
      `${count} games cannot be split into training, validation and test: give at least ${parts.length}.`,
    );
  }
  const shuffled = random(settings.seed, 'split').shuffle([...ids].sort(byId));
  const test = between(1, Math.round(settings.testShare * count), count - 2);
  const validation = between(1, Math.round(settings.validationShare * (count - test)), count - test - 1);
  return {
    test: shuffled.slice(0, test).sort(byId),
    validation: shuffled.slice(test, test + validation).sort(byId),
    training: shuffled.slice(test + validation).sort(byId),
  };
}

const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));

/** Throws `BAD_SPLIT` naming the first appids that occur more than once. */
function refuseRepeats(ids: readonly string[]): void {
  const seen = new Set<string>();
  const repeated = new Set(ids.filter((id) => seen.has(id) || !seen.add(id)));
  if (repeated.size > 0) {
    throw new ReportError(
      'BAD_SPLIT',
      `${repeated.size} appids occur more than once (${[...repeated].slice(0, 3).join(', ')}): keep one row for each game.`,
    );
  }
}

/** The part of each game. Throws `BAD_SPLIT` when a game occurs more than once, in one part or in two. */
export function partOf(split: Split): Map<string, Part> {
  refuseRepeats(parts.flatMap((part) => split[part]));
  return new Map(parts.flatMap((part) => split[part].map((id): [string, Part] => [id, part])));
}

/**
 * The row numbers of each part, ascending, where row i is a picture of the game `rowAppids[i]`: this repeats a game's label for each
 * of its pictures. Rows of games that are in no part, such as outliers left out, are in no list. Throws what `partOf` throws.
 */
export function rowsOf(split: Split, rowIds: readonly string[]): Record<Part, number[]> {
  const partOfGame = partOf(split);
  const rows: Record<Part, number[]> = { training: [], validation: [], test: [] };
  rowIds.forEach((id, row) => {
    const part = partOfGame.get(id);
    if (part) rows[part].push(row);
  });
  return rows;
}
