import { type Random, random } from '../../../core/random';
import { csvField } from '../../../report/csv';
import { type AppId, type Cents, cents } from '../units';

/** A row of the generated table, with what its pictures are drawn from. */
export interface SampleGame {
  appid: AppId;
  price: Cents;
  title: string;
  /** 0 to 1: the production value that its pictures show. */
  quality: number;
  /** Number of its pictures. */
  pictures: number;
  releaseDate: string;
  sentiment: string;
  reviews: number;
  positivePercent: number;
  tags: readonly string[];
}

const prices = [
  0, 99, 199, 299, 399, 499, 599, 699, 799, 999, 1299, 1499, 1999, 2499, 2999, 3999, 4999, 5999,
];
const shares = [12, 8, 7, 6, 7, 12, 5, 4, 6, 11, 3, 6, 6, 2.5, 2, 1.2, 0.7, 0.6];

/** Steam's price points in EUR cents with the share of games that have each, in per cent. */
export const pricePoints = prices.map((price, i) => [price, shares[i]!] as const); // one for each

const shift = 40; // cents added before the logarithm, so that free games lie below the cheapest, but not worlds below
const middle = Math.log(540 + shift); // near the centre of the prices' logarithms
const deviation = 1.3; // of the prices' logarithms
const blur = 0.58; // deviation of what is drawn from the price, as a share of `deviation`

/** The production value of a game of a price, 0 to 1: its logarithm blurred, so that the best possible R² is between 0.7 and 0.8. */
export function qualityOf(price: number, source: Random): number {
  const level = (Math.log(price + shift) - middle) / deviation + blur * source.normal();
  return 1 / (1 + Math.exp(-1.35 * level));
}

/** `count` games with prices in the shares above, unique appids and titles, in random order. */
export function sampleGames(count: number, seed: number): SampleGame[] {
  const source = random(seed, 'sample table');
  const titles = new Set<string>();
  const appids = new Set<number>();
  return samplePrices(count, source).map((price) => {
    const appid = String(unused(appids, () => 10 * source.integer(1_000, 299_999))) as AppId; // digits without leading zero
    const title = unused(titles, () => makeTitle(source));
    return {
      appid,
      price,
      title,
      ...describe(source),
      quality: qualityOf(price, random(seed, 'quality', appid)),
    };
  });
}

/** Prices at equally spaced quantiles, shuffled: each price point has its share also in a small sample. */
function samplePrices(count: number, source: Random): Cents[] {
  const total = pricePoints.reduce((sum, [, share]) => sum + share, 0);
  const prices = Array.from({ length: count }, (_, i) => {
    let left = (total * (i + 0.5)) / count;
    for (const [price, share] of pricePoints) {
      left -= share;
      if (left < 0) return cents(price);
    }
    return cents(0); // only if the shares were all 0
  });
  return source.shuffle(prices);
}

const sentiments: readonly (readonly [least: number, name: string])[] = [
  [95, 'Overwhelmingly Positive'],
  [80, 'Very Positive'],
  [70, 'Mostly Positive'],
  [40, 'Mixed'],
  [20, 'Mostly Negative'],
  [0, 'Negative'],
];

const genres = 'Action,Adventure,RPG,Strategy,Racing,Puzzle,Platformer,Simulation,Shooter'.split(',');
const traits = 'Indie,Singleplayer,Co-op,Atmospheric,Retro,Story Rich,Sci-fi,Fantasy,Difficult'.split(',');
const first =
  'Iron,Silent,Crimson,Hollow,Last,Neon,Frozen,Lost,Golden,Ashen,Wild,Broken,Astral,Velvet,Rusty,Hidden,Burning,Tiny,Endless,Midnight'.split(
    ',',
  );
const second =
  'Harbour,Crown,Echo,Frontier,Garden,Drift,Kingdom,Orbit,Lantern,Circuit,Tide,Forge,Valley,Signal,Dungeon,Voyage,Legion,Meadow,Rally,Citadel'.split(
    ',',
  );
const third = 'Chronicles,Tactics,Rising,Origins,Online,Zero,Remastered,II,III,Tales,Arena,Reborn'.split(',');

/** Columns that have nothing to do with the price. */
function describe(source: Random): Omit<SampleGame, 'appid' | 'price' | 'title' | 'quality'> {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const positivePercent = Math.round(100 * (1 - 0.65 * source.next() ** 2));
  return {
    pictures: source.integer(4, 12),
    releaseDate: `${source.integer(2008, 2023)}-${pad(source.integer(1, 12))}-${pad(source.integer(1, 28))}`,
    sentiment: sentiments.find(([least]) => positivePercent >= least)?.[1] ?? 'Negative',
    reviews: Math.round(Math.exp(4.5 + 1.8 * source.normal())) + 1,
    positivePercent,
    tags: [source.pick(genres), ...source.shuffle(traits).slice(0, source.integer(1, 3))],
  };
}

/** Two or three words; some 100,000 of them. */
function makeTitle(source: Random): string {
  const words = `${source.pick(first)} ${source.pick(second)}`;
  const kind = source.next();
  if (kind < 0.3) return `${words} ${source.pick(third)}`;
  if (kind < 0.5) return `${source.pick(second)} of the ${words}`;
  if (kind < 0.65) return `${words}: ${source.pick(third)}, ${source.pick(first)} Edition`;
  return words;
}

/** A value that is not in `used` yet; it is put there. */
function unused<T>(used: Set<T>, make: () => T): T {
  for (;;) {
    const value = make();
    if (used.has(value)) continue;
    used.add(value);
    return value;
  }
}

const header = 'appid,release_date,title,price,sentiment,reviews,positive_percent,tags,screenshots';

/** A row of the table as cells; defects overwrite some of them. */
export const rowCells = (game: SampleGame, changed: { appid?: string; price?: string } = {}): string[] => [
  changed.appid ?? game.appid,
  game.releaseDate,
  game.title,
  changed.price ?? String(game.price),
  game.sentiment,
  String(game.reviews),
  String(game.positivePercent),
  game.tags.join(';'),
  '', // the folders of the games say which pictures there are
];

/** The text of the table. */
export const tableText = (rows: readonly (readonly string[])[]): string =>
  `${[header, ...rows.map((cells) => cells.map(csvField).join(','))].join('\n')}\n`;
