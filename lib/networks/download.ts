import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
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

/**
 * Fetches `url` into `file`, by way of a neighbour that is renamed when it is complete and `check` has passed, and gives its hex SHA-256.
 * Throws `DOWNLOAD_FAILED` for no connection, an error of the server, silence or a broken transfer; `INTERRUPTED` when aborted;
 * `DISK_FULL`; and what `check` throws. Whatever happens, no partial file stays.
 */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<string> {
  const { check, signal } = options;
  const partial = `${file}.${process.pid}.partial`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const hash = await transfer(url, partial, options);
    await check?.(partial, hash);
    await rename(partial, file);
    return hash;
  } catch (error) {
    if (signal?.aborted) throw new ReportError('INTERRUPTED', `The download of ${url} was interrupted.`);
    if (error instanceof ReportError) throw error;
    const explained = explainDiskError(error, file);
    if (explained instanceof ReportError) throw explained;
    throw new ReportError('DOWNLOAD_FAILED', `${url} could not be downloaded (${reasonOf(error)}).`, {
      cause: error,
    });
  } finally {
    await rm(partial, { force: true });
  }
}

async function transfer(url: string, file: string, options: DownloadOptions): Promise<string> {
  const { onProgress, signal, patience = 10_000 } = options;
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`no answer for ${patience / 1000} s`));
  const interrupt = () => silence.abort(signal?.reason);
  let timer = setTimeout(giveUp, patience);
  signal?.addEventListener('abort', interrupt);
  if (signal?.aborted) interrupt();
  try {
    const response = await fetch(url, { signal: silence.signal });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    }
    const total = Number(response.headers.get('content-length') ?? 0);
    const hash = createHash('sha256');
    const target = await open(file, 'w');
    try {
      let done = 0;
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, patience);
        hash.update(piece);
        await target.write(piece);
        done += piece.length;
        onProgress?.(done, total);
      }
      if (total > 0 && done !== total) throw new Error(`${done} of ${total} bytes came`);
    } finally {
      await target.close();
    }
    return hash.digest('hex');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
  }
}

/** `fetch` hides the reason in the cause of its error ("fetch failed", "terminated"). */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = systemCode(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  return code && !message.includes(code) ? `${code} ${message}`.trim() : message || 'no reason given';
}
