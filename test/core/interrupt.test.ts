import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listenForInterrupt } from '../../lib/core/interrupt';

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

describe('listenForInterrupt', () => {
  it('aborts its signal at a Ctrl-C and not before, and the process goes on', async () => {
    const { signal, release } = listenForInterrupt();
    try {
      expect(signal.aborted).toBe(false);
      const done = aborted(signal);
      process.kill(process.pid, 'SIGINT');
      await done;
      expect(signal.aborted).toBe(true);
    } finally {
      release();
    }
  });

  it('reaches everyone who listens', async () => {
    const listeners = [listenForInterrupt(), listenForInterrupt()];
    const done = Promise.all(listeners.map(({ signal }) => aborted(signal)));
    process.kill(process.pid, 'SIGINT');
    await done;
    for (const { release } of listeners) release();
  });

  it('leaves no listener behind, whether it was interrupted or released, also twice', async () => {
    const before = process.listenerCount('SIGINT');
    const first = listenForInterrupt();
    first.release();
    first.release();
    expect(process.listenerCount('SIGINT')).toBe(before);
    expect(first.signal.aborted).toBe(false);

    const second = listenForInterrupt();
    const done = aborted(second.signal);
    process.kill(process.pid, 'SIGINT');
    await done;
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  it('lets a Ctrl-C end the process again once released', () => {
    const code = `
      const { release } = require('./lib/core/interrupt.ts').listenForInterrupt();
      release();
      setTimeout(() => process.exit(3), 10_000);
      process.kill(process.pid, 'SIGINT');`;
    const { signal } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', code], {
      cwd: path.resolve(__dirname, '..', '..'),
    });
    expect(signal).toBe('SIGINT');
  });
});
