import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { optionName } from '../../lib/cli/arguments';
import { parseReport, type ReportRequest, reportUsage } from '../../lib/cli/reportRequest';
import { studyNames } from '../../lib/cli/studies';
import { ReportError } from '../../lib/core/errors';
import { pricePages } from '../../lib/studies/prices/pages';
import { loadConfig } from '../../lib/studies/prices/settings';
import { study } from '../../lib/studies/prices/study';
import { temporaryFolder } from '../temporary';

const usage = reportUsage(study);

/** What one study is asked for. */
async function parse(
  args: readonly string[],
  cwd = '/',
  env: NodeJS.ProcessEnv = {},
): Promise<ReportRequest> {
  const requests = await parseReport(args, cwd, env);
  expect(requests).toHaveLength(1);
  return requests[0]!; // the one
}

const { notebooks } = pricePages;

/** The names of the notebooks that a command line asks for. */
const asked = async (...args: string[]): Promise<string[]> =>
  (await parse(args)).notebooks.map(({ name }) => name);

async function failure(args: string[], cwd = '/', env: NodeJS.ProcessEnv = {}): Promise<ReportError> {
  try {
    await parseReport(args, cwd, env);
  } catch (error) {
    if (error instanceof ReportError) return error;
    throw error;
  }
  throw new Error(`${args.join(' ')} was taken`);
}

/** The settings that differ from the defaults. */
function changed(request: ReportRequest): Record<string, unknown> {
  const plain: Record<string, unknown> = loadConfig({});
  return Object.fromEntries(Object.entries(request.config).filter(([name, value]) => plain[name] !== value));
}

describe('parseReport', () => {
  it('runs all nine notebooks with nothing changed when nothing is asked', async () => {
    const request = await parse([]);
    expect(request).toMatchObject({
      study: { name: 'prices' },
      notebooks,
      asked: { fresh: false },
      help: false,
    });
    expect(changed(request)).toEqual({});
  });

  it('takes every option, as `--name value` and as `--name=value`, and resolves paths from the folder of the call', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'games'));
    writeFileSync(path.join(folder, 'base.h5'), '');
    const settings = {
      data: path.join(folder, 'games'),
      weights: path.join(folder, 'base.h5'),
      imageSize: 224,
      epochs: 3,
      seed: 7,
      variants: 0,
    };
    const options = {
      data: 'games',
      weights: './base.h5',
      'image-size': '224',
      epochs: '3',
      seed: '7',
      variants: '0',
    };
    const apart = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const joined = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    for (const args of [
      [...apart, '--fresh'],
      ['--fresh', ...joined],
    ]) {
      const request = await parse(args, folder);
      expect(request).toMatchObject({ notebooks, asked: { fresh: true }, help: false });
      expect(changed(request)).toEqual(settings);
    }
  });

  it('turns a setting on by an option without a value', async () => {
    expect(changed(await parse(['--thorough']))).toEqual({ thorough: true });
  });

  it('lets an option stand before, after and between notebooks', async () => {
    const request = await parse(['3', '--seed', '1', '04-split', '--fresh']);
    expect(request.notebooks.map(({ name }) => name)).toEqual(['03-images', '04-split']);
    expect(request).toMatchObject({ config: { seed: 1 }, asked: { fresh: true } });
  });

  it('runs the notebooks asked for once each, in the order of the report', async () => {
    expect(await asked('9', '03', '07-test-prediction', '3', '01-loading.ipynb')).toEqual([
      '01-loading',
      '03-images',
      '07-test-prediction',
      '09-grad-cam',
    ]);
  });

  it('takes a study before its notebooks, and all of them at once', async () => {
    expect(await asked('prices', '03', '07')).toEqual(['03-images', '07-test-prediction']);
    const all = await parseReport(['all', '--epochs', '3'], '/', {});
    expect(all[0]).toMatchObject({ study: { name: 'prices' }, config: { epochs: 3 } });
    expect(all.map((request) => request.study.name)).toEqual(studyNames());
    expect((await failure(['all', '--data', '/'])).message).toMatch(/^--data is for one study/);
  });

  it('refuses a notebook that there is not, and lists those there are', async () => {
    const error = await failure(['3', 'images']);
    expect(error.code).toBe('UNKNOWN_NOTEBOOK');
    expect(error.message).toMatch(
      /^There is no notebook "images": choose from 01-loading, .*, 09-grad-cam \(or, first, another study: .*filter/,
    );
  });

  it.each([
    [['--epoch', '3'], "Unknown option '--epoch'"],
    [['-x'], "Unknown option '-x'"],
    [['--no-fresh'], "Unknown option '--no-fresh'"],
    [['--seed'], "Option '--seed <value>' argument missing"],
    [['--fresh=yes'], "Option '--fresh' does not take an argument"],
    [['--epochs', '-3'], "Option '--epochs' argument is ambiguous"],
  ])('refuses %j with one sentence and how it is used', async (args, sentence) => {
    const error = await failure(args);
    expect(error.code).toBe('BAD_SETTING');
    expect(error.message.split('\n')[0]).toMatch(new RegExp(`^${sentence}\\.?$`));
    expect(error.message.endsWith(`\n\n${usage}`)).toBe(true);
  });

  it.each([
    ['--image-size', '20', 'a whole number from 32 to 512'],
    ['--image-size', '96px', 'a whole number from 32 to 512'],
    ['--epochs', '0', 'a whole number from 1 to 10000'],
    ['--epochs', '2.5', 'a whole number from 1 to 10000'],
    ['--seed', 'abc', 'a whole number from 0 to 2147483647'],
  ])('refuses %s %s under the name of the option', async (option, value, expected) => {
    const error = await failure([option, value]);
    expect(error.code).toBe('BAD_SETTING');
    expect(error.message).toBe(`${option} is "${value}", expected ${expected}: correct or leave it out.`);
  });

  it.each(['--data', '--weights', '--image-size', '--epochs', '--seed'])(
    'refuses an empty %s, as an unset variable of the shell gives it',
    async (option) => {
      for (const value of ['', ' ']) {
        expect(await failure([option, value])).toMatchObject({
          code: 'BAD_SETTING',
          message: `${option} is empty: give it a value or leave it out.`,
        });
      }
    },
  );

  it('refuses a setting of the environment that does not fit, under the name of its variable', async () => {
    const error = await failure(['--epochs', '3'], '/', { REPORT_VARIANTS: 'two' });
    expect(error).toMatchObject({ code: 'BAD_SETTING' });
    expect(error.message).toMatch(/^REPORT_VARIANTS is "two"/);
    expect((await failure([], '/', { REPORT_EPOCHS: '0' })).message).toMatch(/^REPORT_EPOCHS is "0"/);
  });

  it('lets an option win over the environment', async () => {
    expect(changed(await parse(['--epochs', '3'], '/', { REPORT_EPOCHS: 'wrong' }))).toEqual({ epochs: 3 });
  });

  it('refuses a data folder that is missing or a file, from an option or the environment', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'games.csv');
    writeFileSync(file, '');
    const missing = { code: 'NO_DATA_FOLDER', message: expect.stringContaining(path.join(folder, 'never')) };
    expect(await failure(['--data', 'never'], folder)).toMatchObject(missing);
    expect(await failure([], '/', { REPORT_DATA: path.join(folder, 'never') })).toMatchObject(missing);
    expect(await failure(['--data', file])).toMatchObject({ code: 'NO_DATA_FOLDER' });
  });

  it('refuses weights that are missing or a folder, from an option or the environment', async () => {
    const folder = temporaryFolder();
    const missing = { code: 'BAD_WEIGHTS', message: expect.stringContaining(path.join(folder, 'base.h5')) };
    expect(await failure(['--weights', 'base.h5'], folder)).toMatchObject(missing);
    expect(await failure([], '/', { REPORT_WEIGHTS: path.join(folder, 'base.h5') })).toMatchObject(missing);
    expect(await failure(['--weights', folder])).toMatchObject({ code: 'BAD_WEIGHTS' });
  });

  it('shows the help whatever else stands there', async () => {
    const request = await parse(['--help', 'images', '--data', '/never'], '/', { REPORT_SEED: 'x' });
    expect(request).toMatchObject({ help: true, config: { seed: 42 } });
  });
});

