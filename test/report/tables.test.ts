import { afterEach, describe, expect, it, vi } from 'vitest';
import { csvOf } from '../../lib/report/csv';
import { comparison, type Frame, keyValues, table, tableHtml } from '../../lib/report/tables';
import { formatPrice } from '../../lib/studies/prices/units';
import { shownHtml } from './shown';

const rows = [
  { title: 'Left', price: 499, games: 1234 },
  { title: 'Right', price: null, games: 5 },
];

/** What a function prints outside a notebook. */
function printed(show: () => void): string {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  show();
  return log.mock.calls.map(([text]) => String(text)).join('\n');
}

afterEach(() => vi.restoreAllMocks());

describe('table', () => {
  const html = tableHtml(
    rows,
    { title: 'Title', price: ['Price', formatPrice], games: 'Games' },
    { caption: 'Prices', rowHeadings: true, note: 'A note.' },
  );

  it('has a caption, headings with a scope, and the formatted values', () => {
    expect(html).toContain('<caption>Prices</caption>');
    expect(html.match(/<th scope="col"/g)).toHaveLength(3);
    expect(html.match(/<th scope="row"/g)).toHaveLength(2);
    expect(html).toContain('>€4.99</td>');
    expect(html).toContain('>1,234</td>');
    expect(html).toContain('A note.');
  });

  it('sets numbers to the right, and a dash for nothing', () => {
    expect(html).toContain('<th scope="col" class="rp-right">Games</th>');
    expect(html).toContain('<td class="rp-right">–</td>');
    expect(html).toContain('<th scope="row">Left</th>');
  });

  it('shows the first rows of a long table and says so, and holds a thousand', () => {
    const long = Array.from({ length: 1200 }, (_, i) => ({ i }));
    const cut = tableHtml(long, { i: 'Row' }, { caption: 'Long', limit: 10 });
    expect(cut.split('<tbody hidden>').map((part) => part.match(/<tr>/g)?.length)).toEqual([11, 990]);
    expect(cut).toContain('The first 10 of 1,200 rows; more are');
  });

  it('prints padded columns outside a notebook', () => {
    const text = printed(() => table(rows, { title: 'Title', games: 'Games' }, { caption: 'Games' }));
    expect(text).toBe('Games\nTitle  Games\n-----  -----\nLeft   1,234\nRight      5');
  });
});

describe('comparison', () => {
  it('sets this run beside the original, and a dash where the original says nothing', () => {
    const html = shownHtml(() => comparison([{ measure: 'R²', ours: 0.2312, original: null }]));
    expect(html).toContain('<th scope="col" class="rp-right">This run</th>');
    expect(html).toContain('<th scope="col" class="rp-right">Original</th>');
    expect(html).toContain('<td class="rp-right">0.231</td><td class="rp-right">–</td>');
    expect(printed(() => comparison([{ measure: 'games', ours: 12, original: 3 }]))).toContain('games');
  });
});

describe('keyValues', () => {
  it('prints names and values in their order', () => {
    const text = printed(() => keyValues({ seed: 42, target: 'log1p' }, { caption: 'Settings' }));
    expect(text.indexOf('seed')).toBeLessThan(text.indexOf('target'));
  });
});

describe('a DataFrame', () => {
  const frame: Frame = {
    columns: ['kind', 'price'],
    index: ['first', 'second'],
    values: [
      ['<b>, "free"', 0],
      ['paid', 1999],
    ],
  };

  it('is a table with the headings and formats of its columns, and its index where that has a heading', () => {
    const columns = { price: ['Price', formatPrice] } as const;
    const html = shownHtml(() => table(frame, { caption: 'Prices', index: 'Row', columns }));
    expect(html.match(/<th scope="col"/g)).toHaveLength(3);
    expect(html).toContain('<th scope="row">first</th>');
    expect(html).toContain(
      '<td>&lt;b&gt;, &quot;free&quot;</td><td class="rp-right" data-value="0">€0.00</td>',
    );
    expect(shownHtml(() => table(frame, { caption: 'Prices', limit: 1 }))).toContain(
      'The first 1 of 2 rows;',
    );
    expect(shownHtml(() => table(frame, { caption: 'Prices' }))).not.toContain('first</th>');
    expect(shownHtml(() => table([], { name: 'Name' }, { caption: 'Prices' }))).toContain('None.</p>');
  });

  it('of one column, whose values come flat, has a cell a row', () => {
    const text = printed(() =>
      table(
        { columns: ['price'], index: ['mean', 'max'], values: [2.5, 4] },
        { caption: 'Prices', index: 'Measure' },
      ),
    );
    expect(text.split('\n').slice(3)).toEqual(['mean     2.500', 'max          4']);
  });

  it('as CSV reads back as it was, whatever its texts hold', () => {
    expect(csvOf(frame)).toBe('kind,price\r\n"<b>, ""free""",0\r\npaid,1999\r\n');
    expect(csvOf({ columns: ['title'], index: [0, 1], values: ['two\nlines', null] })).toBe(
      'title\r\n"two\nlines"\r\n\r\n',
    );
  });
});
