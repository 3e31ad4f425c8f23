import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../temporary';
import { fakeClock, localServer, served, testClient } from './localServer';

const paceFolder = sharedFolder();

/** A server that gives these answers one after the other, the last one again and again. */
const inTurn = (...answers: readonly RequestListener[]): RequestListener => {
  let next = 0;
  return (request, response) => answers[Math.min(next++, answers.length - 1)]?.(request, response);
};
const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(code, headers).end();
const good: RequestListener = (_request, response) => response.end('good');
const hang: RequestListener = () => {};
const halfway: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': 1000 });
  response.write('half', () => response.destroy());
};

async function ask(answer: RequestListener, options: Partial<Parameters<typeof testClient>[0]> = {}) {
  const clock = fakeClock();
  const server = await localServer(answer);
  const client = testClient({ origins: [server.origin], paceFolder, clock, ...options });
  const found = client.get(`${server.origin}/it`).then(
    (fetched) => ('body' in fetched ? fetched.body.toString() : fetched),
    (error: unknown) => error,
  );
  return { found: await found, clock, server };
}

describe('a client', () => {
  it('gives the body, and says who asks', async () => {
    const { found, server } = await ask(good);
    expect(found).toBe('good');
    expect(server.requests[0]?.headers['user-agent']).toMatch(/npm run fetch/);
  });

  it('waits as long as Retry-After says, in seconds or as a date of the server', async () => {
    const date = { date: 'Tue, 01 Jan 2030 00:00:00 GMT', 'retry-after': 'Tue, 01 Jan 2030 00:02:00 GMT' };
    const answers = [
      status(429, { 'retry-after': '17' }),
      status(503, date),
      status(429, { 'retry-after': 'soon' }),
    ];
    const { found, clock, server } = await ask(inTurn(...answers, good));
    expect(found).toBe('good');
    expect(server.asked).toHaveLength(4);
    expect(clock.slept.slice(0, 2)).toEqual([17_000, 120_000]);
    expect(clock.slept[2]).toBeGreaterThan(1000); // what is no time at all counts as not said
  });

  it('does not wait for hours, nor for nothing where the date is past', async () => {
    const long = await ask(status(429, { 'retry-after': '86400' }));
    expect(long.found).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/left alone for 1440 minutes.*run the same command/),
    });
    expect(long.clock.slept).toEqual([]);
    const past = await ask(inTurn(status(503, { 'retry-after': 'Tue, 01 Jan 2002 00:00:00 GMT' }), good));
    expect(past.found).toBe('good');
    expect(past.clock.slept).toEqual([0]);
  });

  it.each([
    ['429', status(429), 30_000],
    ['500', status(500), 2000],
    ['503', status(503), 2000],
  ])(
    'waits longer after each %s without Retry-After, by chance more or less',
    async (_name, answer, first) => {
      const { found, clock } = await ask(inTurn(answer, answer, answer, answer, good));
      expect(found).toBe('good');
      expect(clock.slept).toHaveLength(4);
      clock.slept.forEach((ms, i) => {
        expect(ms / (first * 2 ** i)).toBeGreaterThanOrEqual(0.5);
        expect(ms / (first * 2 ** i)).toBeLessThan(1.5);
      });
      expect(new Set(clock.slept.map((ms, i) => ms / 2 ** i)).size).toBe(4);
    },
  );

  it('gives up after five attempts: what fails is one thing, too many requests are all', async () => {
    const broken = await ask(status(500));
    expect(broken.found).toEqual({ fault: 'the server answered 500', lasting: false });
    expect(broken.server.asked).toHaveLength(5);
    expect((await ask(status(429))).found).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/fewer requests.*wait an hour/),
    });
  });

  it('stops at 403 with what to do, without asking again', async () => {
    const { found, server } = await ask(status(403));
    expect(found).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/refuses to answer \(403\): wait some hours, then run the same command/),
    });
    expect(server.asked).toHaveLength(1);
  });

  it('takes 404 for an answer', async () => {
    const { found, server } = await ask(status(404));
    expect(found).toEqual({ fault: 'the server answered 404', lasting: true });
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['hangs', hang, /no answer for 0.05 s/],
    ['is cut short', halfway, /terminated|closed|aborted/i],
    ['falls silent', (_request, response) => response.writeHead(200).write('a'), /no answer for 0.05 s/],
  ])('asks again when an answer %s, and names the reason in the end', async (_name, answer, reason) => {
    const once = await ask(inTurn(status(500), answer, good), { patience: 50 });
    expect(once.found).toBe('good');
    const always = await ask(inTurn(status(500), answer), { patience: 50 });
    expect(always.found).toEqual({ fault: expect.stringMatching(reason), lasting: false });
  });

  it('does not take a body that comes a byte at a time for ever', async () => {
    const drip: RequestListener = (_request, response) => {
      const timer = setInterval(() => response.write('a'), 10);
      response.on('close', () => clearInterval(timer));
    };
    const { found } = await ask(inTurn(status(500), drip, good), { patience: 100 });
    expect(found).toBe('good');
  });

  it('stops at once where there is no server at all, and after three failures in a row', async () => {
    const client = testClient({ origins: ['http://127.0.0.1:1'], paceFolder });
    await expect(client.get('http://127.0.0.1:1/x')).rejects.toMatchObject({
      message: expect.stringMatching(/cannot be reached.*connect to the network/),
    });
    const server = await localServer(status(500));
    const other = testClient({ origins: [server.origin], paceFolder });
    await other.get(`${server.origin}/1`);
    await other.get(`${server.origin}/2`);
    await expect(other.get(`${server.origin}/3`)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('3 requests in a row failed'),
    });
  });

  it('asks again where the answer is not understood', async () => {
    const server = await localServer(inTurn(served({ '/it': '<html>busy</html>' }), served({ '/it': '{}' })));
    const client = testClient({ origins: [server.origin], paceFolder });
    const understand = (body: Buffer) => (body.toString().startsWith('{') ? null : 'it is no JSON');
    expect(await client.get(`${server.origin}/it`, understand)).toEqual({ body: Buffer.from('{}') });
    expect(server.asked).toHaveLength(2);
  });

  it('refuses 200 MB, said before or not, and what unpacks to more than it may', async () => {
    const said = status(200, { 'content-length': String(2e8) });
    const refused = { fault: expect.stringMatching(/larger than the limit/), lasting: true };
    expect((await ask(said)).found).toEqual(refused);
    let sent = 0;
    const unsaid: RequestListener = (_request, response) => {
      const more = (): void => {
        while (sent < 2e8 && response.write(Buffer.alloc(65_536))) sent += 65_536;
        response.once('drain', more);
      };
      more();
    };
    expect((await ask(unsaid, { most: 1e6 })).found).toEqual(refused);
    expect(sent).toBeLessThan(5e7); // nor does it go on coming
    const { gzipSync } = await import('node:zlib');
    const packed: RequestListener = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5e6)));
    expect((await ask(packed, { most: 1e6 })).found).toEqual(refused);
  });

  it('follows redirects among its servers, at most five, and no key to another one', async () => {
    const last = await localServer(good);
    const first = await localServer((request, response) =>
      response.writeHead(302, { location: request.url === '/it' ? 'again' : `${last.origin}/end` }).end(),
    );
    const headers = (origin: string): Record<string, string> =>
      origin === first.origin ? { 'x-key': 'secret' } : {};
    const origins = [first.origin, last.origin];
    const client = testClient({ origins, paceFolder, headers });
    expect(await client.get(`${first.origin}/it`)).toEqual({ body: Buffer.from('good') });
    expect(first.asked).toEqual(['/it', '/again']);
    expect(first.requests[1]?.headers['x-key']).toBe('secret');
    expect(last.requests[0]?.headers['x-key']).toBeUndefined();
    const { found, server } = await ask((_request, response) =>
      response.writeHead(307, { location: '/it' }).end(),
    );
    expect(found).toEqual({ fault: expect.stringContaining('redirects more than 5 times'), lasting: true });
    expect(server.asked).toHaveLength(6);
  });

  it.each(['http://127.0.0.1:1/x', '//evil.example/x', 'file:///etc/passwd', 'https://127.0.0.1/x'])(
    'follows no redirect to %s',
    async (location) => {
      const { found, server } = await ask(status(302, { location }));
      expect(found).toEqual({
        fault: expect.stringMatching(/redirects to .*not among the servers/),
        lasting: true,
      });
      expect(server.asked).toHaveLength(1);
    },
  );

  it.each([
    'http://store.example.com/',
    'https://store.example.com:8443/',
    'https://store.example.com.evil.org/',
    'https://user:pass@store.example.com/',
    'https://pictures.org/',
    'https://evilpictures.org/',
    'http://a.pictures.org/',
    'https://a.pictures.org.evil.org/',
    'https://evil.org/.pictures.org',
    'ftp://a.pictures.org/',
    'no address',
  ])('does not ask %s, which is not https or none of its servers', async (url) => {
    const client = testClient({
      origins: ['https://store.example.com', 'https://*.pictures.org'],
      paceFolder,
    });
    expect(await client.get(url)).toEqual({
      fault: expect.stringContaining('not among the servers'),
      lasting: true,
    });
  });

  it('ends at an interrupt, in an answer as in a wait', async () => {
    const abort = new AbortController();
    const server = await localServer((_request, response) => {
      response.writeHead(200).write('a');
      setTimeout(() => abort.abort('SIGINT'), 20);
    });
    const client = testClient({ origins: [server.origin], paceFolder, signal: abort.signal });
    await expect(client.get(`${server.origin}/it`)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const again = new AbortController();
    const clock = { ...fakeClock(), sleep: async () => again.abort('SIGINT') };
    const busy = await ask(status(500), { clock, signal: again.signal });
    expect(busy.found).toMatchObject({ code: 'INTERRUPTED' });
    expect(busy.server.asked).toHaveLength(1);
  });
});
