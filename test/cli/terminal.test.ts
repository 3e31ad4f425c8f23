import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runTool } from '../../lib/cli/terminal';
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
