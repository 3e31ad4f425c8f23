import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runNotebook } from '../../lib/cli/notebook';
import { loadStudy } from '../../lib/cli/studies';
import { type Config, coreSettings, readSettings } from '../../lib/core/settings';
import { temporaryFolder } from '../temporary';

const root = path.resolve(__dirname, '..', '..');

/** Waits until `look` finds something; a kernel takes seconds to start, on a busy machine many. */
async function until<T>(look: () => T | null | undefined | false, what: string, seconds = 90): Promise<T> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await delay(50)) {
    const found = look();
    if (found) return found;
  }
  throw new Error(`${what} did not happen in ${seconds} s`);
}

function isRunning(pid: number): boolean {
  try {
    // A process that has ended may still have its number, until who started it has heard.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

const gone = (pid: number) => until(() => !isRunning(pid), `the end of process ${pid}`, 5);

describe.skipIf(process.platform !== 'linux')('a notebook', () => {
  let folder: string;
  let config: Config;
  const said = new Set<string>();
  const pidFile = () => path.join(folder, 'pid');
  const kernel = () =>
    until(() => existsSync(pidFile()) && Number(readFileSync(pidFile(), 'utf8')), 'the cell');

  /** Starts a notebook of one cell, which notes its process and then does this. */
  async function start(code: string, signal = new AbortController().signal): Promise<unknown> {
    const source = `import fs from 'node:fs';\nfs.writeFileSync('${pidFile()}', String(process.pid));\n${code}`;
    const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source };
    const kernelspec = { display_name: 'TypeScript', language: 'typescript', name: 'tslab' };
    const notebook = { cells: [cell], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 4 };
    mkdirSync(path.join(folder, 'notebooks', 'demo'), { recursive: true });
    writeFileSync(path.join(folder, 'notebooks', 'demo', '01-one.ipynb'), JSON.stringify(notebook));
    const study = { ...(await loadStudy('prices')), name: 'demo' };
    const onProgress = (text: string) => said.add(text);
    return runNotebook({ study, config }, '01-one', signal, { onProgress }).catch((error: unknown) => error);
  }

  beforeEach(() => {
    mkdirSync(path.join(root, '.cache'), { recursive: true });
    folder = mkdtempSync(path.join(root, '.cache', 'notebook-')); // the kernel runs notebooks of the project only
    symlinkSync(path.join(root, '.venv'), path.join(folder, '.venv'));
    symlinkSync(path.join(root, 'lib'), path.join(folder, 'lib'));
    mkdirSync(path.join(folder, 'data', 'demo'), { recursive: true });
    vi.stubEnv('REPORT_ROOT', folder);
    config = readSettings('demo', coreSettings, {}, folder);
    return () => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    };
  });

  it('that is interrupted leaves no kernel behind, whatever it is at, and says what is kept', async () => {
    const abort = new AbortController();
    const ended = start('for (;;);', abort.signal);
    const pid = await kernel();
    expect(isRunning(pid)).toBe(true);
    abort.abort('SIGINT');
    expect(await ended).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringMatching(/01-one.*are kept/),
    });
    await gone(pid);
    expect(readdirSync(config.reports)).toEqual([]);
  });

  it('whose kernel is killed says at which stage, and how much memory it had', async () => {
    const ended = start(`
      const os = require('node:os');
      const taken = Buffer.alloc(2 ** 30, 1);
      fs.writeFileSync(process.env.KERNEL_PROGRESS!, 'Training: 1 of 2');
      const name = 'models/base-1234.' + os.hostname() + '-' + process.pid + '-01234567.partial';
      fs.mkdirSync('${path.join(folder, 'data', 'demo')}/' + name, { recursive: true });
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      console.log(taken.length);`);
    const pid = await kernel();
    const models = path.join(folder, 'data', 'demo', 'models');
    await until(() => existsSync(models), 'the stage', 30);
    await delay(2500); // the watch has looked once since
    expect([...said]).toContain('Training: 1 of 2');
    process.kill(pid, 'SIGKILL');
    const error = await ended;
    expect(error).toMatchObject({ code: 'WORKER_LOST' });
    expect(String(error)).toMatch(
      /01-one was killed while it made models\/base-1234, .* up to (0\.[5-9]|1\.\d) GiB of [\d.]+ GiB/,
    );
  });
});

describe.skipIf(process.platform !== 'linux')('two runs of one report', () => {
  it('take turns, and leave no kernel behind when they are ended or lose their terminal', async () => {
    const folder = temporaryFolder();
    const reports = path.join(folder, 'reports', 'prices');
    const begin = () => {
      const args = ['--import', './lib/cli/loader.mjs', 'lib/cli/report.ts', 'prices', '01'];
      const child = spawn(process.execPath, args, {
        cwd: root,
        env: {
          ...process.env,
          REPORT_SAMPLE_GAMES: '60',
          REPORT_WORK: path.join(folder, 'data'),
          REPORT_REPORTS: path.join(folder, 'reports'),
        },
      });
      const run = { child, output: '', closed: once(child, 'close') };
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (run.output += text));
      return run;
    };
    /** The process of the kernel that works for a run, as its watch has noted it. */
    const kernel = () =>
      until(() => {
        const all = existsSync(reports) ? readdirSync(reports, { recursive: true, encoding: 'utf8' }) : [];
        const found = all.find((name) => name.endsWith('kernel.json'));
        const note = found && path.join(reports, found);
        return note && existsSync(note)
          ? (JSON.parse(readFileSync(note, 'utf8') || '{}').pid as number)
          : null;
      }, 'the kernel');
    const first = begin();
    const pid = await kernel();
    const second = begin();
    await until(() => second.output.includes('Another run makes the pages of prices'), 'the word');
    const left = (what: RegExp) =>
      readdirSync(reports, { recursive: true, encoding: 'utf8' }).filter((name) => what.test(name));
    expect(left(/^[^/]+\/[^/]+\.partial$/)).toHaveLength(1); // of a page
    first.child.kill('SIGHUP');
    expect(await first.closed).toEqual([1, null]);
    expect(first.output).toMatch(/The report stopped: Interrupted in 01-.* are kept/);
    await gone(pid);
    const next = await kernel();
    expect(next).not.toBe(pid);
    second.child.kill('SIGTERM');
    expect(await second.closed).toEqual([1, null]);
    await gone(next);
    expect(left(/partial|lock/)).toEqual([]);
  });
});
