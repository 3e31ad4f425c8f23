// What every set-up step is built from: running commands, stamps, messages. Plain JavaScript: nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const venv = path.join(root, '.venv');
export const venvPython = path.join(venv, 'bin', 'python');

/** The one folder outside the project that is written to; `REPORT_CACHE` moves it. lib/core/files.ts finds the same one. */
export const cache = path.resolve(
  root,
  process.env.REPORT_CACHE ||
    path.join(
      process.env.XDG_CACHE_HOME || path.join(process.env.HOME || root, '.cache'),
      'screenshot-price-report',
    ),
);

/** A sentence for the reader that ends the set-up: what is missing or broken, and what to do. */
export class SetupError extends Error {}

/** The cache folder where this user may write to it, else null: what is there is read all the same. */
export function ownCache() {
  try {
    mkdirSync(path.join(cache, 'tmp'), { recursive: true });
    for (const folder of [cache, path.join(cache, 'tmp')]) accessSync(folder, constants.W_OK);
    return cache;
  } catch {
    return null;
  }
}

/** Where the tools that run below keep their own caches, settings and temporary files: inside the cache folder or the project. */
export function toolEnvironment() {
  const place = ownCache() ?? path.join(root, '.cache', 'tools');
  const temporary = path.join(place, 'tmp');
  mkdirSync(temporary, { recursive: true });
  return {
    ...process.env,
    TMPDIR: temporary,
    npm_config_cache: path.join(place, 'npm'),
    PIP_CACHE_DIR: path.join(place, 'pip'),
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    REPORT_ROOT: root,
    REPORT_CACHE: cache,
    JUPYTER_CONFIG_DIR: path.join(root, '.cache', 'jupyter', 'config'),
    JUPYTER_DATA_DIR: path.join(root, '.cache', 'jupyter', 'data'),
    JUPYTER_RUNTIME_DIR: path.join(root, '.cache', 'jupyter', 'runtime'),
    IPYTHONDIR: path.join(root, '.cache', 'ipython'),
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
    TF_ENABLE_ONEDNN_OPTS: process.env.TF_ENABLE_ONEDNN_OPTS ?? '1',
  };
}

/**
 * Runs a command to its end with the terminal's output, and fails with `failure` if it does.
 * @param {string} command @param {string[]} args @param {string} failure what to tell the reader
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutSeconds?: number }} [options]
 * @returns {Promise<void>}
 */
export function run(command, args, failure, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? toolEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: options.timeoutSeconds ? options.timeoutSeconds * 1000 : undefined,
    });
    child.on('error', (error) => reject(new SetupError(`${failure} (${error.message})`)));
    child.on('close', (code, signal) =>
      code === 0 ? resolve() : reject(new SetupError(`${failure} (${command} ended with ${signal ?? code})`)),
    );
  });
}

/** What a command prints, trimmed, or null if it cannot be run or fails. @param {string} command @param {string[]} args */
export function output(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', env: toolEnvironment() });
  return result.status === 0 ? result.stdout.trim() : null;
}

/** pip of the environment; on a terminal it shows its downloads. @param {string[]} args @param {string} failure as of `run` */
export const pip = (args, failure) =>
  run(venvPython, ['-m', 'pip', ...args, process.stdout.isTTY ? '--progress-bar=on' : '--quiet'], failure);

/** Ends a set-up with a sentence. @param {any} error */
export function stopSetUp(error) {
  const place = error?.dest ?? error?.path;
  const advice = 'allow it, free some space, or name another cache folder in REPORT_CACHE';
  const sentence = place ? `${place} cannot be written (${error.code}): ${advice}.` : error.message;
  console.error(place || error instanceof SetupError ? `Set-up stopped: ${sentence}` : error);
  process.exitCode = 1;
}

/** @param {...string} parts texts that a stamp stands for */
export const fingerprint = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex');

/** @param {string} file @returns {string} its text, or '' when there is none */
export const textOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Writes a file whole or not at all. @param {string} file @param {string | Buffer} text */
export function writeWhole(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true }); // gone already when all went well
  }
}

/**
 * One step: done already if its stamp file holds `print`; else says what it does, does it, writes the stamp and says how long it took.
 * The old stamp goes first: what `work` leaves half done is never taken for done, even if `print` goes back to what it was.
 * @param {{ title: string, stamp: string, print: string, work: () => Promise<void> }} step
 * @returns {Promise<boolean>} whether there was something to do
 */
export async function step({ title, stamp, print, work }) {
  if (textOf(stamp) === print) return false;
  console.log(`• ${title} …`);
  const start = performance.now();
  rmSync(stamp, { force: true });
  await work();
  writeWhole(stamp, print);
  console.log(`  ${title.split(' (')[0]}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return true;
}

/**
 * The command that installs a missing prerequisite on this machine.
 * @param {{ apt: string, dnf: string, brew: string }} names package names by package manager
 */
export function installCommand(names) {
  if (process.platform === 'darwin') return `brew install ${names.brew}`;
  if (output('sh', ['-c', 'command -v dnf'])) return `sudo dnf install ${names.dnf}`;
  return `sudo apt-get install ${names.apt}`;
}
