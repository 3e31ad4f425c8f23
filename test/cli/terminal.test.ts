import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { runTool, timed } from '../../lib/cli/terminal';
import { temporaryFolder } from '../temporary';

describe('a program that a command starts', () => {
  it('gives its exit status', async () => {
    const { signal } = new AbortController();
    expect(await runTool(process.execPath, ['-e', 'process.exit(3)'], signal)).toBe(3);
    expect(await runTool(process.execPath, ['-e', ''], signal)).toBe(0);
  });

  it('ends with the command, which says so', async () => {
    const note = path.join(temporaryFolder(), 'pid');
    const code = `require('node:fs').writeFileSync('${note}', String(process.pid)); setInterval(() => {}, 1000);`;
    const abort = new AbortController();
    const ended = runTool(process.execPath, ['-e', code], abort.signal).catch((error: unknown) => error);
    while (!existsSync(note)) await delay(20);
    abort.abort('SIGTERM');
    expect(await ended).toMatchObject({ code: 'INTERRUPTED' });
    expect(() => process.kill(Number(readFileSync(note, 'utf8')), 0)).toThrow('ESRCH');
  });
});

describe('the line of a notebook', () => {
  it('shows on a terminal how far it is, within its width, and elsewhere only now and then', async () => {
    const written: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => written.push(String(text)) > 0);
    const { isTTY, columns } = process.stdout;
    const run = async (live: boolean): Promise<string[]> => {
      Object.assign(process.stdout, { isTTY: live, columns: 60 });
      written.length = 0;
      await timed('06-model', async (show) => {
        show(`Training: 1 of 5, ${'x'.repeat(80)}`);
        await delay(300);
        return true;
      });
      return [...written];
    };
    try {
      const [running = '', last] = await run(true);
      expect(running).toMatch(/K {2}06-model {16}0\.\d s {2}Training: 1 of 5, x+$/);
      expect(running.indexOf('K') + 1).toBe(running.length - 59); // clears the line before
      expect(last).toMatch(/K {2}06-model {16}0\.\d s\n$/);
      expect(await run(false)).toEqual([expect.stringMatching(/^ {2}06-model {16}0\.\d s\n$/)]);
    } finally {
      Object.assign(process.stdout, { isTTY, columns });
      write.mockRestore();
    }
  });
});
