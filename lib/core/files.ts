import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { explainDiskError, ReportError, systemCode } from './errors';

/** The project's folder: `REPORT_ROOT` when set, else the nearest folder upwards that holds this project's package.json. */
export function projectRoot(): string {
  if (process.env.REPORT_ROOT) return path.resolve(process.env.REPORT_ROOT);
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file) && readFileSync(file, 'utf8').includes('"screenshot-price-report"')) return folder;
    if (folder === path.dirname(folder)) {
      const advice = 'start from its folder or set REPORT_ROOT';
      throw new ReportError('BAD_SETTING', `No project above ${process.cwd()}: ${advice}.`);
    }
  }
}

/** The folder of downloads, outside the project: `REPORT_CACHE`, which counts from the project's folder, or one below `.cache` at home. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || path.join(process.env.HOME || projectRoot(), '.cache');
  return path.resolve(projectRoot(), process.env.REPORT_CACHE || path.join(base, 'screenshot-price-report'));
}

/** Hex SHA-256 of bytes or text. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** A name beside `target` for what is not whole yet, which no other call, process or machine on the same disk takes too. */
export const partialName = (target: string): string =>
  `${target}.${os.hostname()}-${process.pid}-${randomBytes(4).toString('hex')}.partial`;

/** True when `name` is a `partialName` whose process ended on this machine and left it behind. */
export function isAbandoned(name: string): boolean {
  const found = /-(\d+)-[0-9a-f]{8}\.partial$/.exec(name);
  return (
    found !== null && name.slice(0, found.index).endsWith(`.${os.hostname()}`) && !isRunning(Number(found[1]))
  );
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0); // signal 0 only asks
  } catch (error) {
    return systemCode(error) !== 'ESRCH'; // EPERM: it runs and belongs to somebody else
  }
}

/** Removes what killed processes left in `folder` under a `partialName`: they could not tidy up, and it may take gigabytes. */
export async function removeAbandoned(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const left = (await readdir(folder)).filter(isAbandoned);
  await Promise.all(left.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
}

/** Writes a file whole or not at all: into a neighbour first, then renamed over the old one. Makes the folder. */
export async function writeAtomic(file: string, content: string | Uint8Array): Promise<void> {
  const partial = partialName(file);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {}); // what went wrong first says more
    throw explainDiskError(error, file);
  }
}

/** Removes a file or folder, if there is one. A folder goes at once: a process killed here leaves no half of it under its name. */
export async function removeWhole(target: string): Promise<void> {
  const aside = partialName(target);
  try {
    await rename(target, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

/** JSON with sorted keys at every level, so that equal values have equal text (and equal hashes). */
export function stableJson(value: unknown, indent?: number): string {
  const sorted = (_key: string, item: unknown): unknown =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  return JSON.stringify(value, sorted, indent);
}
