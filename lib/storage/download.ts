import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { explainDiskError, ReportError } from '../core/errors';
import { partialName } from '../core/files';
import { failureOf, transfer } from './transfer';

export interface DownloadOptions {
  /** Bytes so far and in all; 0 in all when the server does not say. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
  /** Sees the whole file and its SHA-256 before it gets its name; the file is dropped when it throws. */
  check?: (partial: string, hash: string) => Promise<void>;
  /** Milliseconds until the server must have answered, and again between two pieces; default 10,000. */
  patience?: number;
  /** Servers that may be redirected to, beside that of `url`, as `transfer` takes them. */
  origins?: readonly string[];
}

/** Bytes of the largest file: ten times the largest that is published for what is done here. */
const MOST = 2 ** 32;

/** Fetches `url` into `file`, whole or not at all, and gives its hex SHA-256. Throws `DOWNLOAD_FAILED`, `INTERRUPTED`, `DISK_FULL`, and what `check` throws. */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<string> {
  const { check, signal, patience = 10_000, onProgress } = options;
  const partial = partialName(file);
  const hash = createHash('sha256');
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const origins = [new URL(url).origin, ...(options.origins ?? [])];
    const how = { origins, signal, patience, perPiece: true, most: MOST };
    await transfer(url, how, async ({ status, headers, total, pieces }) => {
      if (status !== 200) throw new Error(`the server answered ${status}`);
      if (/^text\/html/.test(headers.get('content-type') ?? '')) throw new Error('it is a page and no file');
      let done = 0;
      const watched = async function* () {
        for await (const piece of pieces()) {
          hash.update(piece);
          done += piece.length;
          yield piece;
          onProgress?.(done, total);
        }
      };
      await pipeline(watched, createWriteStream(partial));
    });
    const digest = hash.digest('hex');
    await check?.(partial, digest);
    await rename(partial, file);
    return digest;
  } catch (error) {
    if (signal?.aborted) throw new ReportError('INTERRUPTED', `The download of ${url} was interrupted.`);
    const explained = explainDiskError(error, file);
    const known = explained instanceof ReportError;
    if (known && explained.code !== 'NOT_ALLOWED') throw explained;
    const { host, pathname } = new URL(url);
    const why = known ? explained.message : failureOf(error);
    const sentence = `${path.basename(pathname)} could not be downloaded from ${host} (${why}).`;
    throw new ReportError('DOWNLOAD_FAILED', sentence, { cause: error });
  } finally {
    await rm(partial, { force: true });
  }
}
