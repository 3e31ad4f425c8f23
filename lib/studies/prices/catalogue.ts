import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Dropped } from '../../core/concepts';
import { ReportError, systemCode } from '../../core/errors';
import { isBlank, listedFiles } from '../../data/listCell';
import { canonical, decodeTable, parseTable, type TableRow } from '../../data/table';
import { type Amount, currencyOf, decideUnit, type PriceUnit, parseAmount } from './price';
import { type AppId, asCurrency, type Cents, cents, parseAppId } from './units';

/** One row of the table that is fit for use. */
export interface Game {
  id: AppId;
  /** 0 for a free game; decimals (`499.8`) are kept. */
  price: Cents;
  /** As written; empty when the table has no such column. */
  title: string;
  /** File names listed in the table, in its order; empty when it lists none. */
  screenshots: readonly string[];
  /** Of a listed file: under which other names the same picture may be found, such as that of another size. */
  otherNames?: ReadonlyMap<string, readonly string[]>;
}

/** The table of games; `games` and `dropped`, in its order, together have `rows` entries. */
export interface Catalogue {
  file: string;
  /** Data rows read; blank lines do not count. */
  rows: number;
  /** Names of the columns as written, without byte-order mark and surrounding blanks. */
  columns: readonly string[];
  games: readonly Game[];
  /** Named by line and cells. */
  dropped: readonly Dropped[];
  /** Of all prices, as ISO 4217 has it. */
  currency: string;
  unit: PriceUnit;
  /** What the unit was read off, where no setting said it. */
  unitWhy: string | null;
  /** What must be known of the file. */
  note?: string;
}

/** How a table is to be read. */
export interface TableReading {
  /** In what numbers alone are; `auto` decides from the column. */
  priceUnit: PriceUnit | 'auto';
  /** Null: the one that most rows name, else EUR. */
  currency: string | null;
  /** Of pictures that a row lists in two sizes. */
  pictureSize: 'thumbnail' | 'full';
  /** What columns are called that have other names than ours. With one for appid, ids may be any text. */
  columns?: Readonly<Partial<Record<(typeof ourColumns)[number], string>>>;
}

/** The columns that are read. */
export const ourColumns = ['appid', 'price', 'title', 'screenshots', 'currency'] as const;

const asWritten: TableReading = { priceUnit: 'cents', currency: null, pictureSize: 'thumbnail' };

/** Below so many cents a price with decimals is taken for one that is not in cents at all. */
const CENTS_WITH_DECIMALS = 30;

const sizes = { thumbnail: /thumb|small|600x338/i, full: /full|large|big|original|1920x1080/i };

/** The games of `folder/games.csv`. Throws `NO_DATA_FOLDER`, `NO_TABLE` and what `parseCatalogue` throws. */
export async function readCatalogue(folder: string, reading?: TableReading): Promise<Catalogue> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) {
    throw new ReportError(
      'NO_DATA_FOLDER',
      `There is no folder ${folder}: give the folder that holds games.csv and screenshots/, or none to use the generated sample.`,
    );
  }
  const file = path.join(folder, 'games.csv');
  const bytes = await readFile(file).catch((error: unknown) => {
    const why =
      systemCode(error) === 'ENOENT' ? 'is missing' : `cannot be read (${systemCode(error) ?? error})`;
    throw new ReportError('NO_TABLE', `${file} ${why}: put a CSV with the columns appid and price there.`, {
      cause: error,
    });
  });
  const { text, note } = decodeTable(bytes, file);
  return { ...parseCatalogue(text, file, reading), ...(note && { note }) };
}

