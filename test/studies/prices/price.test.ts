import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideUnit, parseAmount } from '../../../lib/studies/prices/price';
import { asCurrency, currencySign, decimalsOf } from '../../../lib/studies/prices/units';

describe('a price as it is written', () => {
  it.each([
    ['499', 499, null, null],
    ['499.8', 499.8, null, null],
    [' 4.99 ', 4.99, null, null],
    ['.99', 0.99, null, null],
    ['4,99', 4.99, null, null],
    ['1.234,50', 1234.5, null, null],
    ['1,234.50', 1234.5, null, null],
    ['1,234,567', 1234567, null, null],
    ['12,34,567.50', 1234567.5, null, null],
    ["1'234.50", 1234.5, null, null],
    ['1\u00a0234,50', 1234.5, null, null],
    ['$9.99', 9.99, 'USD', 'euros'],
    ['$.99', 0.99, 'USD', 'euros'],
    ['US$ 9.99', 9.99, 'USD', 'euros'],
    ['12,99€', 12.99, 'EUR', 'euros'],
    ['1.234,50 €', 1234.5, 'EUR', 'euros'],
    ['€ 5,--', 5, 'EUR', 'euros'],
    ['5,--€', 5, 'EUR', 'euros'],
    ['9.99 EUR', 9.99, 'EUR', 'euros'],
    ['EUR 9.99', 9.99, 'EUR', 'euros'],
    ['£7', 7, 'GBP', 'euros'],
    ['CDN$ 12.99', 12.99, 'CAD', 'euros'],
    ['R$ 20,69', 20.69, 'BRL', 'euros'],
    ['Rs.500', 500, 'INR', 'euros'],
    ['385 руб.', 385, 'RUB', 'euros'],
    ['¥ 1,200', 1200, 'JPY', 'euros'],
    ['¥980', 980, 'JPY', 'euros'],
    ['CHF 12.50', 12.5, 'CHF', 'euros'],
    ['Fr. 12.–', 12, 'CHF', 'euros'],
    ['1 234,50 Kč', 1234.5, 'CZK', 'euros'],
    ['￥1200', 1200, 'JPY', 'euros'],
    ['99¢', 99, null, 'cents'],
    ['499 cents', 499, null, 'cents'],
    ['Free', 0, null, null],
    ['Free to Play', 0, null, null],
    ['FREE!', 0, null, null],
    ['Play for Free!', 0, null, null],
    ['0', 0, null, null],
    ['-0.0', 0, null, null],
  ])('%j is read', (cell, value, currency, unit) => {
    expect(parseAmount(cell, null)).toEqual({ value, currency, unit });
  });

  it.each([
    ['', 'missing-price'],
    ['N/A', 'missing-price'],
    ['\\N', 'missing-price'],
    ['-5', 'negative-price'],
    ['-$5.00', 'negative-price'],
    ['\u22124,99 €', 'negative-price'],
    ['1,234', 'unclear-price'],
    ['$1,234', 'unclear-price'],
    ['1.234 €', 'unclear-price'],
    ['9.99 - 19.99', 'malformed-price'],
    ['$9.99 $4.99', 'malformed-price'],
    ['from 5', 'malformed-price'],
    ['12 pieces', 'malformed-price'],
    ['1e3', 'malformed-price'],
    ['4,9,9', 'malformed-price'],
    ['1.2.3', 'malformed-price'],
    ['$5 €', 'malformed-price'],
    ['Free Weekend', 'malformed-price'],
    ['Infinity', 'malformed-price'],
  ])('%j is none: %s', (cell, reason) => {
    expect(parseAmount(cell, null)).toBe(reason);
  });

  it('has the currency of the data set where that shares its sign', () => {
    expect(parseAmount('$9.99', 'CAD')).toMatchObject({ currency: 'CAD' });
    expect(parseAmount('59 kr', 'SEK')).toMatchObject({ currency: 'SEK' });
    expect(parseAmount('59 kr', null)).toBe('malformed-price');
    expect(parseAmount('1,200', 'JPY')).toMatchObject({ value: 1200 });
    expect([asCurrency('usd'), asCurrency('xyz')]).toEqual(['USD', null]);
    expect([currencySign('USD'), decimalsOf('USD'), decimalsOf('JPY')]).toEqual(['$', 2, 0]);
  });

  it('is the same in the ways of several countries', () => {
    const amount = fc.integer({ min: 0, max: 99_999_999 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(
        amount,
        fc.constantFrom('en-GB', 'de-DE', 'fr-FR', 'de-CH', 'en-IN', 'pt-BR', 'pl-PL'),
        (value, locale) => {
          const style = { style: 'currency', currency: 'EUR' } as const;
          expect(parseAmount(value.toLocaleString(locale, style), null)).toEqual({
            value,
            currency: 'EUR',
            unit: 'euros',
          });
        },
      ),
    );
  });

  it('is an amount that is finite and not negative, or a reason, whatever the cell', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,-’ €$k'), maxLength: 12 }), (cell) => {
        const found = parseAmount(cell, null);
        if (typeof found === 'string') return /^(missing|malformed|unclear|negative)-price$/.test(found);
        return Number.isFinite(found.value) && found.value >= 0;
      }),
    );
  });
});

describe('the unit of a column', () => {
  it.each([
    ['euros', [0.99, 4.99, 9.99, 19.99, 59.99]],
    ['euros', [0, 0, 5, 10, 4.5, 20]],
    ['euros', [5, 10, 15, 20]],
    ['cents', [0, 99, 499, 999, 1999, 5999]],
    ['cents', [99, 199, 49, 99]],
    ['cents', [...Array.from({ length: 20 }, () => 999), 499.8]],
    ['euros', [0, 0]],
    [null, [869_500, 549_000, 1_200_000]],
    [null, [4.99, 999, 9.99, 1499]],
    [null, [59, 69, 59, 70]],
    [null, [0.01, 0.02]],
    [null, [499, 999, 1999], 'INR'],
    [null, [120_000, 240_000], 'JPY'],
    ['euros', [20.69, 37.99], 'BRL'],
    ['cents', [499, 999, 1999], 'USD'],
  ] as const)('is %s for %j', (unit, values, currency?: string) => {
    expect(decideUnit(values, currency).unit).toBe(unit);
  });
});
