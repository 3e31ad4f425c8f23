import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBlank, listedFiles } from '../../lib/data/listCell';

const names = (cell: string) => listedFiles(cell, /thumb/).map(([name]) => name);
const [a, b] = [
  'https://cdn.test/1/ss_a.1920x1080.jpg?t=1640121033',
  'https://cdn.test/1/ss_b.1920x1080.jpg?t=1640121033',
];

describe('the files that a cell lists', () => {
  it.each([
    ['commas', `${a},${b}`],
    ['commas and blanks', `${a}, ${b}`],
    ['blanks', `${a} ${b}`],
    ['semicolons', `${a};${b};`],
    ['bars', `${a} | ${b}`],
    ['lines', `${a}\n${b}\n`],
    ['JSON', JSON.stringify([a, b])],
    ['JSON with escapes', JSON.stringify([a, b]).replaceAll('/', '\\/')],
    ['JSON in ASCII', JSON.stringify([a, b]).replaceAll('?', '\\u003f')],
    ['JSON within JSON', JSON.stringify(JSON.stringify([a, b]))],
    ['Python', `['${a}', '${b}']`],
    ['Python with None', `['${a}', None, '${b}', nan]`],
    ['Python 2', `[u'${a}', u'${b}']`],
    ['a tuple', `('${a}', '${b}')`],
    ['a set', `{'${a}', '${b}'}`],
    ['numpy', `['${a}'\n '${b}']`],
    ['numpy with its type', `array(['${a}', '${b}'], dtype=object)`],
    ['numpy 2', `[np.str_('${a}'), np.str_('${b}')]`],
    ['PostgreSQL', `{${a},${b}}`],
    ['lists within a list', `[['${a}'], ['${b}']]`],
    ['lists with numbers', `[['${a}', 1], ['${b}', 2]]`],
    ['an index of pandas', `Index(['${a}', '${b}'], dtype='object')`],
    ['a list between bars', `[${a}|${b}]`],
    ['tabs', `${a}\t${b}`],
    ['names for nothing between commas', `None,${a},nan,${b},`],
    ['records', `[{'id': 0, 'path_full': '${a}'}, {'id': 1, 'path_full': '${b}'}]`],
    ['a record of numbers', `{"0": "${a}", "1": "${b}"}`],
    ['a record with a list', `{"screenshots": ["${a}", "${b}"]}`],
    ['a record of records', `{"0": {"full": "${a}"}, "1": {"full": "${b}"}}`],
  ])('are read from %s', (_, cell) => {
    expect(names(cell)).toEqual([a, b]);
  });

  it.each([
    ['a.jpg,b.png', ['a.jpg', 'b.png']],
    ['a.jpg b.png', ['a.jpg', 'b.png']],
    ['a.jpg?t=1,b.jpg?t=2', ['a.jpg?t=1', 'b.jpg?t=2']],
    ['my shot, later.jpg; it’s.jpg', ['my shot, later.jpg', 'it’s.jpg']],
    ["[it's.jpg, shot (1).jpg]", ["it's.jpg", 'shot (1).jpg']],
    ['{a.jpg,"b, c.jpg",NULL}', ['a.jpg', 'b, c.jpg']],
    [
      'https://cdn.test/a.jpg?w=600,338&h=1,https://cdn.test/b.jpg',
      ['https://cdn.test/a.jpg?w=600,338&h=1', 'https://cdn.test/b.jpg'],
    ],
    ['https://cdn.test/a.jpg?t=1;v=2', ['https://cdn.test/a.jpg?t=1']],
    ['//cdn.test/a b.jpg //cdn.test/c.jpg', ['//cdn.test/a b.jpg', '//cdn.test/c.jpg']],
    ['"a.jpg"', ['a.jpg']],
    ['0|1', ['0', '1']],
    ['["1", "2"]', ['1', '2']],
    ['a.jpg,None,b.jpg', ['a.jpg', 'b.jpg']],
    [',a.jpg', ['a.jpg']],
    ['a.jpg、b.jpg', ['a.jpg', 'b.jpg']],
    ['(1).jpg', ['(1).jpg']],
    ['list(1).jpg', ['list(1).jpg']],
    [
      '{https://x.test/a.jpg?w=1,2,https://x.test/b.jpg}',
      ['https://x.test/a.jpg?w=1,2', 'https://x.test/b.jpg'],
    ],
    ['["a.jpg", null, ""]', ['a.jpg']],
  ])('are read from %s', (cell, expected) => {
    expect(names(cell)).toEqual(expected);
  });

  it.each([
    '',
    ' ',
    'NULL',
    '\\N',
    'None',
    'nan',
    '<NA>',
    '#N/A',
    '-',
    '—',
    '[]',
    '{}',
    '()',
    '[ ]',
    '""',
    '[None]',
    '[null, nan]',
  ])('are none in %s', (cell) => {
    expect(names(cell)).toEqual([]);
  });

  it('have the size that is preferred first, and the others of the same record behind', () => {
    const [small, large] = ['https://cdn.test/a.600x338.jpg', 'https://cdn.test/a.1920x1080.jpg'];
    const cell = `[{'id': 0, 'path_thumbnail': '${small}', 'path_full': '${large}'}]`;
    expect(listedFiles(cell, /thumb/)).toEqual([[small, large]]);
    expect(listedFiles(cell, /full/)).toEqual([[large, small]]);
    expect(listedFiles(JSON.stringify([{ path_full: large, path_thumbnail: small }]), /thumb/)).toEqual([
      [small, large],
    ]);
  });

  it('are the same whatever writes them, for any names', () => {
    const name = fc
      .stringMatching(/^[a-zA-Z0-9_é價][a-zA-Z0-9_é價 .()-]{0,12}$/)
      .map((text) => `${text}.jpg`);
    const python = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (list) => {
        expect(names(JSON.stringify(list))).toEqual(list);
        expect(names(`[${list.map(python).join(', ')}]`)).toEqual(list);
        for (const between of [';', '|', ',', ', ', '\n', ' ; '])
          expect(names(list.join(between))).toEqual(list);
      }),
    );
  });

  it('are found in any text at all, without an error, in little time, and never blank', () => {
    const sign = fc.constantFrom(...'[](){}\'"\\,;| \n:ua.jpg?=/');
    fc.assert(
      fc.property(fc.string({ unit: sign, maxLength: 300 }), (cell) => {
        expect(names(cell).filter(isBlank)).toEqual([]);
      }),
    );
    for (const run of [',', ' ', ', ', '[', "'a", '{"', '\\', 'a.jpg,']) names(run.repeat(20_000));
  });
});
