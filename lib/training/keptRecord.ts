import { removeAbandoned, removeWhole } from '../core/files';
import { readCheckpoint, writeCheckpoint } from './checkpointFile';

/** A record of where long work is, kept in a file so that it can be gone on with. */
export interface KeptRecord<T extends object> {
  /** Where an earlier run of the same work stopped, or null. Throws `BROKEN_STAGE` when the file is damaged. */
  read(): Promise<T | null>;
  write(record: T): Promise<void>;
  /** As `write`, if it is time; `record` is asked for only then. */
  offer(record: () => T): Promise<void>;
  remove(): Promise<void>;
}

/** Keeps records for the work that `key` stands for; those of other work are not looked at, and written over. Seconds: between two of them. */
export function keptRecord<T extends object>(file: string, key: string, everySeconds = 30): KeptRecord<T> {
  let last = performance.now();
  const write = async (record: T): Promise<void> => {
    await writeCheckpoint(file, key, record);
    last = performance.now();
  };
  return {
    read: async () => {
      await removeAbandoned(file); // of a process killed while it wrote
      return readCheckpoint<T>(file, key);
    },
    write,
    offer: async (record) => {
      if (performance.now() - last >= 1000 * everySeconds) await write(record());
    },
    remove: () => removeWhole(file),
  };
}