describe('the help', () => {
  it('names every option and setting, with its default', () => {
    for (const name of Object.keys(study.settings)) expect(usage).toContain(`  --${optionName(name)}`);
    for (const option of [
      '--data',
      '--weights',
      '--image-size',
      '--epochs',
      '--seed',
      '--thorough',
      '--fresh',
      '--help',
    ]) {
      expect(usage).toMatch(new RegExp(`^ {2}${option} `, 'm'));
    }
    expect(usage).toMatch(/--image-size N .*\(96\)/);
    expect(usage).toMatch(/--epochs N .*\(15\)/);
    expect(usage).toMatch(/--seed N .*\(42\)/);
  });
});

describe('the report command', () => {
  const root = path.resolve(__dirname, '..', '..');

  /** Runs it on folders of its own, in which an earlier result lies. */
  function report(...args: string[]) {
    const folder = temporaryFolder();
    const earlier = path.join(folder, 'work', 'prices', 'prepared', 'earlier');
    mkdirSync(earlier, { recursive: true });
    const env = {
      ...process.env,
      REPORT_ROOT: root,
      REPORT_WORK: path.join(folder, 'work'),
      REPORT_REPORTS: path.join(folder, 'reports'),
      INIT_CWD: folder,
    };
    const script = path.join(root, 'lib', 'cli', 'report.ts');
    const child = spawnSync(process.execPath, ['--import', './lib/cli/loader.mjs', script, ...args], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    const untouched = existsSync(earlier) && readdirSync(folder).join() === 'work';
    return { status: child.status, stdout: child.stdout, stderr: child.stderr, untouched };
  }

  it.each([
    [['--fresh', '--nope'], "The report stopped: Unknown option '--nope'"],
    [['--fresh', '10'], 'The report stopped: There is no notebook "10"'],
    [['--fresh', '--data', 'never'], 'The report stopped: There is no folder /'],
    [['--fresh', '--epochs', 'x'], 'The report stopped: --epochs is "x"'],
  ])('ends %j with a sentence and status 1 before anything runs or is removed', (args, sentence) => {
    const result = report(...args);
    expect(result).toMatchObject({ status: 1, stdout: '', untouched: true });
    expect(result.stderr.trim().startsWith(sentence)).toBe(true);
    expect(result.stderr).not.toMatch(/^\s+at /m); // no stack
  });

  it('shows its help with status 0 and does nothing', () => {
    expect(report('--help', '--fresh')).toEqual({
      status: 0,
      stdout: `${usage}\n`,
      stderr: '',
      untouched: true,
    });
  });
});
