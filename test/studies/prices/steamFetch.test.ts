import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../lib/core/files';
import { random } from '../../../lib/core/random';
import type { Collection } from '../../../lib/report/collected';
import { readCatalogue } from '../../../lib/studies/prices/catalogue';
import { indexScreenshots } from '../../../lib/studies/prices/screenshots';
import { fetchSteam, type SteamRequest } from '../../../lib/studies/prices/steamFetch';
import { localServer, silent, testOptions } from '../../storage/localServer';
import { sharedFolder, temporaryFolder } from '../../temporary';
import { type Answer, game, store } from './fakeStore';

const paceFolder = sharedFolder();
const plain = ({ rows, counts, faults }: Collection) => ({
  ...{ rows: rows.length, counts: Object.fromEntries(counts), faults },
});

/** A store with these answers, and what is fetched of it. */
async function fakeStore(
  details: (id: number, origin: string) => Answer | string | undefined,
  before: (...call: Parameters<RequestListener>) => boolean = () => false,
) {
  const server = await localServer((request, response) => {
    if (!before(request, response)) store((id) => details(id, server.origin))(request, response);
  });
  const folder = temporaryFolder();
  const fetchAll = (ids: readonly number[] | 'all', more: Partial<SteamRequest> = {}) =>
    fetchSteam({
      ...{ run: silent, ids: ids === 'all' ? ids : ids.map(String), count: 1000, country: 'de' },
      ...{ size: 'thumbnail', folder, servers: { store: server.origin, api: server.origin } },
      client: testOptions({ origins: [server.origin], paceFolder }),
      ...more,
    });
  return { server, folder, fetchAll };
}

const catalogueOf = (folder: string) =>
  readCatalogue(folder, { priceUnit: 'auto', currency: null, pictureSize: 'thumbnail' });

