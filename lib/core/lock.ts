import { mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { explainDiskError, systemCode } from './errors';
import { isAbandoned, partialName } from './files';
import { throwIfAborted } from './pool';

interface LockOptions {
  /** Called once when somebody else has the lock. */
  onWait?: () => void;
  signal?: AbortSignal;
}

/** Milliseconds between two looks at a lock. */
const LOOK = 50;

/**
 * Does `work` while nobody else, here or in another process, works under the same lock, `file`: a link to nowhere, made at once with the name of who
 * has it. That of a process which was killed is taken over. Throws `INTERRUPTED`, `DISK_FULL`, and what `work` throws.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { onWait, signal }: LockOptions = {},
): Promise<T> {
  const own = path.basename(partialName(file));
  for (let waited = false; !(await take(file, own)); ) {
    throwIfAborted(signal);
    const holder = await holderOf(file);
    if (holder !== null && isAbandoned(holder)) await release(file, holder);
    else if (holder !== null) {
      if (!waited) onWait?.();
      waited = true;
      await delay(LOOK);
    }
  }
  try {
    return await work();
  } finally {
    await release(file, own);
  }
}

async function take(file: string, own: string): Promise<boolean> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await symlink(own, file);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw explainDiskError(error, path.dirname(file));
  }
}

/** Who has the lock; null when nobody has, since a moment ago. */
const holderOf = (file: string): Promise<string | null> =>
  readlink(file).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });

/** Takes the lock away from `holder`; if somebody else has taken it in between, that one gets it back. */
async function release(file: string, holder: string): Promise<void> {
  const aside = partialName(file);
  try {
    await rename(file, aside);
    if ((await readlink(aside)) === holder) await rm(aside, { force: true });
    else await rename(aside, file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error; // whoever takes it over has been faster
  }
}
