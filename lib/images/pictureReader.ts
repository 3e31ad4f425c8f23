import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { systemCode } from '../core/errors';
import { gibibytes } from '../core/memory';
import { streamBounded } from '../core/pool';

/** A picture that cannot be used, with the reason in words that complete "… cannot be used: ". */
export interface UnusableImage {
  reason: string;
}

/** What the system says about one file, in words. Any other code is no fault of the file and must stop the work. */
const fileFaults: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'its permissions do not allow reading',
  EPERM: 'its permissions do not allow reading',
  ELOOP: 'it is a link that leads to itself',
  EIO: 'the disk cannot read it',
};

function faultOf(error: unknown): UnusableImage {
  const reason = fileFaults[systemCode(error) ?? ''];
  if (reason === undefined) throw error;
  return { reason };
}

/** Bytes of the largest file that is read: pictures of 268 million pixels have less, but for those that nobody compresses. */
const MOST_BYTES = 2 ** 29;

/** Why a file is not to be read at all, or null: reading what is no file might never end. */
function kindFault(found: Stats): UnusableImage | null {
  if (!found.isFile()) return { reason: found.isDirectory() ? 'it is a folder' : 'it is no regular file' };
  if (found.size <= MOST_BYTES) return null;
  return {
    reason: `it is larger than a picture: ${gibibytes(found.size)} (the limit is ${gibibytes(MOST_BYTES)})`,
  };
}

/** A file's content, or why it cannot be had. Throws when that is not the file's fault. */
export async function readPicture(file: string): Promise<Uint8Array | UnusableImage> {
  try {
    return kindFault(await stat(file)) ?? (await readFile(file));
  } catch (error) {
    return faultOf(error);
  }
}

/** Files that are read at once where reading is what takes the time. */
const AHEAD = 8;
/** Files by which a disk is judged, and the milliseconds each from which it is slow: a file in memory takes a twentieth of a millisecond. */
const [JUDGED, SLOW] = [8, 0.3];

/** The contents of files in their order, from a slow disk several at a time. Throws when what goes wrong is not a file's fault. */
export async function* readPictures(
  files: readonly string[],
): AsyncGenerator<Uint8Array | UnusableImage, void, undefined> {
  let spent = 0;
  let next = 0;
  for (; next < files.length && (next < JUDGED || spent / next < SLOW); next++) {
    const start = performance.now();
    const content = readHere(files[next]!); // below the length
    spent += performance.now() - start;
    yield content;
  }
  yield* streamBounded(files.slice(next), AHEAD, readPicture);
}

function readHere(file: string): Uint8Array | UnusableImage {
  let open: number | undefined;
  try {
    open = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe without a writer would be waited for
    return kindFault(fstatSync(open)) ?? readFileSync(open);
  } catch (error) {
    return faultOf(error);
  } finally {
    if (open !== undefined) closeSync(open);
  }
}
