import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readResults, recordResults, runKey } from '../../lib/core/results';
import { type Config, coreSettings, readSettings } from '../../lib/core/settings';
import { diskError, faults } from '../faults';
import { temporaryFolder } from '../temporary';

vi.mock('node:fs/promises', async (original) => (await import('../faults')).withFaults(await original()));

afterEach(() => {
  for (const name of Object.keys(faults)) delete faults[name as keyof typeof faults];
});

const config = (changes: Partial<Config> = {}): Config => ({
  ...readSettings('demo', coreSettings, {}, '/project'),
  ...changes,
});
const file = (folder: string): string => path.join(folder, 'results.json');

describe('runKey', () => {
  it('is the same for the same settings, wherever they let results lie', () => {
    expect(runKey(config())).toMatch(/^[0-9a-f]{12}$/);
    expect(runKey(config({ work: '/a', reports: '/b' }))).toBe(runKey(config()));
  });

  it('changes with every other setting', () => {
    const others = Object.keys(config()).filter(
      (name) => !['work', 'reports', 'run', 'processes', 'thorough'].includes(name),
    );
    const keys = others.map((name) => runKey(config({ [name]: 'changed' })));
    expect(new Set([...keys, runKey(config())]).size).toBe(others.length + 1);
  });
});

describe('recordResults', () => {
  it('writes figures with sorted names into a folder that it makes, and gives them back', async () => {
    const settings = config({ reports: path.join(temporaryFolder(), 'new') });
    const figures = { 'rows.read': 300, 'a.name': 'x', flag: false, none: null };
    const results = await recordResults(settings, figures);
    expect(results).toEqual({ ...figures, 'run.key': runKey(settings) });
    expect(readResults(settings.reports)).toEqual(results);
    const text = readFileSync(file(settings.reports), 'utf8');
    expect(text.endsWith('}\n')).toBe(true);
    expect(Object.keys(JSON.parse(text))).toEqual(['a.name', 'flag', 'none', 'rows.read', 'run.key']);
    expect(readdirSync(settings.reports)).toEqual(['results.json']);
  });

  it('loses no figure of those that two processes record at the same time', async () => {
    const settings = config({ reports: temporaryFolder() });
    const code = `
      const { recordResults } = require('./lib/core/results.ts');
      const settings = ${JSON.stringify(settings)};
      (async () => {
        for (let i = 0; i < 40; i++) await recordResults(settings, { ['other.' + i]: i });
      })();`;
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', code], {
      cwd: path.resolve(__dirname, '..', '..'),
      stdio: 'inherit',
    });
    const ended = once(child, 'close');
    while (readResults(settings.reports)['other.0'] === undefined) await delay(20);
    for (let i = 0; i < 40; i++) await recordResults(settings, { [`own.${i}`]: i });
    expect(await ended).toEqual([0, null]);
    expect(Object.keys(readResults(settings.reports))).toHaveLength(81);
  });

  it('keeps the figures of the same run and replaces those of the same name', async () => {
    const settings = config({ reports: temporaryFolder() });
    await recordResults(settings, { 'rows.read': 300, 'rows.kept': 290 });
    await recordResults(settings, { 'rows.kept': 291, backend: 'wasm' });
    expect(readResults(settings.reports)).toEqual({
      'rows.read': 300,
      'rows.kept': 291,
      backend: 'wasm',
      'run.key': runKey(settings),
    });
  });

  it('drops the figures of a run with other settings, and of a file that names no run', async () => {
    const reports = temporaryFolder();
    writeFileSync(file(reports), '{"rows.read": 1}');
    await recordResults(config({ reports }), { 'rows.kept': 2 });
    expect(readResults(reports)).not.toHaveProperty('rows.read');
    const other = config({ reports, seed: 7 });
    expect(await recordResults(other, { backend: 'wasm' })).toEqual({
      backend: 'wasm',
      'run.key': runKey(other),
    });
    expect(readResults(reports)).not.toHaveProperty('rows.kept');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %d, names the figure, and writes none of those given with it',
    async (value) => {
      const settings = config({ reports: temporaryFolder() });
      await recordResults(settings, { 'rows.read': 300 });
      await expect(
        recordResults(settings, { 'rows.kept': 1, 'test.game.r2_log': value }),
      ).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining(`The figure test.game.r2_log is ${value}`),
      });
      expect(readResults(settings.reports)).toEqual({ 'rows.read': 300, 'run.key': runKey(settings) });
    },
  );

  it('keeps the earlier figures whole when the disk is full', async () => {
    const settings = config({ reports: temporaryFolder() });
    const before = await recordResults(settings, { 'rows.read': 300 });
    faults.writeFile = () => {
      throw diskError('ENOSPC');
    };
    await expect(recordResults(settings, { 'rows.kept': 1 })).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readResults(settings.reports)).toEqual(before);
    expect(readdirSync(settings.reports)).toEqual(['results.json']);
  });
});

describe('readResults', () => {
  it('gives none when there is no file', () => {
    expect(readResults(path.join(temporaryFolder(), 'never'))).toEqual({});
  });

  it.each(['', '{"rows.read": 3', 'null', '[1]', '7'])(
    'throws BROKEN_STAGE for the damaged file %j and names it',
    async (text) => {
      const reports = temporaryFolder();
      writeFileSync(file(reports), text);
      const broken = { code: 'BROKEN_STAGE', message: expect.stringContaining(file(reports)) };
      expect(() => readResults(reports)).toThrow(expect.objectContaining(broken));
      await expect(recordResults(config({ reports }), {})).rejects.toMatchObject(broken);
      expect(readFileSync(file(reports), 'utf8')).toBe(text);
    },
  );
});
