import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detailsIn,
  idsIn,
  kindOf,
  knownGames,
  pictureAddresses,
  rowOf,
} from '../../../lib/studies/prices/steam';
import { game } from './fakeStore';

const data = (more: Record<string, unknown> = {}) => game(7, 'https://a.org', 1, more).data ?? {};

describe('kindOf', () => {
  it.each<[string, Record<string, unknown>]>([
    ['game', {}],
    ['free', { is_free: true, price_overview: undefined }],
    ['dlc', { type: 'dlc' }],
    ['demo', { type: 'demo', is_free: true }],
    ['soundtrack', { type: 'music' }],
    ['video', { type: 'movie' }],
    ['video', { type: 'episode' }],
    ['other', { type: 'hardware' }],
    ['other', { type: 7 }],
    ['unreleased', { release_date: { coming_soon: true } }],
    ['another-id', { steam_appid: 8 }],
    ['no-price', { price_overview: undefined }],
    ['no-price', { price_overview: { initial: 'free' } }],
    ['no-pictures', { screenshots: undefined }],
    ['no-pictures', { screenshots: [{ path_full: 'https://a.org/x' }, null, 'x'] }],
  ])('is %s for %j', (kind, more) => {
    expect(kindOf('7', data(more))).toBe(kind);
  });

  it('is region-locked where the store says that it has no such thing', () => {
    expect(kindOf('7', detailsIn({ 7: { success: false } }, '7'))).toBe('region-locked');
  });
});

describe('detailsIn', () => {
  it.each([
    'null',
    '[]',
    '{}',
    '"7"',
    '{"8":{"success":true,"data":{}}}',
    '{"7":{"success":true}}',
    '<html>',
    '',
  ])('does not take %j for an answer', (body) => {
    expect(() => detailsIn(Buffer.from(body), '7')).toThrow();
  });
});

describe('pictureAddresses', () => {
  it('are of the size asked for, without the time at their end', () => {
    expect(pictureAddresses(data(), 'thumbnail')).toEqual(['https://a.org/apps/7/ss_0.600x338.jpg']);
    expect(pictureAddresses(data(), 'full')).toEqual(['https://a.org/apps/7/ss_0.1920x1080.jpg']);
  });
});

describe('rowOf', () => {
  it('has the price before a discount with its currency, and what is missing as nothing', () => {
    const review = { query_summary: { total_positive: 14, total_reviews: 21, review_score_desc: 'Mixed' } };
    expect(rowOf('7', data(), review, ['0.jpg', '1.jpg'])).toEqual([
      ...['7', 'Game 7', '20.06 EUR', 'EUR', '50', '1 Jan, 2020'],
      ...['Action;Adventure', 'Single-player', '21', '14', 'Mixed', '0.jpg;1.jpg'],
    ]);
    const bare = { type: 'game', is_free: true, name: 8, genres: 'Action' };
    const row = ['7', '8', '0.00', '', '', '', '', '', '', '', '', '0.jpg'];
    expect(rowOf('7', bare, null, ['0.jpg'])).toEqual(row);
  });
});

describe('any answer', () => {
  it('is of some kind or none, whatever is in it', () => {
    const id = fc.constantFrom('7', 'length', '__proto__');
    const wrapped = fc.jsonValue().map((data) => ({ 7: { success: true, data } }));
    const mutated = fc
      .tuple(fc.constantFrom(...Object.keys(data())), fc.jsonValue())
      .map(([field, value]) => ({ 7: { success: true, data: { ...data(), [field]: value } } }));
    fc.assert(
      fc.property(id, fc.oneof(fc.jsonValue(), wrapped, mutated), fc.jsonValue(), (id, answer, reviews) => {
        let details: ReturnType<typeof detailsIn>;
        try {
          details = detailsIn(answer, id);
        } catch (error) {
          expect(String(error)).toMatch(/does not tell of this id/);
          return;
        }
        expect(typeof kindOf(id, details)).toBe('string');
        const row = details === null ? [] : rowOf(id, details, reviews, []);
        expect(row.every((cell) => typeof cell === 'string')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('idsIn', () => {
  const of = (text: string) => idsIn(text, 'ids.csv');

  it('reads a column, a line or a table, each id once, and names what is none', () => {
    expect(of('\uFEFF440\r\n570\r\n440\r\n')).toEqual({ ids: ['440', '570'], malformed: [] });
    expect(of('440, 570;"620"')).toEqual({ ids: ['440', '570', '620'], malformed: [] });
    expect(of('\uFEFFname,AppID\r\n"Left 4, Dead",500\r\nPortal 2, 620\r\n')).toEqual({
      ...{ ids: ['500', '620'], malformed: [] },
    });
    expect(of('../1 0440 -5 440')).toEqual({ ids: ['440'], malformed: ['../1', '0440', '-5'] });
  });

  it('says what a table lacks', () => {
    expect(() => of('name,year\nPortal 2,2011\n')).toThrow(/appid/);
  });

  it('finds some dozens of known games, each once', () => {
    expect(of(knownGames.join(' '))).toEqual({ ids: knownGames, malformed: [] });
    expect(knownGames.length).toBeGreaterThan(60);
  });
});
