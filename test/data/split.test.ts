import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byId,
  foldsByClass,
  partOf,
  parts,
  rowsOf,
  type Split,
  splitByTitle,
  splitItems,
} from '../../lib/data/split';
import { oracleJson } from '../oracle';
import { withCode } from './close';

const id = (number: number) => String(number);
const settings = { testShare: 0.2, validationShare: 0.2, seed: 42 };
const someGames = fc.uniqueArray(fc.integer({ min: 1, max: 3_000_000 }).map(id), {
  minLength: 3,
  maxLength: 60,
});
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const hundred = Array.from({ length: 100 }, (_, i) => id(10 * (i + 1)));

describe('splitGames', () => {
  it('puts every game in exactly one part and leaves no part empty, whatever the shares', () => {
    fc.assert(
      fc.property(someGames, share, share, fc.nat(), (games, testShare, validationShare, seed) => {
        const split = splitItems(games, { testShare, validationShare, seed });
        const all = parts.flatMap((part) => split[part]);
        expect([...all].sort()).toEqual([...games].sort());
        for (const part of parts) expect(split[part].length).toBeGreaterThan(0);
      }),
    );
  });

  it('does not depend on the order of the games', () => {
    fc.assert(
      fc.property(
        someGames.chain((games) =>
          fc.tuple(fc.constant(games), fc.shuffledSubarray(games, { minLength: games.length })),
        ),
        ([games, shuffled]) => {
          expect(splitItems(shuffled, settings)).toEqual(splitItems(games, settings));
        },
      ),
    );
  });

  it('gives the test its share of the games and validation its share of the rest', () => {
    const { training, validation, test } = splitItems(hundred, settings);
    expect([training.length, validation.length, test.length]).toEqual([64, 16, 20]);
  });

  it("makes the test as large as scikit-learn's train_test_split does", () => {
    const { ids, test } = oracleJson<{ split: { ids: number[]; test: number[] } }>('stats').split;
    const split = splitItems(
      ids.map((number) => id(number + 1)),
      settings,
    );
    expect(split.test).toHaveLength(test.length);
  });

  it('lists each part in ascending order of the numbers', () => {
    const games = [1_000_000, 20, 9, 730, 100].map(id);
    for (const list of Object.values(splitItems(games, settings))) {
      expect(list).toEqual([...list].sort((a, b) => Number(a) - Number(b)));
    }
  });

  it('is the same again for a seed and another for another', () => {
    expect(splitItems(hundred, settings)).toEqual(splitItems(hundred, settings));
    expect(splitItems(hundred, { ...settings, seed: 43 })).not.toEqual(splitItems(hundred, settings));
  });

  it('puts each game in the test about as often as its share says', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 500; seed++) {
      for (const game of splitItems(hundred, { ...settings, seed }).test) {
        counts.set(game, (counts.get(game) ?? 0) + 1);
      }
    }
    // 500 draws with probability 0.2: mean 100, deviation 8.9; none of 100 games lies 5 deviations off.
    for (const game of hundred) expect(Math.abs((counts.get(game) ?? 0) - 100)).toBeLessThan(45);
  });

  it('refuses fewer than three games and repeated games', () => {
    expect(() => splitItems(['10', '20'], settings)).toThrow(withCode('BAD_SPLIT'));
    expect(() => splitItems(['10', '20', '30', '10'], settings)).toThrow(/1 ids .*\(10\)/);
  });
});

describe('splitByTitle', () => {
  const item = fc.record({ title: fc.option(fc.nat(20)), label: fc.constantFrom('a', 'b') });
  const list = fc.array(item, { minLength: 60, maxLength: 90 });
  const named = (items: readonly { title: number | null; label: string }[]) =>
    items.map(({ title, label }, i) => ({
      ...{ id: id(i), label, files: [] },
      ...(title !== null && { title: `Title ${title}` }),
    }));

  it('deals every item once, and those of a title to one part', () => {
    fc.assert(
      fc.property(list, (some) => {
        const items = named(some);
        const part = partOf(splitByTitle(items, settings));
        expect(part.size).toBe(items.length);
        const places = new Set(items.map(({ id: own, title }) => `${title ?? own} ${part.get(own)}`));
        expect(places.size).toBe(new Set(items.map(({ id: own, title }) => title ?? own)).size);
      }),
    );
  });

  it('is the same whatever the order of the items, and as class by class where there are no titles', () => {
    const items = named(hundred.map((_, i) => ({ title: i % 30, label: i % 4 === 0 ? 'a' : 'b' })));
    expect(splitByTitle([...items].reverse(), settings)).toEqual(splitByTitle(items, settings));
    const untitled = items.map(({ title, ...rest }) => rest);
    const counts = parts.map((part) => splitByTitle(untitled, settings)[part].length);
    expect(counts).toEqual([64, 16, 20]);
  });
});

describe('partOf and rowsOf', () => {
  const split = { training: ['10', '20'], validation: ['30'], test: ['40'] } as unknown as Split;

  it('know the part of each game', () => {
    expect([...partOf(split)]).toEqual([
      ['10', 'training'],
      ['20', 'training'],
      ['30', 'validation'],
      ['40', 'test'],
    ]);
  });

  it('give each part the rows of its games and leave out games of no part', () => {
    const rows = ['40', '10', '10', '50', '30', '20', '40'];
    expect(rowsOf(split, rows)).toEqual({ training: [1, 2, 5], validation: [4], test: [0, 6] });
  });

  it('refuse a game in two parts', () => {
    const leaking = { ...split, test: ['10'] } as unknown as Split;
    expect(() => partOf(leaking)).toThrow(withCode('BAD_SPLIT'));
    expect(() => rowsOf(leaking, [])).toThrow(withCode('BAD_SPLIT'));
  });
});

describe('folds by class', () => {
  const items = Array.from({ length: 53 }, (_, i) => ({
    id: `i${i}`,
    label: i % 7 === 0 ? 'rare' : i % 2 ? 'a' : 'b',
  }));
  const folds = foldsByClass(items, 5, { seed: 3, validationShare: 0.2 });

  it('have each item for a test once, and in one other part of every other fold', () => {
    expect(folds.flatMap(({ test }) => test).sort(byId)).toEqual(items.map(({ id }) => id).sort(byId));
    for (const fold of folds) expect(partOf(fold).size).toBe(items.length);
  });

  it('have the same number of every class, but for one', () => {
    for (const label of ['rare', 'a', 'b']) {
      const own = new Set(items.filter((item) => item.label === label).map(({ id }) => id));
      const counts = folds.map(({ test }) => test.filter((id) => own.has(id)).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  it('do not depend on the order of the items', () => {
    expect(foldsByClass([...items].reverse(), 5, { seed: 3, validationShare: 0.2 })).toEqual(folds);
  });
});
