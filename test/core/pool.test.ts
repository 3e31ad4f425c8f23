import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamBounded } from '../../lib/core/pool';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('streamBounded', () => {
  it('gives every result once, in the order of the items, with at most `limit` of them begun and not handed out', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 9 }), async (items, limit) => {
        let begun = 0;
        let given = 0;
        const results: number[] = [];
        const work = async (delay: number, index: number) => {
          begun++;
          expect(begun - given).toBeLessThanOrEqual(limit);
          await wait(delay);
          return index;
        };
        for await (const result of streamBounded(items, limit, work)) {
          results.push(result);
          given++;
        }
        expect(results).toEqual(items.map((_, i) => i));
      }),
      { numRuns: 30 },
    );
  });

  it('throws the first error in the order of the items, after the results before it', async () => {
    const seen: number[] = [];
    const work = async (item: number) => {
      await wait(item === 2 ? 10 : 0); // 4 fails long before 2
      if (item === 2 || item === 4) throw new Error(`item ${item}`);
      return item;
    };
    const run = async () => {
      for await (const result of streamBounded([0, 1, 2, 3, 4, 5], 6, work)) seen.push(result);
    };
    await expect(run()).rejects.toThrow('item 2');
    expect(seen).toEqual([0, 1]);
  });

  it('leaves nothing running when the reader stops early', async () => {
    let running = 0;
    const work = async () => {
      running++;
      await wait(5);
      running--;
    };
    for await (const _ of streamBounded(Array.from({ length: 20 }), 4, work)) break;
    expect(running).toBe(0);
  });

  it('stops with INTERRUPTED once its signal is aborted, and begins no more work', async () => {
    const controller = new AbortController();
    let begun = 0;
    const run = async () => {
      const work = async () => begun++;
      const options = { signal: controller.signal };
      for await (const result of streamBounded(Array.from({ length: 100 }), 2, work, options)) {
        if (result === 5) controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(begun).toBeLessThan(10);
  });

  it('refuses a limit below 1', async () => {
    const stream = streamBounded([1], 0, async (item) => item);
    await expect(stream.next()).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
