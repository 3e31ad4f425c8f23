import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseShard, shardOf } from '../../lib/storage/shard';

describe('shards', () => {
  it('take every item once, in order, as evenly as can be', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 12 }), (length, count) => {
        const items = Array.from({ length }, (_, i) => i);
        const all = Array.from({ length: count }, (_, i) => shardOf(items, { number: i + 1, count }));
        expect(all.flat()).toEqual(items);
        const sizes = all.map((shard) => shard.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are named as number/count, counted from 1', () => {
    expect(parseShard('2/8')).toEqual({ number: 2, count: 8 });
    expect(parseShard(' 1/1 ')).toEqual({ number: 1, count: 1 });
    for (const text of ['0/4', '5/4', '1', '1/0', 'a/b', '1/2/3', '-1/2', '1.5/2', '']) {
      expect(() => parseShard(text)).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }));
    }
  });
});
