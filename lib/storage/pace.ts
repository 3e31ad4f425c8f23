import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeAtomic } from '../core/files';
import { withLock } from '../core/lock';
import { throwIfAborted } from '../core/pool';

/** How often a server may be asked, in milliseconds. */
export interface Pace {
  /** Between two requests. */
  gap: number;
  /** Requests at most `within` a time. */
  most: number;
  within: number;
}

/** One request a second, and 200 in five minutes. */
export const politePace: Pace = { gap: 1000, most: 200, within: 300_000 };

/** Time in milliseconds, and waiting. */
export interface Clock {
  now(): number;
  /** Ends early when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Does not run backwards when the clock of the machine is set back. */
export const steadyClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) =>
    delay(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    }),
};

/**
 * Waits until a server may be asked again. When it was asked is kept in `folder`, which all processes and later runs share; times that lie in the
 * future, because the clock was set back between two runs, count for nothing.
 */
export async function waitTurn(
  folder: string,
  host: string,
  { gap, most, within }: Pace,
  { clock, signal }: { clock: Clock; signal?: AbortSignal },
): Promise<void> {
  const file = path.join(folder, `${host.replace(/[^\w.-]/g, '_')}.txt`);
  const work = async (): Promise<void> => {
    const now = clock.now();
    const asked = (await timesIn(file)).filter((time) => time <= now).sort((a, b) => a - b);
    const [last = -Infinity, oldest = -Infinity] = [asked.at(-1), asked.at(-most)];
    const wait = Math.max(last + gap, oldest + within) - now;
    if (wait > 0) await clock.sleep(wait, signal);
    throwIfAborted(signal);
    await writeAtomic(file, [...asked, clock.now()].slice(-most).join('\n'));
  };
  await withLock(`${file}.lock`, work, { signal });
}

async function timesIn(file: string): Promise<number[]> {
  if (!existsSync(file)) return [];
  // A damaged file says nothing of when it was.
  return (await readFile(file, 'utf8'))
    .split('\n')
    .map(Number)
    .filter((time) => time > 0);
}
