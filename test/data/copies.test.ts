import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../lib/core/concepts';
import { withoutCopies } from '../../lib/data/copies';
import { partOf, parts, type Split } from '../../lib/data/split';

const split: Split = { training: ['a', 'b', 'c'], validation: ['d', 'e'], test: ['f', 'g', 'h'] };
const copies = (...groups: string[][]) => groups.map((ids) => ({ identical: true, ids }));

describe('withoutCopies', () => {
  it('keeps the picture of the latest part, and of one part the first', () => {
    const left = withoutCopies(split, copies(['a', 'd', 'f'], ['b', 'c'], ['g', 'h']));
    expect(left).toEqual({ training: ['b'], validation: ['e'], test: ['f', 'g'] });
  });

  it('changes nothing where nothing is there twice, and passes over pictures that are in no part', () => {
    expect(withoutCopies(split, [])).toEqual(split);
    expect(withoutCopies(split, copies(['a', 'x'], ['y', 'z']))).toEqual(split);
  });

  it('leaves one picture of each group, and every other picture where it was', () => {
    const items = fc.array(
      fc.record({ group: fc.nat(6), part: fc.constantFrom<Part>(...parts), twice: fc.boolean() }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(items, (list) => {
        const ids = (keep: (one: (typeof list)[number]) => boolean) =>
          list.flatMap((one, i) => (keep(one) ? [`${i}`] : []));
        const dealt: Split = {
          training: ids(({ part }) => part === 'training'),
          validation: ids(({ part }) => part === 'validation'),
          test: ids(({ part }) => part === 'test'),
        };
        const groups = [0, 1, 2, 3, 4, 5, 6].map((k) => ids(({ group, twice }) => twice && group === k));
        const before = partOf(dealt);
        const left = withoutCopies(dealt, copies(...groups));
        const after = partOf(left);
        const twice = groups.reduce((sum, { length }) => sum + Math.max(0, length - 1), 0);
        expect(after.size).toBe(before.size - twice);
        for (const [id, part] of after) expect(before.get(id)).toBe(part);
        for (const group of groups.filter(({ length }) => length > 0)) {
          const stays = group.filter((id) => after.has(id));
          expect(stays).toHaveLength(1);
          const last = Math.max(...group.map((id) => parts.indexOf(before.get(id) ?? 'training')));
          expect(after.get(stays[0] ?? '')).toBe(parts[last]);
        }
      }),
    );
  });
});
