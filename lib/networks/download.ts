import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { explainDiskError, ReportError, systemCode } from '../core/errors';

export interface DownloadOptions {
  /** Bytes so far and in all; 0 in all when the server does not say. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
  /** Sees the whole file and its SHA-256 before it gets its name; the file is dropped when it throws. */
  check?: (partial: string, hash: string) => Promise<void>;
  /** Milliseconds until the server must have answered, and again between two pieces; default 10,000. */
  patience?: number;
}

/** Fetches `url` into `file`, whole or not at all, and gives its hex SHA-256. Throws `DOWNLOAD_FAILED`, `INTERRUPTED`, `DISK_FULL`, and what `check` throws. */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<string> {
  const { check, signal, patience = 10_000, onProgress } = options;
  const partial = `${file}.${process.pid}.partial`;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`no answer for ${patience / 1000} s`)), patience);
  const hash = createHash('sha256');
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const stop = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
    const response = await fetch(url, { signal: stop });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    }
    const total = Number(response.headers.get('content-length') ?? 0);
    let done = 0;
    const pieces = response.body as unknown as AsyncIterable<Uint8Array>; // as Node has it
    const watched = async function* () {
      for await (const piece of pieces) {
        timer.refresh();
        hash.update(piece);
        done += piece.length;
        yield piece;
        onProgress?.(done, total);
      }
    };
    await pipeline(watched, createWriteStream(partial));
    if (total > 0 && done !== total) throw new Error(`${done} of ${total} bytes came`);
    clearTimeout(timer);
    const digest = hash.digest('hex');
    await check?.(partial, digest);
    await rename(partial, file);
    return digest;
  } catch (error) {
    if (signal?.aborted) throw new ReportError('INTERRUPTED', `The download of ${url} was interrupted.`);
    const explained = explainDiskError(error, file);
    if (explained instanceof ReportError) throw explained;
    const sentence = `${url} could not be downloaded (${reasonOf(error)}).`;
    throw new ReportError('DOWNLOAD_FAILED', sentence, { cause: error });
  } finally {
    clearTimeout(timer);
    await rm(partial, { force: true });
  }
}

/** `fetch` hides the reason in the cause of its error ("fetch failed", "terminated"). */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = systemCode(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  return code && !message.includes(code) ? `${code} ${message}`.trim() : message || 'no reason given';
}
