import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../lib/core/files';
import { temporaryFolder } from '../temporary';

const root = path.resolve(__dirname, '..', '..');

/** What lib/cli/setup/steps.mjs exports, as its JSDoc has it; the compiler does not read JavaScript here. */
interface Steps {
  root: string;
  cache: string;
  SetupError: new (message: string) => Error;
  ownCache: () => string | null;
  toolEnvironment: () => NodeJS.ProcessEnv;
  run: (command: string, args: string[], failure: string, options?: object) => Promise<void>;
  output: (command: string, args: string[]) => string | null;
  fingerprint: (...parts: string[]) => string;
  textOf: (file: string) => string;
  writeWhole: (file: string, text: string) => void;
  step: (step: {
    title: string;
    stamp: string;
    print: string;
    work: () => Promise<void>;
  }) => Promise<boolean>;
  installCommand: (names: { apt: string; dnf: string; brew: string }) => string;
}

/** A module of lib/cli/setup, loaded anew in the environment of this moment. */
async function load<T>(name: string): Promise<T> {
  vi.resetModules();
  return (await import(path.join(root, 'lib', 'cli', 'setup', name))) as T;
}

const loadSteps = (): Promise<Steps> => load<Steps>('steps.mjs');

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('step', () => {
  it('does its work once, says so, and not again while its print is the same', async () => {
    const { step } = await loadSteps();
    const stamp = path.join(temporaryFolder(), 'state', 'packages');
    const work = vi.fn(async () => {});
    expect(await step({ title: 'the packages', stamp, print: 'a', work })).toBe(true);
    expect(vi.mocked(console.log).mock.calls).toEqual([
      ['• the packages …'],
      [expect.stringMatching(/^ {2}.+: done in \d+\.\d s$/)],
    ]);
    expect(await step({ title: 'the packages', stamp, print: 'a', work })).toBe(false);
    expect(work).toHaveBeenCalledTimes(1);
    expect(console.log).toHaveBeenCalledTimes(2);
  });

  it('does it again when its print changes, and when its stamp is gone', async () => {
    const { step } = await loadSteps();
    const stamp = path.join(temporaryFolder(), 'stamp');
    const work = vi.fn(async () => {});
    for (const print of ['a', 'b', 'a']) expect(await step({ title: 'x', stamp, print, work })).toBe(true);
    writeFileSync(stamp, '');
    expect(await step({ title: 'x', stamp, print: 'a', work })).toBe(true);
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('is not done when its work fails, and passes the failure on', async () => {
    const { step, SetupError } = await loadSteps();
    const stamp = path.join(temporaryFolder(), 'stamp');
    const work = vi.fn(async () => {});
    work.mockRejectedValueOnce(new SetupError('no network'));
    await expect(step({ title: 'x', stamp, print: 'a', work })).rejects.toThrow('no network');
    expect(existsSync(stamp)).toBe(false);
    expect(await step({ title: 'x', stamp, print: 'a', work })).toBe(true);
  });

  it('is not done either when its print goes back to what it was before a failure', async () => {
    const { step } = await loadSteps();
    const stamp = path.join(temporaryFolder(), 'stamp');
    const work = vi.fn(async () => {});
    await step({ title: 'x', stamp, print: 'a', work });
    work.mockRejectedValueOnce(new Error('halfway'));
    await expect(step({ title: 'x', stamp, print: 'b', work })).rejects.toThrow('halfway');
    expect(await step({ title: 'x', stamp, print: 'a', work })).toBe(true);
  });
});

describe('toolEnvironment', () => {
  it('keeps the caches, settings and temporary files of every tool inside the cache folder or the project', async () => {
    vi.stubEnv('REPORT_CACHE', path.join(temporaryFolder(), 'kept'));
    vi.stubEnv('PIP_CACHE_DIR', '/somewhere');
    const { cache, toolEnvironment } = await loadSteps();
    const env = toolEnvironment();
    for (const name of ['TMPDIR', 'npm_config_cache', 'PIP_CACHE_DIR', 'REPORT_CACHE']) {
      expect(path.relative(cache, env[name]!)).not.toMatch(/^\.\.|^\//);
    }
    for (const name of ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR', 'IPYTHONDIR']) {
      expect(env[name]!.startsWith(`${root}/.cache/`)).toBe(true);
    }
    expect(env.REPORT_ROOT).toBe(root);
    expect(existsSync(env.TMPDIR!)).toBe(true);
  });

  it('keeps them in the project where the cache cannot be written to, and says so of what is missing there', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    vi.stubEnv('REPORT_CACHE', path.join(file, 'cache'));
    const { ownCache, toolEnvironment, cache } = await loadSteps();
    const tools = path.join(root, '.cache', 'tools');
    expect(ownCache()).toBeNull();
    expect(toolEnvironment()).toMatchObject({ REPORT_CACHE: cache, TMPDIR: path.join(tools, 'tmp') });
    expect(existsSync(path.join(tools, 'tmp'))).toBe(true);
  });

  it('passes on what else the environment holds, and sets up TensorFlow unless that was done', async () => {
    vi.stubEnv('REPORT_CACHE', temporaryFolder());
    vi.stubEnv('HTTPS_PROXY', 'http://proxy');
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', '0');
    vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', undefined);
    const { toolEnvironment } = await loadSteps();
    expect(toolEnvironment()).toMatchObject({
      HTTPS_PROXY: 'http://proxy',
      TF_CPP_MIN_LOG_LEVEL: '0',
      TF_ENABLE_ONEDNN_OPTS: '1',
    });
  });

  it.each<Record<string, string>>([
    { REPORT_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' },
    { REPORT_CACHE: 'beside', HOME: '/h' },
    { XDG_CACHE_HOME: '/x', HOME: '/h' },
    { HOME: '/h' },
    {},
  ])('has the same cache folder as lib/ for %j', async (env) => {
    for (const name of ['REPORT_CACHE', 'XDG_CACHE_HOME', 'HOME']) vi.stubEnv(name, env[name] ?? '');
    const { cache } = await loadSteps();
    expect(path.isAbsolute(cache)).toBe(true);
    expect(cache).toBe(cacheFolder());
  });
});

describe('run', () => {
  it('resolves when the command succeeds, in the folder it is given', async () => {
    const { run } = await loadSteps();
    const folder = temporaryFolder();
    const code = "require('fs').writeFileSync('here', process.env.WORD)";
    await run(process.execPath, ['-e', code], 'no', { cwd: folder, env: { WORD: 'said' } });
    expect(readFileSync(path.join(folder, 'here'), 'utf8')).toBe('said');
  });

  it('fails with the sentence for the reader: a failing, a missing and an endless command', async () => {
    const { run, SetupError } = await loadSteps();
    const env = { PATH: '' };
    const failing = run(process.execPath, ['-e', 'process.exit(3)'], 'It failed: check x.', { env });
    await expect(failing).rejects.toThrow(
      new SetupError(`It failed: check x. (${process.execPath} ended with 3)`),
    );
    await expect(run('never-there', [], 'It is missing.', { env })).rejects.toThrow(
      new SetupError('It is missing. (spawn never-there ENOENT)'),
    );
    const endless = ['-e', 'setInterval(() => {}, 1000)'];
    await expect(run(process.execPath, endless, 'It hangs.', { env, timeoutSeconds: 0.3 })).rejects.toThrow(
      new SetupError(`It hangs. (${process.execPath} ended with SIGTERM)`),
    );
  });
});

describe('output', () => {
  it('is what a command prints, trimmed, or null when it fails or is missing', async () => {
    vi.stubEnv('REPORT_CACHE', temporaryFolder());
    const { output } = await loadSteps();
    expect(output('sh', ['-c', 'echo "  text "'])).toBe('text');
    expect(output('sh', ['-c', 'echo text; exit 1'])).toBeNull();
    expect(output('never-there', [])).toBeNull();
  });
});

describe('installCommand', () => {
  const names = { apt: 'g++ make', dnf: 'gcc-c++', brew: 'gcc' };
  const platform = process.platform;
  afterEach(() => Object.defineProperty(process, 'platform', { value: platform }));

  /** A `PATH` with a shell and the given programs alone. */
  function onlyPrograms(...programs: string[]): void {
    const folder = temporaryFolder();
    symlinkSync('/bin/sh', path.join(folder, 'sh'));
    for (const name of programs) {
      writeFileSync(path.join(folder, name), '#!/bin/sh\n');
      chmodSync(path.join(folder, name), 0o755);
    }
    vi.stubEnv('PATH', folder);
    vi.stubEnv('REPORT_CACHE', path.join(folder, 'cache'));
  }

  it.each([
    ['darwin', [], 'brew install gcc'],
    ['linux', ['dnf'], 'sudo dnf install gcc-c++'],
    ['linux', ['apt-get'], 'sudo apt-get install g++ make'],
    ['linux', [], 'sudo apt-get install g++ make'],
  ])('on %s with %j is "%s"', async (system, programs, command) => {
    onlyPrograms(...programs);
    Object.defineProperty(process, 'platform', { value: system });
    const { installCommand } = await loadSteps();
    expect(installCommand(names)).toBe(command);
  });
});

describe('writeWhole, textOf and fingerprint', () => {
  it('write and read a small file, and leave nothing half-written', async () => {
    const { writeWhole, textOf } = await loadSteps();
    const folder = temporaryFolder();
    const file = path.join(folder, 'a', 'x');
    expect(textOf(file)).toBe('');
    writeWhole(file, 'one');
    writeWhole(file, 'two');
    expect(textOf(file)).toBe('two');
    mkdirSync(path.join(folder, 'a', 'taken', 'inside'), { recursive: true });
    expect(() => writeWhole(path.join(folder, 'a', 'taken'), 'text')).toThrow('EISDIR');
    expect(readdirSync(path.join(folder, 'a')).sort()).toEqual(['taken', 'x']);
  });

  it('tell apart texts that only join to the same', async () => {
    const { fingerprint } = await loadSteps();
    expect(fingerprint('a', 'b')).toBe(fingerprint('a', 'b'));
    expect(
      new Set([fingerprint('a', 'b'), fingerprint('ab'), fingerprint('', 'ab'), fingerprint('b', 'a')]).size,
    ).toBe(4);
  });
});

describe('REPORT_TENSORFLOW', () => {
  it.each(['tpu', 'GPU', ' cpu', 'tensorflow'])('refuses %j before anything is done', async (wanted) => {
    vi.stubEnv('REPORT_TENSORFLOW', wanted);
    vi.stubEnv('REPORT_CACHE', path.join(temporaryFolder(), 'cache'));
    const { installTensorFlow } = await load<{ installTensorFlow: () => Promise<void> }>('tensorflow.mjs');
    const { cache, SetupError } = (await import(
      path.join(root, 'lib', 'cli', 'setup', 'steps.mjs')
    )) as Steps;
    await expect(installTensorFlow()).rejects.toThrow(
      new SetupError(`REPORT_TENSORFLOW is "${wanted}", expected cpu, gpu or wasm: correct or unset it.`),
    );
    expect(existsSync(cache)).toBe(false);
    expect(console.log).not.toHaveBeenCalled();
  });
});