/** Every file below a folder with its content, but for when it came. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const read = (file: string): string => {
    const bytes = readFileSync(file);
    if (!file.endsWith('manifest.jsonl')) return bytes.toString('base64');
    return bytes
      .toString()
      .replace(/"at":"[^"]*"/g, '')
      .split('\n')
      .sort()
      .join('\n');
  };
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .map((file) => [path.relative(folder, file), read(file)]),
  );
}

describe('fetchSteam', () => {
  it('makes a data set that the price study reads as it is', async () => {
    const { server, folder, fetchAll } = await fakeStore((id, origin) => game(id, origin, 3));
    const seen: number[] = [];
    const progress = () => ({ update: (done: number) => void seen.push(done), done: () => {} });
    const result = await fetchAll([440, 570, 620], { run: { progress } });
    expect(plain(result)).toEqual({ rows: 3, counts: { game: 3, pictures: 9 }, faults: [] });
    expect(seen).toEqual([1, 2, 3]);
    const catalogue = await catalogueOf(folder);
    expect(catalogue).toMatchObject({ rows: 3, dropped: [], currency: 'EUR', unitWhy: null });
    expect(catalogue.games.map(({ id, price, title }) => [id, price, title])).toEqual([
      ['440', 2439, 'Game 440'],
      ['570', 2569, 'Game 570'],
      ['620', 2619, 'Game 620'],
    ]);
    const index = await indexScreenshots(folder, catalogue.games);
    expect([index.missing, index.unlisted, index.withoutPictures, index.malformedFolders]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect([...index.games.values()].map((files) => files.length)).toEqual([3, 3, 3]);
    expect(server.asked.filter((url) => url.startsWith('/apps/') && url.includes('?'))).toEqual([]);
    expect(server.asked[0]).toBe('/api/appdetails?appids=440&cc=de&l=english');
  });

  it('tells kinds apart, takes free games, and stops at the count', async () => {
    const others: Record<number, (origin: string) => Answer | undefined> = {
      1: (origin) => game(1, origin, 1, { type: 'dlc' }),
      2: (origin) => game(2, origin, 1, { type: 'demo' }),
      3: (origin) => game(3, origin, 1, { type: 'music' }),
      4: (origin) => game(4, origin, 1, { type: 'video' }),
      5: (origin) => game(5, origin, 1, { release_date: { coming_soon: true } }),
      6: () => undefined,
      7: (origin) => game(7, origin, 1, { is_free: true, price_overview: undefined }),
    };
    const { server, folder, fetchAll } = await fakeStore((id, origin) =>
      others[id] ? others[id](origin) : game(id, origin, 1),
    );
    const result = await fetchAll([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { count: 3 });
    expect(Object.fromEntries(result.counts)).toEqual({
      ...{
        pictures: 3,
        dlc: 1,
        demo: 1,
        soundtrack: 1,
        video: 1,
        unreleased: 1,
        'region-locked': 1,
        free: 1,
        game: 2,
      },
    });
    expect((await catalogueOf(folder)).games.map(({ id, price }) => [id, price])).toEqual([
      ['7', 0],
      ['8', 2007],
      ['9', 2008],
    ]);
    expect(server.asked.some((url) => url.includes('appids=10'))).toBe(false);
  });

  it('has hundredths of yen too, as the store writes every currency', async () => {
    const price_overview = { currency: 'JPY', initial: 198_000, discount_percent: 0 };
    const { folder, fetchAll } = await fakeStore((id, origin) => game(id, origin, 1, { price_overview }));
    await fetchAll([440], { country: 'jp' });
    const { games, currency } = await catalogueOf(folder);
    expect([games[0]?.price, currency]).toEqual([198_000, 'JPY']); // 1,980 yen
  });

  it('counts pictures that are none and asks for none elsewhere', async () => {
    const elsewhere = await localServer((_request, response) => response.end('picture'));
    const { folder, fetchAll } = await fakeStore(
      (id, origin) => {
        const good = { path_thumbnail: `${origin}/apps/${id}/good.jpg` };
        const wrong = [
          `${origin}/apps/html.jpg`,
          `${elsewhere.origin}/x.jpg`,
          `${origin}/apps/redirect.jpg`,
          'file:///etc/passwd',
          `${origin}/../../etc/passwd`,
          `${origin}/\0.jpg`,
        ].map((path_thumbnail) => ({ path_thumbnail }));
        return game(id, origin, 0, { screenshots: [...wrong, good] });
      },
      (request, response) => {
        if (request.url === '/apps/html.jpg') response.end('<html>log in</html>');
        else if (request.url === '/apps/redirect.jpg') {
          response.writeHead(302, { location: `${elsewhere.origin}/y.jpg` }).end();
        } else return false;
        return true;
      },
    );
    const { counts, faults } = await fetchAll([440]);
    expect(counts.get('pictures')).toBe(1);
    expect(faults).toEqual([
      expect.stringMatching(/^440, 0.jpg: it is not a picture/),
      expect.stringMatching(/^440, 1.jpg: .*not among the servers/),
      expect.stringMatching(/^440, 2.jpg: .*redirects to .*not among the servers/),
      expect.stringMatching(/^440, 3.jpg: .*not among the servers/),
      expect.stringMatching(/^440, 4.jpg: the server answered 404/),
      expect.stringMatching(/^440, 5.jpg: the server answered 404/),
    ]);
    expect(readdirSync(path.join(folder, 'screenshots', '440'))).toEqual(['6.jpg']);
    expect(elsewhere.asked).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual([
      'about.json',
      'answers',
      'games.csv',
      'manifest.jsonl',
      'screenshots',
    ]);
  });

  it('keeps titles as they are, whatever is in them', async () => {
    const name = '../"x", \n\u0000é=1';
    const { folder, fetchAll } = await fakeStore((id, origin) => game(id, origin, 1, { name }));
    await fetchAll([440]);
    const { games, dropped } = await catalogueOf(folder);
    expect(dropped).toEqual([]);
    expect(games[0]?.title).toBe(name);
  });

  it('asks again after an answer that is no JSON, and goes on without what cannot be had', async () => {
    let times = 0;
    const { fetchAll } = await fakeStore((id, origin) => {
      if (id === 440 && times++ < 2) return times === 1 ? 'null' : '<html>busy</html>';
      return id === 570 ? 'null' : game(id, origin, 1);
    });
    const result = await fetchAll([440, 570, 620]);
    expect(Object.fromEntries(result.counts)).toEqual({ game: 2, pictures: 2, 'no-answer': 1 });
    expect(result.faults).toEqual([expect.stringMatching(/^570: the answer is not what it should be/)]);
  });

  it('stops at 403 with what is kept, and goes on later without asking for that again', async () => {
    let locked = true;
    const { server, folder, fetchAll } = await fakeStore(
      (id, origin) => game(id, origin, 2),
      (request, response) => {
        if (!locked || !request.url?.includes('/apps/570/ss_1')) return false;
        response.writeHead(403).end();
        return true;
      },
    );
    await expect(fetchAll([440, 570])).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/wait some hours.*has 1 games and every answer/),
    });
    expect((await catalogueOf(folder)).games.map(({ id }) => id)).toEqual(['440']);
    locked = false;
    const shown: (number | undefined)[][] = [];
    const update = (done: number, _total: number, _note?: string, before?: number) =>
      void shown.push([done, before]);
    await fetchAll([440, 570], { run: { progress: () => ({ update, done: () => {} }) } });
    expect(shown).toEqual([
      [1, 1],
      [2, 1],
    ]); // what was there counts for no rate
    const twice = server.asked.filter((url, i) => server.asked.indexOf(url) !== i);
    expect(twice).toEqual(['/apps/570/ss_1.600x338.jpg']);
    expect((await catalogueOf(folder)).games.map(({ id }) => id)).toEqual(['440', '570']);
    await fetchAll([440, 570]);
    expect(server.asked.length).toBe(9); // all is kept: nothing was asked the third time
  });

  it('says at an interrupt what is kept and how to go on', async () => {
    const abort = new AbortController();
    const { fetchAll } = await fakeStore((id, origin) => game(id, origin, 1));
    const progress = () => ({ update: () => abort.abort('SIGINT'), done: () => {} });
    await expect(fetchAll([440, 570], { run: { progress, signal: abort.signal } })).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringMatching(/run again to go on.*has 1 games and every answer that came/),
    });
  });

  it('takes full pictures beside thumbnails', async () => {
    const { folder, fetchAll } = await fakeStore((id, origin) => game(id, origin, 1));
    await fetchAll([440]);
    await fetchAll([440], { size: 'full' });
    expect(readdirSync(path.join(folder, 'screenshots', '440'))).toEqual(['0.full.jpg', '0.jpg']);
    expect((await catalogueOf(folder)).games[0]?.screenshots).toEqual(['0.full.jpg']);
  });

  it('makes the same after kill -9 at ten moments, and is answered nothing twice', async () => {
    const ids = [440, 570, 620, 730];
    const undisturbed = await fakeStore((id, origin) => game(id, origin, 3));
    await undisturbed.fetchAll(ids);
    const moments = random(3, 'moments').shuffle(Array.from({ length: 15 }, (_, i) => i + 1));
    const kills = moments.slice(0, 10).sort((a, b) => a - b);
    let asked = 0;
    let dying = false;
    let kill = (): void => {};
    const atKill: string[] = [];
    const { server, folder } = await fakeStore(
      (id, origin) => game(id, origin, 3),
      (request, response) => {
        asked++;
        if (dying) atKill.push(request.url ?? '');
        if (dying || asked < (kills[0] ?? Infinity)) return false;
        const n = kills.shift() ?? 0;
        dying = true;
        atKill.push(request.url ?? '');
        if (n % 2 === 0) kill();
        else response.on('finish', () => setTimeout(kill, n % 5));
        return n % 2 === 0;
      },
    );
    const script = path.join(temporaryFolder(), 'fetchProcess.cjs'); // built once: it is started eleven times
    const source = path.join(__dirname, 'fetchProcess.ts');
    buildSync({
      entryPoints: [source],
      outfile: script,
      bundle: true,
      platform: 'node',
      packages: 'external',
    });
    const env = { ...process.env, NODE_PATH: path.join(projectRoot(), 'node_modules') };
    const run = () =>
      new Promise<number | null>((resolve) => {
        const args = [script, server.origin, folder, paceFolder, ids.join()];
        const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
        dying = false;
        kill = () => child.kill('SIGKILL');
        child.on('close', resolve);
      });
    let killed = 0;
    while ((await run()) !== 0) if (++killed > 12) throw new Error('it never comes to its end');
    expect(killed).toBe(10);
    const twice = server.asked.filter((url, i) => server.asked.indexOf(url) !== i);
    expect(twice.filter((url) => !atKill.includes(url))).toEqual([]);
    expect(new Set(twice).size).toBeLessThanOrEqual(10);
    const port = (text: string, from: string): string => text.replaceAll(from, 'ORIGIN');
    const sameOrigin = (files: Record<string, string>, origin: string) =>
      Object.fromEntries(
        Object.entries(files).map(([file, text]) => [
          file,
          file.endsWith('.json') && file.startsWith('answers')
            ? port(Buffer.from(text, 'base64').toString(), origin)
            : port(text, origin).replace(/"bytes":\d+,"sha256":"\w+"/g, ''),
        ]),
      );
    expect(sameOrigin(contents(folder), server.origin)).toEqual(
      sameOrigin(contents(undisturbed.folder), undisturbed.server.origin),
    );
  }, 120_000);

  it('takes ids of the list of the store, page by page, with the key in a header and nowhere else', async () => {
    const page = (apps: number[], last?: number) =>
      JSON.stringify({
        response: {
          apps: apps.map((appid) => ({ appid, name: 'x' })),
          ...(last !== undefined && { have_more_results: true, last_appid: last }),
        },
      });
    let refused = false;
    const { server, folder, fetchAll } = await fakeStore(
      (id, origin) => game(id, origin, 1),
      (request, response) => {
        if (!request.url?.startsWith('/IStoreService/GetAppList/v1/')) return false;
        if (refused) response.writeHead(403).end();
        else response.end(request.url.endsWith('last_appid=0') ? page([10, 20], 20) : page([30]));
        return true;
      },
    );
    const headers = () => ({ 'x-webapi-key': 'SECRET' });
    const client = testOptions({ origins: [server.origin], paceFolder, headers });
    await fetchAll('all', { client });
    expect((await catalogueOf(folder)).games.map(({ id }) => id).sort()).toEqual(['10', '20', '30']);
    const before = server.asked.length;
    await fetchAll('all', { client });
    expect(server.asked.length).toBe(before);
    expect(server.requests[0]?.headers['x-webapi-key']).toBe('SECRET');
    expect(server.asked.join()).not.toContain('SECRET');
    for (const [file, text] of Object.entries(contents(folder))) {
      expect(file.endsWith('.jsonl') ? text : Buffer.from(text, 'base64').toString()).not.toContain('SECRET');
    }
    refused = true;
    const failed: Error = await fetchAll('all', { client, folder: temporaryFolder() }).then(
      () => new Error('it did not fail'),
      (error: Error) => error,
    );
    expect(failed).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(JSON.stringify([failed, String(failed), failed.stack])).not.toContain('SECRET');
  });
});
