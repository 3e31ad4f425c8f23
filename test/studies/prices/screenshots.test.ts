import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Game, parseCatalogue } from '../../../lib/studies/prices/catalogue';
import { indexByPattern } from '../../../lib/studies/prices/patternIndex';
import { alignedGames, indexScreenshots, requireGames } from '../../../lib/studies/prices/screenshots';

const code = (expected: string) => expect.objectContaining({ name: 'ReportError', code: expected });
const table = (...rows: string[]) =>
  parseCatalogue(['appid,price,screenshots', ...rows].join('\n'), 'games.csv');
const filesOf = (shots?: readonly { file: string }[]) => shots?.map(({ file }) => file);

let folder = '';
const put = async (...files: string[]): Promise<void> => {
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), '');
  }
};
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'screenshots-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('indexScreenshots', () => {
  it('finds the visible files of each game, 2 before 10, games by ascending appid', async () => {
    await put(
      'screenshots/100/10.jpg',
      'screenshots/100/2.png',
      'screenshots/100/.hidden',
      'screenshots/20/a.jpg',
    );
    await mkdir(path.join(folder, 'screenshots/100/inner'));
    const { games } = await indexScreenshots(folder, table('100,1,', '20,1,').games);
    expect([...games.keys()]).toEqual(['20', '100']);
    expect(games.get('100' as Game['id'])).toEqual([
      { id: '100', file: 'screenshots/100/2.png' },
      { id: '100', file: 'screenshots/100/10.jpg' },
    ]);
  });

  it('tells games without pictures, pictures without a game and folders that are not appids apart', async () => {
    await put(
      'screenshots/1/0.jpg',
      'screenshots/7/0.jpg',
      'screenshots/7/1.jpg',
      'screenshots/1,020,790/0.jpg',
    );
    await mkdir(path.join(folder, 'screenshots/8'));
    const index = await indexScreenshots(folder, table('30,1,', '1,1,', '5,1,').games);
    expect(index.withoutPictures).toEqual(['5', '30']);
    expect(index.withoutGame).toEqual([{ folder: '7', images: 2 }]);
    expect(index.malformedFolders).toEqual(['1,020,790']);
  });

  it('takes the files that the table lists, wherever they are relative to, and counts those that are not there', async () => {
    await put(
      'screenshots/1/a.jpg',
      'screenshots/1/b.jpg',
      'screenshots/loose.jpg',
      'screenshots/1/in/deep.jpg',
    );
    const listed =
      'b.jpg;1/a.jpg;loose.jpg;gone.jpg;https://cdn.test/x/a.jpg?t=1;../../etc/passwd;b.jpg;in/deep.jpg';
    const { games, missing, unlisted } = await indexScreenshots(folder, table(`1,1,${listed}`).games);
    expect(filesOf(games.get('1' as Game['id']))).toEqual([
      'screenshots/1/b.jpg',
      'screenshots/1/a.jpg',
      'screenshots/loose.jpg',
      'screenshots/1/in/deep.jpg',
    ]);
    expect(filesOf(missing)).toEqual(['screenshots/1/gone.jpg', 'screenshots/1/passwd']);
    expect(unlisted).toEqual([]);
  });

  it('counts the pictures that no row lists, in folders of games that list others and beside the folders', async () => {
    await put('screenshots/1/a.jpg', 'screenshots/1/b.jpg', 'screenshots/2/c.jpg', 'screenshots/loose.jpg');
    const index = await indexScreenshots(folder, table('1,1,a.jpg', '2,1,', '3,1,gone.jpg').games);
    expect(index.unlisted).toEqual(['loose.jpg', '1/b.jpg']);
    expect(filesOf(index.missing)).toEqual(['screenshots/3/gone.jpg']);
    expect(index.withoutPictures).toEqual(['3']);
  });

  it('takes one picture of each record, in the size that is preferred and else in the one that is there', async () => {
    const shots = ['a', 'b'].map((name) => ({
      path_thumbnail: `https://cdn.test/${name}.600x338.jpg?t=1`,
      path_full: `https://cdn.test/${name}.1920x1080.jpg?t=1`,
    }));
    await put(
      'screenshots/1/a.600x338.jpg',
      'screenshots/1/a.1920x1080.jpg',
      'screenshots/1/b.1920x1080.jpg',
    );
    const text = `appid,price,screenshots\n1,1,"${JSON.stringify(shots).replaceAll('"', '""')}"\n`;
    const found = async (pictureSize: 'thumbnail' | 'full') => {
      const { games } = parseCatalogue(text, 'games.csv', {
        priceUnit: 'cents',
        currency: null,
        pictureSize,
      });
      return filesOf((await indexScreenshots(folder, games)).games.get('1' as Game['id']));
    };
    expect(await found('thumbnail')).toEqual([
      'screenshots/1/a.600x338.jpg',
      'screenshots/1/b.1920x1080.jpg',
    ]);
    expect(await found('full')).toEqual(['screenshots/1/a.1920x1080.jpg', 'screenshots/1/b.1920x1080.jpg']);
  });

  it('finds pictures by a pattern for their paths, for ids of any kind', async () => {
    await put(
      'photos/h-1_kitchen.jpg',
      'photos/h-1_bath.jpg',
      'photos/h-10_bath.jpg',
      'photos/x-9_bath.jpg',
      'photos/.hidden',
      'notes.txt',
    );
    const text = 'house,sold\nh-1,250000\nh-10,99\nh-2,1\n';
    const reading = { priceUnit: 'euros', currency: null, pictureSize: 'thumbnail' } as const;
    const { games } = parseCatalogue(text, 'games.csv', {
      ...reading,
      columns: { appid: 'house', price: 'sold' },
    });
    expect(games.map(({ id, price }) => [id, price])).toEqual([
      ['h-1', 25_000_000],
      ['h-10', 9_900],
      ['h-2', 100],
    ]);
    const index = await indexByPattern(folder, games, 'photos/{id}_*.jpg');
    expect([...index.games].map(([id, files]) => [id, filesOf(files)])).toEqual([
      ['h-1', ['photos/h-1_bath.jpg', 'photos/h-1_kitchen.jpg']],
      ['h-10', ['photos/h-10_bath.jpg']],
    ]);
    expect([index.withoutPictures, index.withoutGame]).toEqual([['h-2'], [{ folder: 'x-9', images: 1 }]]);
    expect((await indexByPattern(folder, games, '**/{id}_bath.*')).games.size).toBe(2);
    await expect(indexByPattern(folder, games, 'images/{id}.png')).rejects.toEqual(code('NO_SCREENSHOTS'));
    await expect(indexByPattern(folder, games, 'photos/*.jpg')).rejects.toEqual(code('BAD_SETTING'));
  });

  it('does not count the other size of a picture as one that no row lists', async () => {
    await put('screenshots/1/a.600x338.jpg', 'screenshots/1/a.1920x1080.jpg');
    const games = [
      {
        ...table('1,1,a.600x338.jpg').games[0]!,
        otherNames: new Map([['a.600x338.jpg', ['a.1920x1080.jpg']]]),
      },
    ];
    expect(await indexScreenshots(folder, games)).toMatchObject({ unlisted: [], missing: [] });
  });

  it('finds a file whose name is written as in an address', async () => {
    await put('screenshots/1/my shot 100%.jpg', 'screenshots/1/q.jpg');
    const { games } = await indexScreenshots(
      folder,
      table('1,1,https://cdn.test/my%20shot%20100%25.jpg;q.jpg?t=3').games,
    );
    expect(filesOf(games.get('1' as Game['id']))).toEqual([
      'screenshots/1/my shot 100%.jpg',
      'screenshots/1/q.jpg',
    ]);
  });

  it('follows links to folders and files, and keeps a link that leads nowhere', async () => {
    await put('elsewhere/0.jpg', 'screenshots/2/x.jpg');
    await symlink(path.join(folder, 'elsewhere'), path.join(folder, 'screenshots/1'));
    await symlink(path.join(folder, 'elsewhere/0.jpg'), path.join(folder, 'screenshots/2/0.jpg'));
    await symlink(path.join(folder, 'gone.jpg'), path.join(folder, 'screenshots/2/1.jpg'));
    const { games } = await indexScreenshots(folder, table('1,1,', '2,1,').games);
    expect(filesOf(games.get('1' as Game['id']))).toEqual(['screenshots/1/0.jpg']);
    expect(filesOf(games.get('2' as Game['id']))).toHaveLength(3);
  });

  it('names a missing folder', async () => {
    await expect(indexScreenshots(folder, [])).rejects.toEqual(code('NO_SCREENSHOTS'));
  });
});

