import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvField } from '../../../lib/report/csv';
import { parseCatalogue, readCatalogue } from '../../../lib/studies/prices/catalogue';

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
    expect(parse(`appid,price,screenshots\n1,2,${csvField(list)}\n`).games[0]?.screenshots).toEqual(expected);
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
    ['appid,price\n1,"2\n', 'MALFORMED_TABLE', /line 2: a quote that is not closed/],
  ])('refuses %j with %s', (text, expected, sentence) => {
    expect(() => parse(text)).toThrow(code(expected));
    expect(() => parse(text)).toThrow(sentence);
  });

  it('drops a row with too many or too few cells, and stops where more than one in a hundred has', () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${i + 1},100,title`);
    const broken = (...places: number[]) =>
      parse(
        `appid,price,title\n${rows.map((row, i) => (places.includes(i) ? `${row}, or two` : row)).join('\n')}\n`,
      );
    const { games, dropped, rows: read } = broken(3, 150);
    expect([games.length, read]).toEqual([198, 200]);
    expect(dropped).toEqual([
      { name: 'line 5: 4 cells under 3 columns', reason: 'ragged-row' },
      { name: 'line 152: 4 cells under 3 columns', reason: 'ragged-row' },
    ]);
    expect(() => broken(3, 100, 150)).toThrow(/line 5: 4 cells under 3 columns, and so in 3 of 200 rows/);
    expect(parse('appid,price\n1,2,\n3,4,,\n').games).toHaveLength(2); // commas at the end of a row
  });

  it('reads a line with quotes where none belong as it stands, drops one whose quote is not closed, and goes on', () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${i + 1},100,title ${i + 1}`);
    rows[5] = '6,100,a "b" c';
    rows[6] = '7,100,"12\\" long"';
    rows[7] = '8,100,"two\nlines, and a ""quote"""';
    rows[8] = '9,100,"open';
    rows.splice(150, 0, '', '300,"100,open too');
    const { games, dropped, rows: read } = parse(`appid,price,title\n${rows.join('\n')}\n`);
    expect([games.length, read]).toEqual([199, 201]);
    expect(games.slice(4, 9).map(({ title }) => title)).toEqual([
      ...['title 5', 'a "b" c', '"12\\" long"', 'two\nlines, and a "quote"', 'title 10'],
    ]);
    expect(dropped.map(({ name }) => name)).toEqual([
      'line 11: a quote that is not closed',
      'line 154: a quote that is not closed',
    ]);
    const open = Array.from({ length: 9000 }, (_, i) => (i % 150 === 0 ? `${i + 1},"100` : `${i + 1},100`));
    expect(() => parse(`appid,price\n${open.join('\n')}`)).toThrow(code('MALFORMED_TABLE'));
  });

  it('takes numbers as other programs write them: in quotes, behind an equals sign, as decimals', () => {
    const text = `appid,price\n"""10""",'100'\n"=""20""","""200"""\n30.0,300\n`;
    expect(parse(text).games).toMatchObject([
      { id: '10', price: 100 },
      { id: '20', price: 200 },
      { id: '30', price: 300 },
    ]);
  });

  it.each([
    ['appid,price\n0,10,100\n1,20,200\n', /header.*one column short: it has 2 names, every row 3 cells/],
    ['appid,price,a,bc\n1,2,3,4,5,6\n', /header.*2 columns short: it has 4 names, every row 6 cells/],
    ['sep=,\nappid,price\n1,2\n', /line "sep=…".*delete it/],
    ['My games,\n,\nappid,price\n1,2\n', /header of games.csv is in line 3: delete what stands above it/],
    ['My games\nAppID,Price\n1,2\n', /header of games.csv is in line 2/],
  ])('says what is wrong with the top of %j', (text, sentence) => {
    expect(() => parse(text)).toThrow(code('MALFORMED_TABLE'));
    expect(() => parse(text)).toThrow(sentence);
  });

  it('takes Name for the title where there is no other', () => {
    expect(parse('AppID,Name,Price\n1,Portal,2\n').games[0]?.title).toBe('Portal');
    expect(parse('AppID,Name,Title,Price\n1,x,Portal,2\n').games[0]?.title).toBe('Portal');
  });

  describe('prices and currencies', () => {
    const read = (
      rows: readonly string[],
      reading: { priceUnit?: 'auto' | 'cents' | 'euros'; currency?: string } = {},
    ) =>
      parseCatalogue(
        `appid,price,currency\n${rows.map((row, i) => `${i + 1},${row}`).join('\n')}\n`,
        'games.csv',
        {
          ...{ priceUnit: 'auto', currency: null, pictureSize: 'thumbnail', ...reading },
        },
      );
    const pricesOf = ({ games }: ReturnType<typeof parse>) => games.map(({ price }) => price);

    it('are read off the column, with what it shows', () => {
      const euros = read(['4.99,', '9.99,', '"12,99",', 'Free to Play,', '0,']);
      expect(pricesOf(euros)).toEqual([499, 999, 1299, 0, 0]);
      expect(euros).toMatchObject({
        unit: 'euros',
        currency: 'EUR',
        unitWhy: expect.stringContaining('100.0% of the prices above 0 have decimals'),
      });
      const whole = read([...Array.from({ length: 9 }, () => '499,'), '0,', '1999,', '4.99,']);
      expect(whole).toMatchObject({
        unit: 'cents',
        games: { length: 11 },
        dropped: [{ reason: 'malformed-price' }],
      });
    });

    it('are as the setting says', () => {
      expect(pricesOf(read(['4.99,'], { priceUnit: 'cents' }))).toEqual([4.99]);
      expect(pricesOf(read(['869500,'], { priceUnit: 'euros' }))).toEqual([86_950_000]);
      expect(read(['869500,'], { priceUnit: 'euros' }).unitWhy).toBeNull();
      expect(() => read(['869500,', '720000,'])).toThrow(/--price-unit cents or --price-unit euros/);
    });

    it('are all in one currency, that of most rows or of the setting; the others are named', () => {
      const found = read(['$4.99,', '9.99,USD', '"12,99€",', '5.99,EUR', '$1.99,', '0.99,']);
      expect(found).toMatchObject({ currency: 'USD', unit: 'euros' });
      expect(pricesOf(found)).toEqual([499, 999, 199, 99]);
      expect(found.dropped.map(({ reason }) => reason)).toEqual(['other-currency', 'other-currency']);
      expect(read(['$4.99,', '"12,99€",'], { currency: 'EUR' })).toMatchObject({
        currency: 'EUR',
        games: { length: 1 },
      });
      expect(read(['4.99,'])).toMatchObject({ currency: 'EUR' });
      expect(read(['4.99,$', '5.99,US$'])).toMatchObject({ currency: 'USD', dropped: [] });
      expect(read(['4.99,€', '5.99,Simoleons'])).toMatchObject({
        currency: 'EUR',
        dropped: [{ name: 'line 3: appid "2", price "5.99" (Simoleons)', reason: 'other-currency' }],
      });
      expect(read(['59.00 kr,', '99.00 kr,'], { currency: 'SEK' })).toMatchObject({
        currency: 'SEK',
        dropped: [],
      });
    });

    it('keep their value as cents whatever they are written in', () => {
      const euros = fc.array(fc.integer({ min: 30, max: 20_000 }), { minLength: 1, maxLength: 20 });
      fc.assert(
        fc.property(euros, (prices) => {
          expect(pricesOf(read(prices.map((price) => `$${(price / 100).toFixed(2)},`)))).toEqual(prices);
          expect(
            pricesOf(
              read(
                prices.map((price) => `${(price / 100).toFixed(2)},`),
                { priceUnit: 'euros' },
              ),
            ),
          ).toEqual(prices);
        }),
      );
    });
  });

  it('gives games or an error that says what to do, whatever happens to a table', () => {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `${i + 1},${i}.99,"Game, ${i}","[{'path_full': 'a.jpg'}, None]"`,
    );
    const whole = `appid,price,title,screenshots\n${rows.join('\n')}\n`;
    const change = fc.tuple(
      fc.nat(whole.length),
      fc.nat(12),
      fc.constantFrom('', '"', ',', ';', '\n', "'", '[', '{', '\0', '\r', '€', '9e9', '-'),
    );
    const reading = { priceUnit: 'auto', currency: null, pictureSize: 'full' } as const;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const text = changes.reduce(
          (now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length),
          whole,
        );
        try {
          const { games, dropped, rows: read } = parseCatalogue(text, 'games.csv', reading);
          expect(games.length + dropped.length).toBe(read);
          expect(games.every(({ price }) => price >= 0 && Number.isFinite(price))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ReportError' });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives back what was written, whatever is in the titles', () => {
    const title = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\r\n?/g, '\n'));
    const rows = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 1e9 }), fc.nat(1e6), title), {
      minLength: 1,
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (games, end) => {
        const lines = games.map((cells) => cells.map((cell) => csvField(String(cell))).join(','));
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

  it('reads UTF-8, says what is not, and refuses UTF-16', async () => {
    const file = path.join(folder, 'games.csv');
    await writeFile(file, '\uFEFFappid,price,title\n1,2,好久不见\n');
    expect(await readCatalogue(folder)).toMatchObject({ file, games: [{ title: '好久不见' }] });
    await expect(readCatalogue(file)).rejects.toEqual(code('NO_DATA_FOLDER'));
    await writeFile(file, Buffer.from('appid,price,title\n1,4.99 \x80,Caf\xe9\n', 'latin1')); // \x80 is the euro sign of Windows
    expect(await readCatalogue(folder)).toMatchObject({
      games: [{ price: 499, title: 'Café' }],
      note: expect.stringContaining('read as Windows-1252'),
    });
    await writeFile(
      file,
      Buffer.concat([Buffer.from('appid,price,title\n1,2,好\n2,3,'), Buffer.from([0xe9])]),
    );
    expect(await readCatalogue(folder)).toMatchObject({
      games: [{ title: '好' }, { title: '\ufffd' }],
      note: expect.stringContaining('not in UTF-8'),
    });
    await writeFile(file, Buffer.from('\uFEFFappid,price\n1,2\n', 'utf16le'));
    await expect(readCatalogue(folder)).rejects.toEqual(code('MALFORMED_TABLE'));
  });
});
