import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCatalogue, readCatalogue } from '../../../lib/studies/prices/catalogue';
import { csvCell } from '../../../lib/studies/prices/sample/table';

const parse = (text: string) => parseCatalogue(text, 'games.csv');
const code = (expected: string) => expect.objectContaining({ name: 'ReportError', code: expected });

describe('parseCatalogue', () => {
  it('reads prices, titles and lists of screenshots', () => {
    const { games, columns, rows, dropped } = parse(
      'appid,price,title,screenshots\n10,999,"Half, Life",a.jpg;b.jpg\n20,499.8,Portal,"[\'c.jpg\', ""d.jpg""]"\n30,0,Free,\n',
    );
    expect(games).toEqual([
      { id: '10', price: 999, title: 'Half, Life', screenshots: ['a.jpg', 'b.jpg'] },
      { id: '20', price: 499.8, title: 'Portal', screenshots: ['c.jpg', 'd.jpg'] },
      { id: '30', price: 0, title: 'Free', screenshots: [] },
    ]);
    expect(columns).toEqual(['appid', 'price', 'title', 'screenshots']);
    expect([rows, dropped]).toEqual([3, []]);
  });

  it.each([
    ['["a.jpg","b \\"c\\".jpg"]', ['a.jpg', 'b "c".jpg']],
    ['[a.jpg, b.jpg]', ['a.jpg', 'b.jpg']],
    ['a.jpg | b.jpg|', ['a.jpg', 'b.jpg']],
    ['[]', []],
    ['nan', []],
  ])('reads the list %s', (list, expected) => {
    expect(parse(`appid,price,screenshots\n1,2,${csvCell(list)}\n`).games[0]?.screenshots).toEqual(expected);
  });

  it('finds columns whatever their case, blanks, order and byte-order mark', () => {
    const { games } = parse('\uFEFFPrice , Release Date, APPID \r\n199,2020-01-01,440\r\n');
    expect(games).toEqual([{ id: '440', price: 199, title: '', screenshots: [] }]);
  });

  it('says why each row is dropped and on which line it begins, also after cells of several lines', () => {
    const { dropped, games, rows } = parse(
      'appid,price,title\r\n\r\n10,100,"two\r\nlines"\r\n"1,020,790",100,comma\r\n,100,none\r\n1.020.790,1,period\r\n' +
        '20,,no price\r\n30,"4,99",comma\r\n40,-1,"three\r\n\r\nlines"\r\n10,200,again\r\n50,nan,nan\r\n',
    );
    expect(dropped.map(({ name, reason }) => [Number(/^line (\d+):/.exec(name)?.[1]), reason])).toEqual([
      [5, 'malformed-appid'],
      [6, 'missing-appid'],
      [7, 'malformed-appid'],
      [8, 'missing-price'],
      [9, 'malformed-price'],
      [10, 'negative-price'],
      [13, 'duplicate-appid'],
      [14, 'missing-price'],
    ]);
    expect(dropped[0]).toMatchObject({ name: 'line 5: appid "1,020,790", price "100"' });
    expect(games.length + dropped.length).toBe(rows);
  });

  it('keeps the first usable row of an appid, so a later one replaces a row without a price', () => {
    const { games, dropped } = parse('appid,price\n10,\n10,100\n10,200\n');
    expect(games).toMatchObject([{ id: '10', price: 100 }]);
    expect(dropped.map(({ reason }) => reason)).toEqual(['missing-price', 'duplicate-appid']);
  });

  it.each([
    ['', 'EMPTY_TABLE', /is empty/],
    ['\n \n', 'MALFORMED_TABLE', /appid/],
    ['appid,price\n\n', 'EMPTY_TABLE', /no rows/],
    ['appid,price\nx,1\ny,2\n', 'EMPTY_TABLE', /None of the 2 rows.*malformed appid .line 2/],
    ['appid;price;title\n1;2;a, b\n', 'MALFORMED_TABLE', /semicolons.*commas/],
    ['title\tappid\tprice\na\t1\t2\n', 'MALFORMED_TABLE', /tabs/],
    ['id,cost,price\n1,2,3\n', 'MALFORMED_TABLE', /no column appid.*id, cost, price/],
    ['appid,price,Price\n1,2,3\n', 'MALFORMED_TABLE', /two columns called price/],
    ['appid,price\n1,2\n"x\ny",2\n3,4,5\n', 'MALFORMED_TABLE', /line 5: 3 cells under 2 columns/],
    ['appid,price\n1,2\n1,"2" x\n', 'MALFORMED_TABLE', /line 3/],
    ['appid,price\n1,"2\n', 'MALFORMED_TABLE', /line/],
  ])('refuses %j with %s', (text, expected, sentence) => {
    expect(() => parse(text)).toThrow(code(expected));
    expect(() => parse(text)).toThrow(sentence);
  });

  it('gives back what was written, whatever is in the titles', () => {
    const title = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\r\n?/g, '\n'));
    const rows = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 1e9 }), fc.nat(1e6), title), {
      minLength: 1,
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (games, end) => {
        const lines = games.map((cells) => cells.map((cell) => csvCell(String(cell))).join(','));
        const read = parse(['appid,price,title', ...lines].join(end)).games;
        expect(read.map(({ id, price, title: text }) => [Number(id), price, text])).toEqual(games);
      }),
      { numRuns: 60 },
    );
  });
});

describe('readCatalogue', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'catalogue-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('names a missing folder and a missing table', async () => {
    await expect(readCatalogue(path.join(folder, 'none'))).rejects.toEqual(code('NO_DATA_FOLDER'));
    await expect(readCatalogue(folder)).rejects.toEqual(code('NO_TABLE'));
  });

  it('reads UTF-8 and refuses UTF-16', async () => {
    const file = path.join(folder, 'games.csv');
    await writeFile(file, '\uFEFFappid,price,title\n1,2,好久不见\n');
    expect(await readCatalogue(folder)).toMatchObject({ file, games: [{ title: '好久不见' }] });
    await expect(readCatalogue(file)).rejects.toEqual(code('NO_DATA_FOLDER'));
    await writeFile(file, Buffer.from('\uFEFFappid,price\n1,2\n', 'utf16le'));
    await expect(readCatalogue(folder)).rejects.toEqual(code('MALFORMED_TABLE'));
  });
});
