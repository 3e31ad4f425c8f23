import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../lib/core/files';
import { temporaryFolder } from '../temporary';

/** Runs `npm run fetch -- …` without the set-up, in an empty folder and with a cache of its own. */
function fetchCommand(args: readonly string[], env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const script = path.join(projectRoot(), 'lib', 'cli', 'fetch.ts');
  const options = {
    cwd: projectRoot(),
    env: {
      ...process.env,
      INIT_CWD: folder,
      REPORT_CACHE: path.join(folder, 'cache'),
      STEAM_API_KEY: '',
      ...env,
    },
  };
  return new Promise<{ code: number; text: string; folder: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', './lib/cli/loader.mjs', script, ...args],
      options,
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, text: out + err, folder }),
    );
  });
}

describe('npm run fetch', () => {
  it('says what there is, and of each what it takes', async () => {
    expect((await fetchCommand([])).text).toContain('steam|covers|mobilenet|resnet50');
    const { code, text } = await fetchCommand(['steam', '--help']);
    expect(code).toBe(0);
    for (const option of ['count N', 'appids FILE', 'list NAME', 'country CODE', 'size NAME', 'data DIR']) {
      expect(text).toContain(`--${option}`);
    }
  });

  it.each<[string, string[], RegExp]>([
    ['something unknown', ['toString'], /no "toString" to fetch/],
    ['a word too many', ['covers', 'x'], /"x" does not fit/],
    ['an option of another', ['covers', '--appids', 'x'], /Unknown option '--appids'/],
    [
      'a country that is none',
      ['steam', '--country', 'x;y'],
      /--country is "x;y", expected a code of two small letters/,
    ],
    [
      'a list without a key',
      ['steam', '--list', 'key'],
      /set STEAM_API_KEY to one of .*; it is written nowhere/,
    ],
    ['a file that is not there', ['steam', '--appids', 'none.txt'], /none\.txt/],
  ])('stops at %s', async (_case, args, sentence) => {
    const { code, text } = await fetchCommand(args);
    expect(code).toBe(1);
    expect(text).toMatch(sentence);
    expect(text).not.toMatch(/\n\s+at /);
  });

  it('says in one sentence that there is no network, and shows no key', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'ids.txt'), '440\n');
    // A loader that answers for the network, which may be there where this runs.
    const offline = path.join(folder, 'offline.cjs');
    writeFileSync(
      offline,
      "globalThis.fetch = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('no network') }));",
    );
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(offline)}`, STEAM_API_KEY: 'SECRET' };
    const runs = [
      await fetchCommand(['steam', '--appids', path.join(folder, 'ids.txt'), '--data', folder], env),
      await fetchCommand(['steam', '--list', 'key', '--data', folder], env),
      await fetchCommand(['covers', '--data', folder], env),
      await fetchCommand(['resnet50'], env),
      await fetchCommand(['mobilenet'], env),
    ];
    for (const { code, text } of runs) {
      expect(code).toBe(1);
      expect(text).toMatch(/no network/);
      expect(text).not.toMatch(/SECRET|\n\s+at /);
    }
    expect(existsSync(path.join(folder, 'games.csv'))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['ids.txt', 'manifest.jsonl', 'offline.cjs']);
  });
});
