import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError } from './errors';

/** The project's folder: `REPORT_ROOT` when set, else the nearest folder upwards that holds this project's package.json. */
export function projectRoot(): string {
  if (process.env.REPORT_ROOT) return process.env.REPORT_ROOT;
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file) && readFileSync(file, 'utf8').includes('"screenshot-price-report"')) return folder;
    if (folder === path.dirname(folder)) {
      throw new ReportError(
        'BAD_SETTING',
        `No project above ${process.cwd()}: start from its folder or set REPORT_ROOT.`,
      );
    }
  }
}

/** The one folder outside the project that is written to: downloads worth keeping. `REPORT_CACHE` overrides it. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || path.join(process.env.HOME || projectRoot(), '.cache');
  return process.env.REPORT_CACHE || path.join(base, 'screenshot-price-report');
}

/** Hex SHA-256 of bytes or text. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** Writes a file whole or not at all: into a neighbour first, then renamed over the old one. Makes the folder. */
export async function writeAtomic(file: string, content: string | Uint8Array): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw explainDiskError(error, file);
  }
}

/** JSON with sorted keys at every level, so that equal values have equal text (and equal hashes). */
export function stableJson(value: unknown, indent?: number): string {
  const sorted = (_key: string, item: unknown): unknown =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  return JSON.stringify(value, sorted, indent);
}
