import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../lib/core/files';
import { download } from '../../lib/storage/download';
import { temporaryFolder } from '../temporary';
import { localServer, served } from './localServer';

describe('download', () => {
  it('gives the hash of a file that came whole', async () => {
    const { origin } = await localServer(served({ '/a': 'content' }));
    const file = path.join(temporaryFolder(), 'in', 'a');
    const seen: number[][] = [];
    const onProgress = (...progress: number[]) => void seen.push(progress);
    expect(await download(`${origin}/a`, file, { onProgress })).toBe(sha256('content'));
    expect(readFileSync(file, 'utf8')).toBe('content');
    expect(seen.at(-1)).toEqual([7, 7]);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['never answers', () => {}, /no answer for 0.1 s/],
    ['falls silent', (_request, response) => response.writeHead(200).write('a'), /no answer for 0.1 s/],
    [
      'sends a page in the place of a file',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /it is a page and no file/,
    ],
    [
      'redirects elsewhere',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /not among the servers/,
    ],
    [
      'says that it is too large',
      (_request, response) => response.writeHead(200, { 'content-length': 2e10 }),
      /larger/,
    ],
  ])('gives up on a server that %s, and leaves nothing', async (_case, answer, reason) => {
    const { origin } = await localServer((request, response) => {
      answer(request, response);
      response.flushHeaders();
    });
    const folder = temporaryFolder();
    await expect(download(`${origin}/a`, path.join(folder, 'a'), { patience: 100 })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(reason),
    });
    expect(existsSync(path.join(folder, 'a'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes on as long as pieces come', async () => {
    const { origin } = await localServer((_request, response) => {
      let left = 8;
      const timer = setInterval(() => {
        response.write('a');
        if (--left > 0) return;
        clearInterval(timer);
        response.end();
      }, 50);
    });
    const file = path.join(temporaryFolder(), 'a');
    expect(await download(`${origin}/a`, file, { patience: 300 })).toBe(sha256('aaaaaaaa'));
  });
});
