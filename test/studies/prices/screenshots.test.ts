import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Game, parseCatalogue } from '../../../lib/studies/prices/catalogue';
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

  it('takes the files that the table lists, also those that do not exist, wherever they are relative to', async () => {
    await put('screenshots/1/a.jpg', 'screenshots/1/b.jpg', 'screenshots/loose.jpg');
    const listed = 'b.jpg;1/a.jpg;loose.jpg;gone.jpg;https://cdn.test/x/a.jpg?t=1;../../etc/passwd;b.jpg';
    const { games } = await indexScreenshots(folder, table(`1,1,${listed}`).games);
    expect(filesOf(games.get('1' as Game['id']))).toEqual([
      'screenshots/1/b.jpg',
      'screenshots/1/a.jpg',
      'screenshots/loose.jpg',
      'screenshots/1/gone.jpg',
      'screenshots/1/passwd',
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

  it('show examples of both sides when nothing fits', async () => {
    await put('screenshots/appid_100/0.jpg', 'screenshots/77/0.jpg');
    const catalogue = table('100,1,', '20,1,');
    const index = await indexScreenshots(folder, catalogue.games);
    expect(() => alignedGames(catalogue, index)).toThrow(code('NO_OVERLAP'));
    expect(() => alignedGames(catalogue, index)).toThrow(/100, 20.*77, appid_100/);
  });
});