/** The games in the text of a CSV, the first of several rows with one appid; `file`: its name in messages. Throws `EMPTY_TABLE`, `MALFORMED_TABLE`. */
export function parseCatalogue(text: string, file: string, reading = asWritten): Catalogue {
  const named: Partial<Record<string, string>> = reading.columns ?? {};
  const called = (column: string): string => named[column] ?? column;
  const needed = new Set([called('appid'), called('price'), ...Object.keys(named).map(called)]);
  const table = parseTable(text, file, [...needed]);
  const titled = table.columns.some((name) => canonical(name) === canonical(called('title')));
  const rows = table.rows.map(({ line, cell }): Row => {
    const of = (column: string): string => cell(called(column));
    const plain = (column: string): string => of(column).replace(/^\s*=?(["'])(.*)\1\s*$/, '$2'); // also ="0042"
    const [written, stands] = [plain('price'), plain('currency')];
    const code = isBlank(stands) ? null : currencyOf(stands, reading.currency);
    const amount = parseAmount(written, reading.currency ?? code);
    const stated = typeof amount === 'string' || amount.currency === null ? code : amount.currency;
    const currency = stated ?? (isBlank(stands) ? null : stands);
    return { line, appid: plain('appid'), written, amount, currency, cell: of };
  });
  const currency = reading.currency ?? commonest(rows.map((row) => asCurrency(row.currency ?? ''))) ?? 'EUR';
  const { unit, why } = unitOf(rows, file, reading.priceUnit, currency);
  const games: Game[] = [];
  const dropped = table.ragged.map(({ line, fault }): Dropped & { line: number } => ({
    line,
    name: `line ${line}: ${fault}`,
    reason: 'ragged-row',
  }));
  const kept = new Set<AppId>();
  for (const row of rows) {
    const id = acceptId(row.appid, kept, reading.columns?.appid !== undefined);
    const price = typeof id === 'string' ? id : acceptPrice(row, { currency, unit, guessed: why !== null });
    if (typeof id === 'string' || typeof price === 'string') {
      const { line, appid, written } = row;
      const of = price === 'other-currency' ? ` (${row.currency})` : '';
      const name = `line ${line}: appid "${appid}", price "${written}"${of}`;
      dropped.push({ line, name, reason: String(price) });
      continue;
    }
    kept.add(id.id);
    const title = titled ? row.cell('title') : row.cell('name');
    games.push({ ...id, price, title, ...listed(row.cell('screenshots'), sizes[reading.pictureSize]) });
  }
  dropped.sort((a, b) => a.line - b.line);
  const worst = dropped[0];
  if (games.length === 0 && worst) {
    throw new ReportError(
      'EMPTY_TABLE',
      `None of the ${dropped.length} rows of ${file} can be used; the first has a ` +
        `${worst.reason.replace('-', ' ')} (${worst.name}): an appid is a whole number (--id COLUMN takes any ids), a price an amount of money in ${currency}.`,
    );
  }
  return {
    ...{ file, rows: rows.length + table.ragged.length, columns: table.columns, games },
    ...{ dropped: dropped.map(({ name, reason }) => ({ name, reason })), currency, unit, unitWhy: why },
  };
}

/** A row before anything is known of the column. */
interface Row {
  line: number;
  appid: string;
  /** The price as it stands there. */
  written: string;
  amount: Amount | string;
  /** What the row says; null where it says nothing. */
  currency: string | null;
  cell: TableRow['cell'];
}

function acceptId(text: string, kept: ReadonlySet<AppId>, any: boolean): { id: AppId } | string {
  if (isBlank(text)) return 'missing-appid';
  const id = any ? text.trim() : parseAppId(text);
  if (id === null) return 'malformed-appid';
  return kept.has(id) ? 'duplicate-appid' : { id };
}

function acceptPrice(
  { amount, written, currency: own }: Row,
  { currency, unit, guessed }: { currency: string; unit: PriceUnit; guessed: boolean },
): Cents | string {
  if (typeof amount === 'string') return amount;
  const { value } = amount;
  if (value > 0 && own !== null && own !== currency) return 'other-currency';
  const suspect = unit === 'cents' && amount.unit === null && value < CENTS_WITH_DECIMALS && value % 1 !== 0;
  if (suspect && (guessed || written.includes(','))) return 'malformed-price'; // 4.99 or 4,99 among whole cents
  return cents((amount.unit ?? unit) === 'cents' ? value : Math.round(value * 10_000) / 100);
}

/** The unit of numbers alone. Throws `MALFORMED_TABLE` when it is to be read off them and they do not tell. */
function unitOf(
  rows: readonly Row[],
  file: string,
  wanted: TableReading['priceUnit'],
  currency: string,
): { unit: PriceUnit; why: string | null } {
  if (wanted !== 'auto') return { unit: wanted, why: null };
  const alone = rows.flatMap(({ amount }) =>
    typeof amount !== 'string' && amount.unit === null ? amount.value : [],
  );
  const { unit, why } = decideUnit(alone, currency);
  if (unit) return { unit, why };
  const advice = 'say --price-unit cents or --price-unit euros (whole amounts, in whatever currency)';
  throw new ReportError(
    'MALFORMED_TABLE',
    `The prices of ${file} may be cents or not, they do not tell (${why}): ${advice}.`,
  );
}

/** The text that occurs most often, the first of several; null where there is none. */
function commonest(texts: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].reduce<[string | null, number]>((a, b) => (b[1] > a[1] ? b : a), [null, 0])[0];
}

function listed(cell: string, preferred: RegExp): Pick<Game, 'screenshots' | 'otherNames'> {
  const files = listedFiles(cell, preferred);
  const more = files.filter(([, ...others]) => others.length > 0);
  const otherNames = new Map(more.map(([name, ...others]) => [name, others]));
  return { screenshots: files.map(([name]) => name), ...(otherNames.size > 0 && { otherNames }) };
}
