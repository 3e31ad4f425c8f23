import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/core/files';
import { asEnvironment } from '../../lib/core/settings';
import { prepareData } from '../../lib/studies/prices/preparedData';
import { trainReportModel } from '../../lib/studies/prices/reportModel';
import { tinyData } from '../studies/prices/tinyData';

const tiny = tinyData();
const settings = { epochs: 1, variants: 0, target: 'log1p' } as const;

const runExplain = (args: string[]) => runScript('explain', args);

/** `npm run SCRIPT -- …args` without npm, called from the data folder. */
async function runScript(script: string, args: string[]): Promise<{ status: number; output: string }> {
  const env = { ...process.env, ...asEnvironment(tiny.run(settings).config), INIT_CWD: tiny.folder };
  const given = ['--import', './lib/cli/loader.mjs', 'lib/cli/command.ts', script, ...args];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, given, { cwd: projectRoot(), env });
    return { status: 0, output: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string }; // what execFile throws for a status that is not 0
    return { status: code, output: stderr };
  }
}

describe('npm run explain', () => {
  it.each([
    [[], 'No picture was named'],
    [['a.jpg', '--method', 'saliency'], '--method is "saliency", expected grad-cam, grad-cam++'],
    [['a.jpg', '--out', ''], '--out is empty'],
    [['a.jpg', '--seed', '3'], '--seed is a matter of training'],
    [['a.jpg', '--method'], "Option '--method <value>' argument missing"],
    [['a.jpg'], 'there is no such file'],
    [['games.csv'], 'npm run report -- 06'], // nothing was trained yet
  ])('stops %j with a sentence', async (args, message) => {
    const { status, output } = await runExplain(args);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toMatch(/^\s+at /m); // no stack
  });

  it('names the files that it wrote for each picture, beside its predicted price', async () => {
    const run = tiny.run(settings);
    const prepared = await prepareData(run);
    const value = await trainReportModel(run, prepared);
    value.dispose();
    prepared.close();
    const [game] = readdirSync(path.join(tiny.folder, 'screenshots'));
    const [file] = readdirSync(path.join(tiny.folder, 'screenshots', game!));
    const named = path.join('screenshots', game!, file!);
    const { status, output } = await runExplain([named, '--out', 'seen', '--method', 'layercam']);
    expect(status).toBe(0);
    expect(output).toMatch(new RegExp(`€\\d+\\.\\d\\d {2}${named}`));
    expect(output).toContain('layercam at block_6_expand_relu, 8×8 places');
    for (const side of ['raises', 'lowers']) {
      const written = new RegExp(`${side} it: (\\S+\\.${side}\\.png) \\(`).exec(output)?.[1] ?? '';
      expect(existsSync(path.join(tiny.folder, written))).toBe(true);
    }
    const { output: json } = await runScript('predict', [named, '--json']);
    const price = Math.round(JSON.parse(json).price) / 100;
    expect(output).toContain(`€${price.toFixed(2)}  ${named}`);
    const again = await runExplain([named]);
    expect(again.output).toContain(path.join('explained', `${game}-${path.parse(file!).name}.raises.png`));
    expect(existsSync(path.join(run.config.reports, 'explained'))).toBe(true);
  }, 180_000);
});
