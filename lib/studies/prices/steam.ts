import { parseAppId } from './units';

/** What an id of the store stands for; games have a price, or are free. */
export type Kind =
  | 'game'
  | 'free'
  | 'dlc'
  | 'demo'
  | 'soundtrack'
  | 'video'
  | 'other'
  | 'unreleased'
  | 'region-locked'
  | 'another-id'
  | 'no-price'
  | 'no-pictures';

const kinds: Readonly<Record<string, Kind>> = {
  ...{ game: 'game', dlc: 'dlc', demo: 'demo', music: 'soundtrack' },
  ...{ video: 'video', movie: 'video', series: 'video', episode: 'video' },
};

/** The fields that are used of what the store says of one id; any may be missing, or of another type than it should. */
export interface Details {
  type?: unknown;
  name?: unknown;
  steam_appid?: unknown;
  is_free?: unknown;
  price_overview?: { currency?: unknown; initial?: unknown; discount_percent?: unknown };
  release_date?: { coming_soon?: unknown; date?: unknown };
  genres?: unknown;
  categories?: unknown;
  screenshots?: unknown;
}

/** What an answer of `appdetails` says of `id`: null where it is locked or unknown in the country. Throws for what is no such answer. */
export function detailsIn(body: Buffer, id: string): Details | null {
  const answer: unknown = JSON.parse(body.toString('utf8'));
  const own = (answer as Record<string, { success?: unknown; data?: unknown } | undefined> | null)?.[id];
  if (own?.success === false) return null;
  if (own?.success !== true || typeof own.data !== 'object' || own.data === null) {
    throw new Error('it does not tell of this id');
  }
  return own.data as Details; // whose fields are all unknown
}

/** How far an id is of use. */
export function kindOf(id: string, details: Details | null): Kind {
  if (details === null) return 'region-locked';
  const kind = kinds[textIn(details.type)] ?? 'other';
  if (kind !== 'game') return kind;
  if (details.steam_appid !== undefined && String(details.steam_appid) !== id) return 'another-id';
  if (details.release_date?.coming_soon === true) return 'unreleased';
  if (pictureAddresses(details, 'thumbnail').length === 0) return 'no-pictures';
  if (details.is_free === true) return 'free';
  return typeof details.price_overview?.initial === 'number' ? 'game' : 'no-price';
}

/** The addresses of the screenshots, without the time at their end by which the same picture would have many. */
export function pictureAddresses({ screenshots }: Details, size: 'thumbnail' | 'full'): string[] {
  const all: readonly Record<string, unknown>[] = Array.isArray(screenshots) ? screenshots : [];
  return all.map((one) => textIn(one?.[`path_${size}`]).replace(/[?#].*$/, '')).filter((url) => url !== '');
}

/** The columns of `games.csv`. */
export const columns = [
  ...['appid', 'title', 'price', 'currency', 'discount_percent', 'release_date'],
  ...['genres', 'categories', 'reviews', 'reviews_positive', 'review_score', 'screenshots'],
];

/** A game's row: the price before any discount, in whole currency, as the store has hundredths of every one. */
export function rowOf(id: string, details: Details, review: unknown, files: readonly string[]): string[] {
  const { price_overview: price, release_date: release } = details;
  const currency = details.is_free === true ? '' : textIn(price?.currency);
  const amount = details.is_free === true ? '0' : (Number(price?.initial) / 100).toFixed(2);
  const summary = ((review as { query_summary?: unknown } | null)?.query_summary ?? {}) as Record<
    string,
    unknown
  >;
  return [
    ...[id, textIn(details.name), currency === '' ? amount : `${amount} ${currency}`, currency],
    ...[countIn(price?.discount_percent), textIn(release?.date)],
    ...[descriptions(details.genres), descriptions(details.categories)],
    ...[countIn(summary.total_reviews), countIn(summary.total_positive), textIn(summary.review_score_desc)],
    files.join(';'),
  ];
}

const countIn = (value: unknown): string => (typeof value === 'number' ? String(value) : '');

const descriptions = (list: unknown): string =>
  (Array.isArray(list) ? list : [])
    .map((one) => textIn(one?.description))
    .filter((text) => text !== '')
    .join(';');

/** The ids in a text: numbers between blanks, commas or line ends; what is none is in `malformed`. */
export function idsIn(text: string): { ids: string[]; malformed: string[] } {
  const words = text
    .replace(/^\uFEFF?"?appid"?\b/i, '')
    .split(/[\s,;"]+/)
    .filter((word) => word !== '');
  return {
    ids: [...new Set(words.filter((word) => parseAppId(word) !== null))],
    malformed: words.filter((word) => parseAppId(word) === null),
  };
}

/** Games that many know, for a first data set without a key or a list. */
export const knownGames = `10 20 70 220 240 400 440 500 550 570 620 730 4000 8930 12210 22380 48700 49520 72850 105600 107410 113200 204360
  219740 227300 230410 236850 238960 239140 242760 250900 252490 252950 255710 261550 264710 268910 271590 289070 291550 292030 294100
  304930 322330 346110 359550 367520 374320 377160 381210 391540 394360 413150 427520 477160 489830 504230 526870 548430 578080 582010
  588650 632470 646570 648800 753640 814380 892970 945360 1057090 1086940 1091500 1145360 1172470 1174180 1245620 1794680 2379780`;

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
