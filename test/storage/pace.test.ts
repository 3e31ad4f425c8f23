import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { politePace, steadyClock, waitTurn } from '../../lib/storage/pace';
import { temporaryFolder } from '../temporary';
import { fakeClock } from './localServer';

const pace = politePace;

describe('waitTurn', () => {
  it('lets a request a second pass, and 200 in any five minutes', async () => {
    const folder = temporaryFolder();
    const clock = fakeClock();
    const times: number[] = [];
    for (let i = 0; i < 420; i++) {
      await waitTurn(folder, 'a.org', pace, { clock });
      times.push(clock.now());
    }
    expect(times.slice(1).every((time, i) => time - (times[i] ?? 0) >= 1000)).toBe(true);
    expect(times.slice(200).every((time, i) => time - (times[i] ?? 0) >= 300_000)).toBe(true);
    expect(clock.now() - 1e12).toBeLessThan(601_000 + 20_000); // and no slower than that
  });

  it('remembers over restarts, for each server by itself', async () => {
    const folder = temporaryFolder();
    const clock = fakeClock();
    await waitTurn(folder, 'a.org:80', pace, { clock });
    await waitTurn(folder, 'b.org', pace, { clock });
    expect(clock.slept).toEqual([]);
    const later = fakeClock(clock.now() + 400);
    await waitTurn(folder, 'a.org:80', pace, { clock: later });
    expect(later.slept).toEqual([600]);
  });

  it('takes no notice of times in the future, nor of what is no time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1e9 }), { maxLength: 300 }), async (ahead) => {
        const folder = temporaryFolder();
        const clock = fakeClock();
        writeFileSync(
          path.join(folder, 'a.org.txt'),
          [...ahead.map((ms) => 1e12 + ms), 'x', '-1', ''].join('\n'),
        );
        await waitTurn(folder, 'a.org', pace, { clock });
        expect(clock.slept).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('takes turns with other processes, and ends at an interrupt', async () => {
    const folder = temporaryFolder();
    const quick = { gap: 30, most: 100, within: 0 };
    const times = await Promise.all(
      Array.from({ length: 4 }, () =>
        waitTurn(folder, 'a.org', quick, { clock: steadyClock }).then(() => performance.now()),
      ),
    );
    times.sort((a, b) => a - b);
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(80);
    const abort = new AbortController();
    setTimeout(() => abort.abort('SIGINT'), 20);
    const options = { clock: steadyClock, signal: abort.signal };
    await expect(waitTurn(folder, 'a.org', { ...pace, gap: 60_000 }, options)).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
