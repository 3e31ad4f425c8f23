import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../../lib/report/collected';
import { type CoverRequest, fetchCovers } from '../../../lib/studies/genres/fetchCovers';
import { localServer, picture, served, silent, testOptions } from '../../storage/localServer';
import { sharedFolder, temporaryFolder } from '../../temporary';

const paceFolder = sharedFolder();
const plain = ({ rows, counts, faults }: Collection) => ({
  ...{ rows: rows.length, counts: Object.fromEntries(counts), faults },
});
const boxArt = '/libretro-thumbnails/Atari_-_5200/master/Named_Boxarts';
const block = (title: string, genre: string): string =>
  `game (\n\tcomment "${title}"\n\tgenre "${genre}"\n\trom ( crc 00000000 )\n)\n`;
const file = (name: string, mode = '100644') => ({ path: name, mode, type: 'blob', sha: name });

async function libretro(more: Parameters<typeof served>[0] = {}, names: readonly string[] = []) {
  const covers = ['A (USA).png', 'A (Europe).png', 'B & C (USA).png', 'D (USA).png', 'E.png', ...names];
  const entries = [
    ...covers.map((name) => file(name.replace('&', '_'))),
    file('Link.png', '120000'),
    file('x.txt'),
  ];
  const genres = [
    block('A (USA)', 'Sports'),
    block('B & C (USA)', "Shoot'em Up"),
    block('D (USA)', 'Action'),
  ];
  const server = await localServer(
    served({
      '/libretro/libretro-database/master/metadat/genre/Atari%20-%205200.dat': genres.join('\n'),
      '/repos/libretro-thumbnails/Atari_-_5200/git/trees/master': JSON.stringify({
        tree: [{ path: 'Named_Boxarts', mode: '040000', type: 'tree', sha: 'f00' }],
        truncated: false,
      }),
      '/repos/libretro-thumbnails/Atari_-_5200/git/trees/f00': JSON.stringify({
        tree: entries,
        truncated: false,
      }),
      [`${boxArt}/A%20(USA).png`]: await picture(1, 'png'),
      [`${boxArt}/A%20(Europe).png`]: await picture(2, 'png'),
      [`${boxArt}/B%20_%20C%20(USA).png`]: await picture(3, 'png'),
      ...more,
    }),
  );
  const folder = temporaryFolder();
  const fetchAll = (request: Partial<CoverRequest> = {}) =>
    fetchCovers({
      ...{ systems: ['Atari - 5200'], genres: ['sports', 'shooter'], count: 10, seed: 1, folder },
      run: silent,
      client: testOptions({ origins: [server.origin], paceFolder }),
      servers: { raw: server.origin, api: server.origin },
      ...request,
    });
  return { server, folder, fetchAll };
}
const rowsOf = (folder: string): string[] =>
  readFileSync(path.join(folder, 'labels.csv'), 'utf8').trim().split('\r\n').sort();

describe('fetchCovers', () => {
  it('writes covers with their genres and titles, and counts the others', async () => {
    const { server, folder, fetchAll } = await libretro();
    expect(plain(await fetchAll())).toEqual({
      rows: 3,
      faults: [],
      counts: { 'links to another cover': 1, 'without a genre': 1, 'of other genres': 1, 'of the genres': 3 },
    });
    expect(rowsOf(folder)).toEqual([
      'covers/Atari - 5200/A (Europe).png,sports,A,Atari - 5200',
      'covers/Atari - 5200/A (USA).png,sports,A,Atari - 5200',
      'covers/Atari - 5200/B _ C (USA).png,shooter,B _ C,Atari - 5200',
      'file,class,title,system',
    ]);
    expect(existsSync(path.join(folder, 'covers/Atari - 5200/B _ C (USA).png'))).toBe(true);
    const before = server.asked.length;
    await fetchAll();
    expect(server.asked.length).toBe(before);
  });

  it('draws as many as are wanted, the same ones each time', async () => {
    const first = await libretro();
    expect((await first.fetchAll({ count: 2 })).rows.length).toBe(2);
    const second = await libretro();
    await second.fetchAll({ count: 2 });
    expect(rowsOf(second.folder)).toEqual(rowsOf(first.folder));
  });

  it('leaves the folder by no name, and takes no page for a picture', async () => {
    const name = '../../A (USA).png';
    const { folder, fetchAll } = await libretro({ [`${boxArt}/A%20(Europe).png`]: '<html>busy</html>' }, [
      name,
      'A\0 (USA).png',
    ]);
    const { rows, faults } = await fetchAll({ genres: ['sports', 'shooter', 'action'] });
    expect(rows.length).toBe(2);
    expect(faults.join('\n')).toMatch(/A \(Europe\).png: it is not a picture/);
    expect(existsSync(path.join(folder, 'A (USA).png'))).toBe(false);
  });

  it('says which console is not there', async () => {
    const { fetchAll } = await libretro();
    await expect(fetchAll({ systems: ['Atari'] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/no covers with genres of "Atari" .*"Nintendo - Game Boy"/),
    });
  });

  it.each(['{"message":"Not Found"}', 'null', '<html>', '{"tree":[],"truncated":true}'])(
    'takes no %s for a list',
    async (answer) => {
      const { fetchAll } = await libretro({
        '/repos/libretro-thumbnails/Atari_-_5200/git/trees/master': answer,
      });
      await expect(fetchAll()).rejects.toMatchObject({ code: 'BAD_INPUT' });
    },
  );
});
