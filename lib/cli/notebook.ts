import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ReportError, systemCode } from '../core/errors';
import { partialName, projectRoot, removeAbandoned } from '../core/files';
import { gibibytes, memoryLimit } from '../core/memory';
import { asEnvironment, type Config } from '../core/settings';
import { numbered } from '../report/numbered';
import { failureReason } from './failureReason';
import { notebookFile } from './pageStage';
import type { ReportRequest } from './reportRequest';

/**
 * Runs one notebook through nbconvert; its page, or the notebook with its outputs, appears in the study's folder only when every cell has succeeded. Throws `INTERRUPTED` when
 * `signal` is aborted, `WORKER_LOST` when the kernel was killed, and `BAD_INPUT` with the sentence of a cell that failed.
 */
export async function runNotebook(
  { study, config }: Pick<ReportRequest, 'study' | 'config'>,
  name: string,
  signal: AbortSignal,
  { to = 'html', onProgress }: { to?: 'html' | 'notebook'; onProgress?: (text: string) => void } = {},
): Promise<void> {
  const root = projectRoot();
  await removeAbandoned(config.reports);
  const partial = partialName(path.join(config.reports, name)); // another run may be at the same notebook
  await mkdir(partial, { recursive: true });
  // A file and not a pipe: the kernel shares it and makes a pipe non-blocking, so that an error written in many pieces would be cut off.
  const [logFile, note] = [path.join(partial, 'log'), path.join(partial, 'kernel.json')];
  const word = path.join(partial, 'progress');
  try {
    const log = await open(logFile, 'w');
    const options = ['--to', to, '--execute', '--log-level=ERROR', '--output-dir', partial];
    const notebook = notebookFile(study.name, name);
    const child = spawn(path.join(root, '.venv', 'bin', 'jupyter'), ['nbconvert', ...options, notebook], {
      cwd: root,
      env: {
        ...process.env,
        ...asEnvironment(config),
        KERNEL_NOTE: note,
        KERNEL_PROGRESS: word,
        KERNEL_OWNER: String(process.pid),
      },
      stdio: ['ignore', 'ignore', log.fd],
    });
    const stop = (): boolean => child.kill('SIGKILL'); // its kernel ends with it
    signal.addEventListener('abort', stop);
    const look = setInterval(() => onProgress?.(existsSync(word) ? readFileSync(word, 'utf8') : ''), 250);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
      if (signal.aborted) stop();
    }).finally(() => {
      signal.removeEventListener('abort', stop);
      clearInterval(look);
      return log.close();
    });
    if (signal.aborted) throw interrupted(name, signal);
    if (code !== 0) throw await failure(await readFile(logFile, 'utf8'), name, config, note);
    const file = `${name}.${to === 'html' ? 'html' : 'ipynb'}`;
    if (to === 'html') {
      const page = await readFile(path.join(partial, file), 'utf8');
      await writeFile(path.join(partial, file), numbered(page, name, study.notebooks));
    }
    await rename(path.join(partial, file), path.join(config.reports, file));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Converts the cells of a study's notebooks in a process of its own, once for all of their kernels; one that comes to a cell first does it itself. */
export function convertAhead(study: string, names: readonly string[], signal: AbortSignal): void {
  const script = path.join(projectRoot(), 'lib', 'cli', 'kernel', 'ahead.cjs');
  const files = names.map((name) => notebookFile(study, name));
  const cwd = path.dirname(notebookFile(study, ''));
  const env = { ...process.env, KERNEL_OWNER: String(process.pid) };
  spawn(process.execPath, [script, ...files], { cwd, env, stdio: 'ignore', signal, killSignal: 'SIGKILL' })
    .on('error', () => {}) // ended with the report
    .unref();
}

const interrupted = (name: string, signal: AbortSignal): ReportError =>
  new ReportError(
    'INTERRUPTED',
    `Interrupted in ${name}: the pages before it and everything that was finished in data/ are kept, and the same command goes on from there.`,
    { cause: signal.reason },
  );

/** Why a notebook has failed: the sentence of a `ReportError` in its log, that its kernel was killed, or else the end of the log. */
async function failure(log: string, name: string, config: Config, note: string): Promise<ReportError> {
  const sentence = /ReportError: (.+?)\n(?:\n|$)/s.exec(log)?.[1]; // as the kernel tells it
  if (sentence === undefined && log.includes('DeadKernelError')) return killed(name, config, note);
  const folders = [config.reports, config.work, tmpdir(), path.join(projectRoot(), '.cache')];
  return new ReportError(
    'BAD_INPUT',
    `${sentence ?? (await failureReason(log, folders))} (notebook ${name})`,
  );
}

/** `note`: where the kernel's watch has written how much memory it had. */
function killed(name: string, { work }: Config, note: string): ReportError {
  const { pid = 0, bytes = 0 } = noteIn(note);
  const made = stageOf(work, pid);
  const [used, limit] = [gibibytes(bytes), gibibytes(memoryLimit())];
  return new ReportError(
    'WORKER_LOST',
    `The kernel of ${name} was killed${made && ` while it made ${made}`}, after it had used up to ${used} of ${limit} of memory: ` +
      'if that was too much, close other programs or take a smaller --image-size; what was finished is kept, and the same command goes on from there.',
  );
}

function noteIn(file: string): { pid?: number; bytes?: number } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')); // as watch.cjs writes it
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return {}; // killed before it was written
    throw error;
  }
}

/** What a process that was killed has left unfinished among the stages, as `models/base-3f2a`; empty when there is none. */
function stageOf(work: string, pid: number): string {
  const all = existsSync(work) ? readdirSync(work, { recursive: true, encoding: 'utf8' }) : [];
  const left = all.find((file) => new RegExp(`-${pid}-[0-9a-f]{8}\\.partial$`).test(file)) ?? '';
  const [stage = '', name = ''] = left.split(path.sep);
  return left && `${stage}/${name.replace(/\..*/, '')}`;
}