describe('alignedGames and requireGames', () => {
  it('keep the games that have both a price and pictures', async () => {
    await put('screenshots/100/0.jpg', 'screenshots/20/0.jpg');
    const catalogue = table('100,1,', '20,1,', '3,1,');
    const games = alignedGames(catalogue, await indexScreenshots(folder, catalogue.games));
    expect(games.map(({ id }) => id)).toEqual(['20', '100']);
    const ten = Array.from({ length: 10 }, () => games[0]!);
    expect(requireGames(ten)).toBe(ten);
    expect(() => requireGames(games)).toThrow(code('TOO_FEW_ITEMS'));
  });

  it('say so when nothing that the table lists is there', async () => {
    await put('screenshots/100/0.jpg');
    const catalogue = table('100,1,https://cdn.test/ss_a.jpg;https://cdn.test/ss_b.jpg');
    const index = await indexScreenshots(folder, catalogue.games);
    expect(() => alignedGames(catalogue, index)).toThrow(code('NO_OVERLAP'));
    expect(() => alignedGames(catalogue, index)).toThrow(
      /None of the 2 pictures that games.csv lists is there, such as .*100.ss_a.jpg/,
    );
  });

  it('show examples of both sides when nothing fits', async () => {
    await put('screenshots/appid_100/0.jpg', 'screenshots/77/0.jpg');
    const catalogue = table('100,1,', '20,1,');
    const index = await indexScreenshots(folder, catalogue.games);
    expect(() => alignedGames(catalogue, index)).toThrow(code('NO_OVERLAP'));
    expect(() => alignedGames(catalogue, index)).toThrow(/100, 20.*77, appid_100/);
  });
});
