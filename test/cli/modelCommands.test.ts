import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/core/files';
import { asEnvironment } from '../../lib/core/settings';
import { tinyData } from '../studies/prices/tinyData';

const tiny = tinyData();

/** `npm run search -- …args` without npm, or another command of the study. */
async function runScript(args: string[], script = 'search'): Promise<{ status: number; output: string }> {
  const options = {
    cwd: projectRoot(),
    env: { ...process.env, ...asEnvironment(tiny.run({ epochs: 1 }).config) },
  };
  const given = ['--import', './lib/cli/loader.mjs', 'lib/cli/command.ts', script, ...args];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, given, options);
    return { status: 0, output: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string }; // what execFile throws for a status that is not 0
    return { status: code, output: stderr };
  }
}

describe('npm run search', () => {
  it('prints the trials, best first, and says where they are; a second time at once', async () => {
    const { status, output } = await runScript(['--trials', '2']);
    expect(status).toBe(0);
    expect(output).toContain('Trials, best first');
    expect(output).toMatch(/€\d+\.\d\d {2}/);
    const file = /^Also in (.*)$/m.exec(output)?.[1] ?? '';
    expect(path.basename(file)).toBe('search.json');
    expect(existsSync(file)).toBe(true);
    const again = await runScript(['--trials', '2']);
    expect(again.output).toContain(`Also in ${file}`);
  }, 180_000);

  it.each([
    [['--trials', '0'], '--trials is "0"'],
    [['now'], '"now" does not fit'],
    [['--trial', '3'], "Unknown option '--trial'"],
  ])('refuses %j', async (args, message) => {
    const { status, output } = await runScript(args);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(output).toContain(args[0] === '--trials' ? 'expected a whole number' : 'npm run search');
  });
});

describe('npm run splits', () => {
  it('prints a line for each split and their mean, and says where the figures are', async () => {
    const { status, output } = await runScript(['--splits', '2', '--seed', '7'], 'splits');
    expect(status).toBe(0);
    expect(output).toMatch(/^7 +\d+ +log1p/m);
    expect(output).toMatch(/^8 +\d+ +log1p/m);
    expect(output).toContain('mean ± deviation');
    const file = /^Written: (.*)$/m.exec(output)?.[1] ?? '';
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ seed: 7 }, { seed: 8 }]);
  }, 180_000);

  it('refuses none', async () => {
    const { status, output } = await runScript(['--splits', '0'], 'splits');
    expect(status).toBe(1);
    expect(output).toContain('--splits is "0"');
  });
});
