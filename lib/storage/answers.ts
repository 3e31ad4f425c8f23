import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError, ReportError } from '../core/errors';
import { partialName, removeAbandoned, sha256, writeAtomic } from '../core/files';
import type { Client } from './client';

/** A line of the manifest: what was asked for, when, and the file with what came, or why nothing did. */
type Line = { url: string; at?: string } & (
  | { file: string; bytes: number; sha256: string }
  | { fault: string }
);

/** Answers of servers in a folder: what was answered once is not asked for again, whenever the run before was ended. */
export interface Answers {
  /** The answer of `url`, kept in `file` below the folder, or why there is none. `judge` says why a picture or the like is of no use, which is then kept in its stead. */
  take(
    url: string,
    file: string,
    judge?: (body: Buffer) => Promise<string | null>,
  ): Promise<{ body: Buffer } | { fault: string }>;
  /** What `read` makes of an answer in JSON. It throws for what is none; then the server is asked again. */
  json<T>(url: string, file: string, read: (value: unknown) => T): Promise<{ value: T } | { fault: string }>;
}

/** The answers in `folder`, with `manifest.jsonl` as their list. Throws `BROKEN_STAGE` when that is damaged; its functions throw what `Client.get` throws, and `DISK_FULL`. */
export async function openAnswers(folder: string, client: Client): Promise<Answers> {
  const manifest = path.join(folder, 'manifest.jsonl');
  await removeAbandoned(folder);
  const known = await readManifest(manifest);
  const note = async (line: Line, at = new Date()): Promise<void> => {
    known.set(line.url, line);
    await appendFile(manifest, `${JSON.stringify({ ...line, at: at.toISOString() })}\n`);
  };
  const ask = async (
    [url, file]: readonly [string, string],
    understand?: (body: Buffer) => string | null,
    judge?: (body: Buffer) => Promise<string | null>,
  ): Promise<{ body: Buffer } | { fault: string }> => {
    const line = known.get(url);
    if (line && 'fault' in line) return { fault: line.fault };
    const misnamed = nameFault(file);
    if (misnamed !== null) return { fault: misnamed };
    const target = path.join(folder, file);
    const factsOf = (body: Buffer) => ({ url, file, bytes: body.length, sha256: sha256(body) });
    if (existsSync(target)) {
      const body = await readFile(target);
      const facts = factsOf(body);
      const isWhole = line ? line.sha256 === facts.sha256 : (understand?.(body) ?? null) === null;
      if (isWhole && !line) await note(facts, (await stat(target)).mtime); // ended between the file and its line
      if (isWhole) return { body };
    }
    const found = await client.get(url, understand);
    const fault = 'fault' in found ? found.fault : ((await judge?.(found.body)) ?? null);
    if ('fault' in found || fault !== null) {
      const why = { fault: fault ?? '' };
      if ('body' in found || found.lasting) await note({ url, ...why });
      return why;
    }
    const partial = partialName(path.join(folder, 'answer')); // in the folder itself, where the next run finds it
    await writeFile(partial, found.body);
    await mkdir(path.dirname(target), { recursive: true });
    await rename(partial, target);
    await note(factsOf(found.body));
    return found;
  };
  const full = (error: unknown): never => {
    throw explainDiskError(error, folder);
  };

  return {
    take: (url, file, judge) => ask([url, file], undefined, judge).catch(full),
    json: async (url, file, read) => {
      const value = (body: Buffer) => read(JSON.parse(body.toString('utf8')));
      const found = await ask([url, file], (body) => whyNot(() => value(body))).catch(full);
      return 'fault' in found ? found : { value: value(found.body) };
    },
  };
}

function whyNot(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return `the answer is not what it should be (${error instanceof Error ? error.message : error})`;
  }
}

/** Lines by address; one that was being written when the run was ended is dropped. */
async function readManifest(manifest: string): Promise<Map<string, Line>> {
  const text = existsSync(manifest) ? await readFile(manifest, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text || text === '') await writeAtomic(manifest, whole);
  try {
    const lines = whole.split('\n').slice(0, -1);
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
