import { ReportError } from '../../core/errors';
import { percentiles } from '../../data/distribution';
import { amounts } from '../../data/numbers';
import type { Game } from './catalogue';
import { type Cents, cents, formatPrice } from './units';

/** Which prices count as outliers: those above `maxPrice`. Plain JSON. */
export interface OutlierRule {
  kind: 'fixed' | 'data-driven';
  /** The highest price that is kept, in EUR cents. */
  maxPrice: Cents;
  why: string;
}

/** How many interquartile ranges above the third quartile a price is far out, as Tukey calls it (Exploratory Data Analysis, 1977). */
const FAR_OUT = 3;

/** The original's way: a limit in EUR cents set by hand. */
export const fixedRule = (maxPrice: Cents): OutlierRule => ({
  kind: 'fixed',
  maxPrice,
  why: `Set by hand: prices above ${formatPrice(maxPrice)} are left out.`,
});

/** Tukey's far-out fence, Q3 + 3 (Q3 − Q1), of log(1 + price) of training games above 0 (EUR cents). Throws `BAD_INPUT` for none. */
export function dataDrivenRule(trainingPrices: ArrayLike<number>): OutlierRule {
  const positive = amounts(trainingPrices, 'training prices').filter((price) => price > 0);
  if (positive.length === 0) {
    throw new ReportError(
      'BAD_INPUT',
      'Every training game is free, so no limit can be read off the prices: add games that cost something.',
    );
  }
  const [low, high, max] = percentiles(positive, [25, 75, 100]) as [number, number, number]; // three asked for
  if (low === high) {
    const why = `Half of the training games cost exactly ${formatPrice(low)}, which gives no fence; the limit is their highest price.`;
    return { kind: 'data-driven', maxPrice: cents(max), why };
  }
  const [q1, q3] = percentiles(positive.map(Math.log1p), [25, 75]) as [number, number]; // two asked for
  const maxPrice = cents(Math.ceil(Math.expm1(q3 + FAR_OUT * (q3 - q1))));
  const why =
    `Tukey's far-out fence on the log scale: half of the ${positive.length.toLocaleString('en-GB')} training games that cost ` +
    `something lie between ${formatPrice(low)} and ${formatPrice(high)}, and ${formatPrice(maxPrice)} is ${FAR_OUT} times that range further up.`;
  return { kind: 'data-driven', maxPrice, why };
}

/** Parts games, in their order, into those within the rule and those above it. */
export function applyRule<T extends Pick<Game, 'price'>>(
  rule: OutlierRule,
  games: readonly T[],
): { kept: T[]; removed: T[] } {
  return {
    kept: games.filter(({ price }) => price <= rule.maxPrice),
    removed: games.filter(({ price }) => price > rule.maxPrice),
  };
}

/** How many games each rule keeps and removes, and the share (0 to 1) removed, to be shown side by side. */
export const compareRules = (rules: readonly OutlierRule[], games: readonly Game[]) =>
  rules.map((rule) => {
    const { kept, removed } = applyRule(rule, games);
    const removedShare = removed.length / Math.max(1, games.length);
    return { rule, kept: kept.length, removed: removed.length, removedShare };
  });
