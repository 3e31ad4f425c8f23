import { NONE } from '../../report/format';

/** The id of a game, a Steam application id: decimal digits without sign, separator or leading zero, as in a store address. */
export type AppId = string;

/** An amount of money in hundredths of the currency of the data set; never negative once a row has been accepted. */
export type Cents = number & { readonly unit: 'cents' };

const APPID = /^[1-9][0-9]{0,11}$/;

/** The appid that `text` spells (surrounding blanks ignored, and a `.0` behind it), or null when it is not one, such as `1,020,790`. */
export function parseAppId(text: string): AppId | null {
  const digits = text.trim().replace(/\.0$/, ''); // a column with gaps is one of decimals to other programs
  return APPID.test(digits) ? digits : null;
}

/** Marks a number as cents. The caller vouches for the unit. */
export const cents = (amount: number): Cents => amount as Cents;

const currencies = new Set(Intl.supportedValuesOf('currency'));
const formats = new Map<string, Intl.NumberFormat>();

/** The code of a currency as ISO 4217 writes it, or null for a text that is none. */
export function asCurrency(text: string): string | null {
  const code = text.trim().toUpperCase();
  return currencies.has(code) ? code : null;
}

function formatOf(currency: string): Intl.NumberFormat {
  const known = formats.get(currency);
  if (known) return known;
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  const format = new Intl.NumberFormat('en-GB', style);
  formats.set(currency, format);
  return format;
}

/** `€`, `$`, `kr`, … */
export const currencySign = (currency: string): string =>
  formatOf(currency)
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value ?? currency;

/** Decimals with which prices in a currency are written: 2, or 0 for yen. */
export const decimalsOf = (currency: string): number =>
  formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;

let shown = 'EUR';

/** Shows prices in a currency from now on: that of the data set whose table was read last, EUR before. */
export const showPricesIn = (currency = 'EUR'): void => {
  shown = currency; // models saved by earlier versions have none
};

/** Cents in the currency of the data set, rounded to one, a dash where there is no number: `317708` → `€3,177.08`. */
export const formatPrice = (amount: number | null | undefined): string => formatIn(shown, amount);

/** As `formatPrice`, for amounts of the original report, whatever the data set's currency. */
export const inEuros = (amount: number): string => formatIn('EUR', amount);

function formatIn(currency: string, amount: number | null | undefined): string {
  if (typeof amount !== 'number' || !Number.isFinite(amount)) return NONE;
  const rounded = Math.round(Math.abs(amount));
  return `${amount < 0 && rounded > 0 ? '−' : ''}${formatOf(currency).format(rounded / 100)}`;
}
