import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cents, formatPrice, parseAppId } from '../../../lib/studies/prices/units';

describe('parseAppId', () => {
  it.each([
    ['730', '730'],
    [' 730\t', '730'],
    ['1020790', '1020790'],
    ['999999999999', '999999999999'],
    ['730.0', '730'],
  ])('reads %j as %s', (text, appid) => expect(parseAppId(text)).toBe(appid));

  it.each([
    '',
    ' ',
    '0',
    '007',
    '-1',
    '+730',
    '1,020,790',
    '1.5',
    '730.00',
    '1e6',
    '0x1F',
    '７３０',
    '73 0',
    '1234567890123',
  ])('refuses %j', (text) => expect(parseAppId(text)).toBeNull());

  it('reads what it gave again as the same, for every whole number of up to 12 digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999 }), (number) => {
        const appid = parseAppId(String(number));
        expect(Number(appid)).toBe(number);
        expect(parseAppId(appid!)).toBe(appid);
      }),
    );
  });
});

describe('formatPrice', () => {
  it.each([
    [null, '–'],
    [undefined, '–'],
    [Number.NaN, '–'],
    [612.49, '€6.12'],
    [0, '€0.00'],
    [5, '€0.05'],
    [1234, '€12.34'],
    [123_456_789, '€1,234,567.89'],
    [-250, '−€2.50'],
    [12.5, '€0.13'],
    [999.6, '€10.00'],
    [-999.6, '−€10.00'],
    [-0.4, '€0.00'],
    [-0, '€0.00'],
  ])('writes %s cents as %s', (amount, text) => expect(formatPrice(amount)).toBe(text));

  it('loses nothing of a whole number of cents', () => {
    fc.assert(
      fc.property(fc.integer(), (amount) => {
        const digits = Number(formatPrice(amount).replace(/[€,.]/g, '').replace('−', '-'));
        expect(digits === amount).toBe(true); // === because -0 does not matter
      }),
    );
  });
});

describe('cents', () => {
  it('marks a number and leaves it as it is', () => {
    expect(cents(999)).toBe(999);
  });
});
