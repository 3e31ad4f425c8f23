import { describe, expect, it } from 'vitest';
import { greyStore } from '../../lib/images/greyStore';

describe('grey pictures in memory', () => {
  const store = greyStore(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4), 2, ['a', 'b', 'c']);

  it('are read as pictures of three equal channels, in the order asked for', () => {
    expect([...store.read([1, 0, 1])].filter((_, i) => i % 3 === 0)).toEqual([
      ...[5, 6, 7, 8],
      ...[1, 2, 3, 4],
      ...[5, 6, 7, 8],
    ]);
    expect([...store.readOne(0)]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  });

  it('have a name each, and one hash where they are the same', () => {
    const { count, columns } = store.index;
    expect([count, columns.item, columns.width]).toEqual([3, ['a', 'b', 'c'], [2, 2, 2]]);
    const [a, b, c] = columns.sha256;
    expect([a === c, a === b]).toEqual([true, false]);
  });

  it('end where they end', () => {
    expect(() => store.read([3])).toThrow(/Row 3 is not among 3 pictures/);
  });
});
