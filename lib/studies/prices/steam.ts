import { parseTable } from '../../data/table';
import { parseAppId } from './units';

/** What the store says of one id; fields may be missing, or of another type than they should. */
export type Details = Readonly<Record<string, unknown>>;

/** Kinds of the store by other names than its own. */
const kinds: Readonly<Record<string, string>> = {
  ...{ game: 'game', dlc: 'dlc', demo: 'demo', music: 'soundtrack' },
  ...{ video: 'video', movie: 'video', series: 'video', episode: 'video' },
};

/** The value of a field within a field, or undefined. */
const inside = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Details)[field] : undefined;

const textIn = (value: unknown, field: string): string => {
  const text = inside(value, field);
  return typeof text === 'string' ? text : typeof text === 'number' ? String(text) : '';
};

const listIn = (value: unknown, field: string): readonly unknown[] => {
  const list = inside(value, field);
  return Array.isArray(list) ? list : [];
};

/** What an answer of `appdetails` says of `id`: null where it is locked or unknown in the country. Throws for what is no such answer. */
export function detailsIn(answer: unknown, id: string): Details | null {
  const own = inside(answer, id);
  const data = inside(own, 'data');
  if (inside(own, 'success') === false) return null;
  if (inside(own, 'success') === true && typeof data === 'object' && data !== null) return data as Details;
  throw new Error('it does not tell of this id');
}

/** How far an id is of use: `game` and `free` are. */
export function kindOf(id: string, details: Details | null): string {
  if (details === null) return 'region-locked';
  const kind = kinds[textIn(details, 'type')] ?? 'other';
  if (kind !== 'game') return kind;
  if (textIn(details, 'steam_appid') !== id) return 'another-id';
  if (inside(details.release_date, 'coming_soon') === true) return 'unreleased';
  if (pictureAddresses(details, 'thumbnail').length === 0) return 'no-pictures';
  if (details.is_free === true) return 'free';
  return typeof inside(details.price_overview, 'initial') === 'number' ? 'game' : 'no-price';
}

/** The addresses of the screenshots, without the time at their end by which the same picture would have many. */
export const pictureAddresses = (details: Details, size: 'thumbnail' | 'full'): string[] =>
  listIn(details, 'screenshots')
    .map((one) => textIn(one, `path_${size}`).replace(/[?#].*$/, ''))
    .filter((url) => url !== '');

/** The columns of `games.csv`. */
export const columns = [
  ...['appid', 'title', 'price', 'currency', 'discount_percent', 'release_date', 'genres', 'categories'],
  ...['reviews', 'reviews_positive', 'review_score', 'screenshots'],
];

/** A game's row: the price before any discount, in whole currency, as the store has hundredths of every one. */
export function rowOf(id: string, details: Details, reviews: unknown, files: readonly string[]): string[] {
  const price = details.is_free === true ? undefined : details.price_overview;
  const currency = textIn(price, 'currency');
  const amount = (Number(inside(price, 'initial') ?? 0) / 100).toFixed(2);
  const summary = inside(reviews, 'query_summary');
  const names = (field: string): string =>
    listIn(details, field)
      .map((one) => textIn(one, 'description'))
      .join(';');
  return [
    ...[id, textIn(details, 'name'), `${amount} ${currency}`.trim(), currency],
    ...[textIn(price, 'discount_percent'), textIn(details.release_date, 'date')],
    ...[names('genres'), names('categories'), textIn(summary, 'total_reviews')],
    ...[textIn(summary, 'total_positive'), textIn(summary, 'review_score_desc'), files.join(';')],
  ];
}

/** The ids on a page of the store's list, and whether there is another one after the last. Throws for what is no page. */
export function pageIn(answer: unknown): { ids: string[]; last: number | null } {
  const page = inside(answer, 'response');
  if (typeof page !== 'object' || page === null) throw new Error('it is no list of ids');
  const more = inside(page, 'have_more_results') === true;
  return {
    ids: listIn(page, 'apps').map((one) => textIn(one, 'appid')),
    last: more ? Number(inside(page, 'last_appid')) : null,
  };
}

/** The ids in a text or under the header `appid` of a table, and words that are none; `file` is its name in messages. */
export function idsIn(text: string, file: string): { ids: string[]; malformed: string[] } {
  const [header = ''] = text.split('\n', 1);
  const cells = /[a-z]/i.test(header)
    ? parseTable(text, file, ['appid']).rows.map(({ cell }) => cell('appid').trim())
    : text.replace('\uFEFF', '').split(/[\s,;"]+/);
  const words = [...new Set(cells)].filter((word) => word !== '');
  const malformed = words.filter((word) => parseAppId(word) === null);
  return { ids: words.filter((word) => parseAppId(word) !== null), malformed };
}

/** Games that many know, for a first data set without a key or a list. */
export const knownGames =
  `10 20 70 220 240 400 440 500 550 570 620 730 4000 8930 12210 22380 48700 49520 72850 105600 107410 113200 204360
  219740 227300 230410 236850 238960 239140 242760 250900 252490 252950 255710 261550 264710 268910 271590 289070 291550 292030 294100
  304930 322330 346110 359550 367520 374320 377160 381210 391540 394360 413150 427520 477160 489830 504230 526870 548430 578080 582010
  588650 632470 646570 648800 753640 814380 892970 945360 1057090 1086940 1091500 1145360 1172470 1174180 1245620 1794680 2379780`.split(
    /\s+/,
  );
