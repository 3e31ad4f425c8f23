import { statfs } from 'node:fs/promises';
import { smallest } from '../core/extremes';

/** Bytes that must be free for a page to be written: one of a report has 5 MB. */
const ROOM = 8e6;

/**
 * Why a notebook failed without an error of ours: a full disk, on which there is often no room for a word, a place that may not be written, or
 * the end of its log; never nothing. `folders` are those in which a run writes.
 */
export async function failureReason(log: string, folders: readonly string[]): Promise<string> {
  const free = await Promise.all(
    folders.map((folder) =>
      statfs(folder).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => Number.POSITIVE_INFINITY, // the folder is gone: the log says more
      ),
    ),
  );
  const least = smallest(free);
  const full = /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/.test(log);
  if (full || (log.trim() === '' && least < ROOM)) {
    const place = folders[free.indexOf(least)];
    return `The disk is full while writing ${place} (${Math.floor(least / 1e6)} MB are free): free some space, or give another folder (--reports, --work, REPORT_CACHE), and run the same command.`;
  }
  const closed = /(?:EROFS|EACCES|EPERM|Read-only file system|Permission denied)[^\n']*'(\/[^'\n]+)'/.exec(
    log,
  );
  if (closed) {
    return `${closed[1]} may not be used by this user: allow it, or give another folder (--reports, --work, REPORT_CACHE), and run the same command.`;
  }
  const end = log.trim().split('\n').slice(-25).join('\n');
  return (
    end ||
    'Its process ended and left no word: run .venv/bin/jupyter nbconvert --to html --execute on it to see more.'
  );
}
