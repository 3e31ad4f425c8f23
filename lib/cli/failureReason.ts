import { statfs } from 'node:fs/promises';

/** Bytes that must be free for a page to be written: one of a report has 5 MB. */
const ROOM = 8e6;

/** Why a notebook failed without an error of ours: a full disk, on which there is often no room for a word, or the end of its log; never nothing. `folder` is where its page goes. */
export async function failureReason(log: string, folder: string): Promise<string> {
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY, // the folder is gone: the log says more
  );
  const full = /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/.test(log);
  if (full || (log.trim() === '' && free < ROOM)) {
    return `The disk is full while writing ${folder} (${Math.floor(free / 1e6)} MB are free): free some space, or give another folder with --reports, and run the same command.`;
  }
  const end = log.trim().split('\n').slice(-25).join('\n');
  return (
    end ||
    'Its process ended and left no word: run .venv/bin/jupyter nbconvert --to html --execute on it to see more.'
  );
}
