import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/core/files';
import { asEnvironment } from '../../lib/core/settings';
import { tinyData } from '../studies/prices/tinyData';

const tiny = tinyData();

/** `npm run splits -- …args` without npm. */
async function runSplits(args: string[]): Promise<{ status: number; output: string }> {
  const options = {
    cwd: projectRoot(),
    env: { ...process.env, ...asEnvironment(tiny.run({ epochs: 1 }).config) },
  };
  const given = ['--import', 'tsx', 'lib/cli/command.ts', 'splits', ...args];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, given, options);
    return { status: 0, output: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string }; // what execFile throws for a status that is not 0
    return { status: code, output: stderr };
  }
}

describe('npm run splits', () => {
  it('prints a line for each split and their mean, and says where the figures are', async () => {
    const { status, output } = await runSplits(['--splits', '2', '--seed', '7']);
    expect(status).toBe(0);
    expect(output).toMatch(/^7 +\d+ +log1p/m);
    expect(output).toMatch(/^8 +\d+ +log1p/m);
    expect(output).toContain('mean ± deviation');
    const file = /^Written: (.*)$/m.exec(output)?.[1] ?? '';
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ seed: 7 }, { seed: 8 }]);
  }, 180_000);

  it.each([
    [['--splits', '0'], '--splits is "0", expected a whole number'],
    [['now'], '"now" does not fit'],
    [['--split', '3'], "Unknown option '--split'"],
  ])('refuses %j', async (args, message) => {
    const { status, output } = await runSplits(args);
    expect(status).toBe(1);
    expect(output).toContain(message);
  });
});
