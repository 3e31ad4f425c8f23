import { percentiles } from '../../data/distribution';
import { isBlank } from '../../data/listCell';
import { formatPercent } from '../../report/format';
import { asCurrency, currencySign, decimalsOf } from './units';

/** In what the numbers of a column are: hundredths of the currency, or the currency itself. */
export type PriceUnit = 'cents' | 'euros';

/** A price as it is written. */
export interface Amount {
  value: number;
  /** As ISO 4217 has it, where the cell says so. */
  currency: string | null;
  /** Null where the cell does not say: a number alone. */
  unit: PriceUnit | null;
}

const free =
  /^(?:play for )?free(?:[ _-]to[ _-]play| game)?!?$|^(?:f2p|free2play|gratis|gr[aá]tis|gratuit|gratuito|kostenlos)!?$/i;

/** The price in a cell (`$9.99`, `1.234,50 EUR`, `99¢`, `Free to Play`), or the reason why it is none; `currency`: that of the data set. */
export function parseAmount(cell: string, currency: string | null): Amount | string {
  const text = cell
    .normalize('NFKC')
    .replace(/[\u2212–—]/g, '-')
    .trim();
  if (isBlank(text)) return 'missing-price';
  if (free.test(text)) return { value: 0, currency: null, unit: null };
  const [, before, run, after] = /^(\D*?)([.,]?\d[\d.,'’ ]*)(\D*)$/.exec(text) ?? [];
  if (before === undefined || run === undefined || after === undefined) return 'malformed-price';
  const digits = (/\p{L}$/u.test(before) ? run.replace(/^[.,]/, '') : run).replace(/[.,'’ ]+$/, ''); // Rs.500
  const marks = [before.replace('-', ''), /[.,]$/.test(run) ? after.replace(/^-+/, '') : after] // 5,--€
    .map((mark) => mark.trim())
    .filter((mark) => mark !== '')
    .map((mark) => currencyOf(mark, currency));
  const named = marks.find((mark) => mark !== 'cents') ?? null;
  const value = numberIn(digits, named ?? currency);
  if (value === null || marks.includes(null) || new Set(marks).size > 1) return 'malformed-price';
  if (value === 'unclear') return 'unclear-price';
  if (before.includes('-') && value > 0) return 'negative-price';
  return { value, currency: named, unit: marks.includes('cents') ? 'cents' : named ? 'euros' : null };
}

/** The number that digits and separators stand for; `unclear` where the only separator may be of thousands or of decimals; null for none. */
function numberIn(text: string, currency: string | null): number | 'unclear' | null {
  const parts = text.split(/[.,'’ ]/);
  const separators = text.replace(/\d/g, '');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  const decimal = separators.at(-1) ?? '';
  const thousands = separators.slice(0, -1);
  const grouped = (groups: readonly string[]): boolean =>
    groups.slice(1).every((group, i) => group.length === 3 || (group.length === 2 && i < groups.length - 2));
  if (separators === '') return Number(text);
  if (separators.length === 1 && '.,'.includes(decimal)) {
    const either = last.length === 3 && /^[1-9]\d{0,2}$/.test(first);
    if (either) return currency !== null && decimalsOf(currency) === 0 ? Number(parts.join('')) : 'unclear';
    return decimal === '.' || last.length <= 2 ? Number(`${first}.${last}`) : null;
  }
  if (new Set(separators).size === 1) return grouped(parts) ? Number(parts.join('')) : null;
  if (new Set(thousands).size > 1 || !'.,'.includes(decimal) || thousands.includes(decimal)) return null;
  return last.length <= 2 && grouped(parts.slice(0, -1))
    ? Number(`${parts.slice(0, -1).join('')}.${last}`)
    : null;
}

/** What is written for a currency beside its code, in small letters without a full stop at the end. */
const signs = new Map(
  [
    'EUR € euro euros',
    'USD $ us$ $us dollar dollars',
    'GBP £',
    'CHF fr sfr',
    'JPY ¥ 円',
    'CNY 元 cn¥ rmb',
    'CAD cdn$ ca$ c$',
    'AUD a$ au$',
    'NZD nz$',
    'HKD hk$',
    'TWD nt$',
    'SGD s$',
    'MXN mex$',
    'BRL r$',
    'CLP clp$',
    'COP col$',
    'ARS ars$',
    'RUB ₽ руб pуб р',
    'INR ₹ rs',
    'KRW ₩',
    'TRY ₺ tl',
    'PLN zł',
    'CZK kč',
    'HUF ft',
    'UAH ₴',
    'ILS ₪',
    'VND ₫ đ',
    'THB ฿',
    'KZT ₸',
    'IDR rp',
    'MYR rm',
  ].flatMap((line) => {
    const [code = '', ...marks] = line.split(' ');
    return marks.map((mark): [string, string] => [mark, code]);
  }),
);

/** The currency of a sign or code, `cents` for those of hundredths, null for what is neither. */
export function currencyOf(mark: string, own: string | null): string | null {
  const plain = mark.toLowerCase().replace(/\.$/, '');
  if (/^(?:c|ct|cts|cents?|¢)$/.test(plain)) return 'cents';
  if (own !== null && currencySign(own).toLowerCase() === plain) return own;
  return signs.get(plain) ?? asCurrency(mark);
}

/** Typical prices in the currency itself between which a column is taken for what its numbers then stand for. */
const [CHEAP, DEAR] = [0.3, 200];

/** Currencies of which these hold; of another only decimals tell. */
const COMPARABLE = ['EUR', 'USD', 'GBP', 'CHF', 'CAD', 'AUD', 'NZD', 'SGD'];

/** Share of prices with decimals from which on a column is taken for one of whole currency. */
const DECIMALS = 0.1;

/** In what the numbers of a column most likely are, and why; `unit` is null where they do not tell, `why` where nothing depends on it. */
export function decideUnit(
  values: readonly number[],
  currency = 'EUR',
): { unit: PriceUnit | null; why: string | null } {
  const paid = values.filter((value) => value > 0);
  if (paid.length === 0) return { unit: 'euros', why: null };
  const [median] = percentiles(paid, [50]) as [number]; // one asked for
  const share = (fits: (value: number) => boolean): number => paid.filter(fits).length / paid.length;
  const decimals = share((value) => !Number.isInteger(value));
  const why = `${formatPercent(decimals)} of the prices above 0 have decimals, and the one in the middle is ${median}`;
  if (!COMPARABLE.includes(currency)) return { unit: decimals >= DECIMALS ? 'euros' : null, why };
  const typical = (value: number): boolean => value >= CHEAP && value <= DEAR;
  if (decimals >= DECIMALS) return { unit: typical(median) ? 'euros' : null, why };
  if (!typical(median / 100)) return { unit: typical(median) ? 'euros' : null, why };
  if (!typical(median)) return { unit: 'cents', why };
  const points = share((value) => [49, 99].includes(value % 100)); // 0.49, 0.99, 1.99, but not 59 or 69
  return { unit: points >= 0.5 ? 'cents' : null, why };
}
