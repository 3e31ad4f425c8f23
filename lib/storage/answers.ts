import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError } from '../core/errors';
import { partialName, removeAbandoned, sha256, writeAtomic } from '../core/files';
import type { Client } from './client';

/** A line of the manifest: what was asked for, when, and the file with what came, or why nothing did. */
interface Line {
  url: string;
  at: string;
  file?: string;
  bytes?: number;
  sha256?: string;
  fault?: string;
}

/** What lies in a folder, or why it does not. */
export type Taken = { file: string; body: () => Promise<Buffer> } | { fault: string };

/** Answers of servers in a folder: what was answered once is not asked for again, whenever the run before was ended. */
export interface Answers {
  /**
   * The answer of `url`, in `file` below the folder. `understand` as `Client.get` takes it; `judge` says why a picture or the like is of no use, which
   * is then kept in its place. Throws what `Client.get` throws, and `DISK_FULL`.
   */
  take(
    url: string,
    file: string,
    how?: {
      understand?: (body: Buffer) => string | null;
      judge?: (body: Buffer) => Promise<string | null>;
    },
  ): Promise<Taken>;
}

/** The answers in `folder`, with `manifest.jsonl` as their list. Throws `BROKEN_STAGE` when that is damaged. */
export async function openAnswers(folder: string, client: Client): Promise<Answers> {
  const manifest = path.join(folder, 'manifest.jsonl');
  await removeAbandoned(folder);
  const known = await readManifest(manifest);
  const note = async (line: Omit<Line, 'at'>, at: Date): Promise<void> => {
    const whole = { ...line, at: at.toISOString() };
    known.set(line.url, whole);
    await appendFile(manifest, `${JSON.stringify(whole)}\n`).catch((error: unknown) => {
      throw explainDiskError(error, manifest);
    });
  };
  const there = (file: string): Taken => ({ file, body: () => readFile(path.join(folder, file)) });
  const facts = (url: string, file: string, body: Buffer): Omit<Line, 'at'> => ({
    ...{ url, file, bytes: body.length, sha256: sha256(body) },
  });

  /** What is not whole yet lies in the folder itself, where the next run finds and removes it. */
  const keep = async (target: string, body: Buffer): Promise<void> => {
    const partial = partialName(path.join(folder, 'answer'));
    try {
      await writeFile(partial, body);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(partial, target);
    } catch (error) {
      await rm(partial, { force: true }).catch(() => {}); // what went wrong first says more
      throw explainDiskError(error, target);
    }
  };

  const take: Answers['take'] = async (url, file, { understand, judge } = {}) => {
    const line = known.get(url);
    if (line?.fault !== undefined) return { fault: line.fault };
    const misnamed = nameFault(file);
    if (misnamed !== null) return { fault: misnamed };
    const target = path.join(folder, file);
    if (existsSync(target)) {
      // Ended between the file and its line.
      if (!line) await note(facts(url, file, await readFile(target)), (await stat(target)).mtime);
      return there(file);
    }
    const found = await client.get(url, understand);
    if ('fault' in found && !found.lasting) return found;
    const fault = 'fault' in found ? found.fault : ((await judge?.(found.body)) ?? null);
    if ('fault' in found || fault !== null) {
      const lasting = { fault: fault ?? '' }; // a fault that was found has its words
      await note({ url, ...lasting }, new Date());
      return lasting;
    }
    await keep(target, found.body);
    await note(facts(url, file, found.body), new Date());
    return there(file);
  };
  return { take };
}

/** Lines by address; one that was being written when the run was ended is dropped. */
async function readManifest(manifest: string): Promise<Map<string, Line>> {
  if (!existsSync(manifest)) {
    await writeAtomic(manifest, '');
    return new Map();
  }
  const text = await readFile(manifest, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) await writeAtomic(manifest, text.slice(0, end));
  const lines = text.slice(0, end).split('\n').slice(0, -1);
  try {
    return new Map(lines.map((line) => JSON.parse(line) as Line).map((line) => [line.url, line])); // as written above
  } catch (cause) {
    const advice = `${manifest} is damaged: delete it and run again; files that are there are not asked for again.`;
    throw new ReportError('BROKEN_STAGE', advice, { cause });
  }
}

/** Why a name below the folder is none: it might lead out of it, or no disk takes it. */
function nameFault(name: string): string | null {
  const wrong = (part: string): boolean => /^\.|^$|[\\:\p{Cc}]/u.test(part) || Buffer.byteLength(part) > 200;
  return name.split('/').some(wrong) ? `"${name}" is no name for a file` : null;
}
