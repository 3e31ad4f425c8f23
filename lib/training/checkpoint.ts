import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { ReportError } from '../core/errors';
import { removeAbandoned, removeWhole, sha256, writeAtomic } from '../core/files';

interface Header {
  format: 'checkpoint';
  version: number;
  key: string;
  sha256: string;
}

/** Where a training or a search leaves its state while it runs, and how often. */
export interface CheckpointSettings {
  file: string;
  /** Time between two of them, default 30; 0: at every occasion. */
  everySeconds?: number;
}

/** The state of long work in a file, from which the work can be resumed. */
export interface Checkpoint<T extends object> {
  /** Where an earlier run of the same work stopped, or null. Throws `BROKEN_STAGE` when the file is damaged. */
  read(): Promise<T | null>;
  write(record: T): Promise<void>;
  /** As `write`, if it is time; `record` is asked for only then. */
  offer(record: () => T): Promise<void>;
  remove(): Promise<void>;
}

/** The checkpoint of the work that `key` stands for; a file of other work is not looked at, and written over. */
export function openCheckpoint<T extends object>(
  { file, everySeconds = 30 }: CheckpointSettings,
  key: string,
): Checkpoint<T> {
  let last = performance.now();
  const write = async (record: T): Promise<void> => {
    await writeCheckpoint(file, key, record);
    last = performance.now();
  };
  return {
    read: async () => {
      await removeAbandoned(path.dirname(file)); // of a process killed while it wrote
      return readCheckpoint<T>(file, key);
    },
    write,
    offer: async (record) => {
      if (performance.now() - last >= 1000 * everySeconds) await write(record());
    },
    remove: () => removeWhole(file),
  };
}

const VERSION = 2;

/** Writes a plain record, in which there may be typed arrays anywhere, whole or not at all. `key` stands for what the record belongs to. */
export async function writeCheckpoint(file: string, key: string, record: object): Promise<void> {
  const body = serialize(record);
  const header: Header = { format: 'checkpoint', version: VERSION, key, sha256: sha256(body) };
  await writeAtomic(file, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]));
}

/** The record in `file`, or null when there is none for this key and version. Throws `BROKEN_STAGE` for a file that is cut short or changed. */
export async function readCheckpoint<T extends object>(file: string, key: string): Promise<T | null> {
  if (!existsSync(file)) return null;
  const bytes = await readFile(file);
  try {
    const end = bytes.indexOf('\n');
    const header = JSON.parse(bytes.toString('utf8', 0, Math.max(0, end))) as Header; // checked in the next lines
    if (header.format !== 'checkpoint') throw new Error('it does not begin as a checkpoint does');
    if (header.version !== VERSION || header.key !== key) return null;
    const body = bytes.subarray(end + 1);
    if (sha256(body) !== header.sha256) throw new Error('its hash is another one');
    return deserialize(body) as T;
  } catch (error) {
    throw new ReportError('BROKEN_STAGE', `${file} is damaged: delete it and run again.`, { cause: error });
  }
}
