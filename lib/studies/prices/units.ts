import { NONE } from '../../report/format';

/** The id of a game, a Steam application id: decimal digits without sign, separator or leading zero, as in a store address. */
export type AppId = string;

/** An amount of money in EUR cents; never negative once a row has been accepted. */
export type Cents = number & { readonly unit: 'EUR cents' };

const APPID = /^[1-9][0-9]{0,11}$/;

/** The appid that `text` spells (surrounding blanks ignored), or null when it is not one, such as `1,020,790`. */
export function parseAppId(text: string): AppId | null {
  const digits = text.trim();
  return APPID.test(digits) ? digits : null;
}

/** Marks a number as EUR cents. The caller vouches for the unit. */
export const cents = (amount: number): Cents => amount as Cents;

/** EUR cents as euros, rounded to the cent, a dash where there is no number: `317708` → `€3,177.08`. */
export function formatEuros(amount: number | null | undefined): string {
  if (typeof amount !== 'number' || !Number.isFinite(amount)) return NONE;
  const rounded = Math.round(Math.abs(amount));
  const text = (rounded / 100).toLocaleString('en-GB', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return `${amount < 0 && rounded > 0 ? '−' : ''}€${text}`;
}
