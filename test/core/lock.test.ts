import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../lib/core/lock';
import { temporaryFolder } from '../temporary';

const root = path.resolve(__dirname, '..', '..');

describe('a lock', () => {
  it('lets one work after the other, and is gone afterwards, also after an error', async () => {
    const folder = temporaryFolder();
    const lock = path.join(folder, 'inner', 'lock');
    let [inside, most, waits] = [0, 0, 0];
    const work = async (i: number): Promise<number> => {
      most = Math.max(most, ++inside);
      await delay(5);
      inside--;
      if (i === 3) throw new Error('three');
      return i;
    };
    const all = Array.from({ length: 8 }, (_, i) => withLock(lock, () => work(i), { onWait: () => waits++ }));
    const ended = await Promise.allSettled(all);
    expect(ended.map(({ status }) => status === 'fulfilled')).toEqual(all.map((_, i) => i !== 3));
    expect(most).toBe(1);
    expect(waits).toBeGreaterThan(0); // who finds it free at the second look has not waited
    expect(readdirSync(path.dirname(lock))).toEqual([]);
  });

  it('ends waiting when interrupted, and leaves the lock to who has it', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    const abort = new AbortController();
    await withLock(lock, async () => {
      const other = withLock(lock, async () => {}, { onWait: () => abort.abort(), signal: abort.signal });
      await expect(other).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(readdirSync(path.dirname(lock))).toEqual(['lock']);
    });
  });

  it('is taken over from a process that was killed, by one of several', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    const code = `
      require('./lib/core/lock.ts').withLock(${JSON.stringify(lock)}, () => {
        console.log('has it');
        return new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', code], { cwd: root });
    await once(child.stdout, 'data');
    expect(existsSync(path.dirname(lock))).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    let inside = 0;
    const work = async (): Promise<void> => {
      expect(++inside).toBe(1);
      await delay(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => withLock(lock, work)));
    expect(readdirSync(path.dirname(lock))).toEqual([]);
  });

  it('is respected when its process runs on another machine, where nobody here can look', async () => {
    const lock = path.join(temporaryFolder(), 'lock');
    symlinkSync(`lock.not-${os.hostname()}-999999-01234567.partial`, lock);
    const signal = AbortSignal.timeout(200);
    await expect(withLock(lock, async () => {}, { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
