import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { random } from '../../lib/core/random';
import { type Client, type ClientOptions, createClient } from '../../lib/storage/client';
import type { Clock, Pace } from '../../lib/storage/pace';

/** A server on this machine for the test that runs, with what it was asked. */
export interface LocalServer {
  origin: string;
  asked: string[];
  requests: IncomingMessage[];
}

/** Serves until the test ends. */
export async function localServer(answer: RequestListener): Promise<LocalServer> {
  const asked: string[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, requests };
}

/** Answers by path, given whole; 404 for any other. */
export const served =
  (answers: Readonly<Record<string, string | Buffer | RequestListener>>): RequestListener =>
  (request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    if (typeof answer === 'function') return answer(request, response);
    if (answer === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-length': Buffer.byteLength(answer) }).end(answer);
  };

/** A clock on which waiting takes no time; `slept` has how long it was waited. */
export function fakeClock(start = 1e12): Clock & { slept: number[]; time: number } {
  const clock = {
    slept: [] as number[],
    time: start,
    now: () => clock.time,
    sleep: async (ms: number) => {
      clock.slept.push(ms);
      clock.time += ms;
    },
  };
  return clock;
}

/** No pace at all. */
export const atOnce: Pace = { gap: 0, most: 1e9, within: 0 };

/** A run that shows nothing. */
export const silent = { progress: () => ({ update: () => {}, done: () => {} }) };

/** How servers are asked in tests: no pace, a clock that does not wait, and the same chance every time. */
export const testOptions = <T extends Pick<ClientOptions, 'origins' | 'paceFolder'>>(options: T) => ({
  ...{ clock: fakeClock(), pace: atOnce, jitter: random(1) },
  ...options,
});

export const testClient = (
  options: Pick<ClientOptions, 'origins' | 'paceFolder'> & Partial<ClientOptions>,
): Client => createClient(testOptions(options));

/** A picture as a server sends it, of one colour for each number. */
export const picture = (n: number, format: 'jpeg' | 'png' = 'jpeg'): Promise<Buffer> =>
  sharp({
    create: {
      width: 60,
      height: 34,
      channels: 3,
      background: { r: (n * 37) % 256, g: (n * 91) % 256, b: n % 256 },
    },
  })
    .toFormat(format)
    .toBuffer();
