import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Dropped } from '../../core/concepts';
import { ReportError, systemCode } from '../../core/errors';
import { parseTable, type TableRow } from '../../data/table';
import { type AppId, type Cents, cents, parseAppId } from './units';

/** One row of the table that is fit for use. */
export interface Game {
  id: AppId;
  /** EUR cents, 0 for a free game; decimals (`499.8`) are kept. */
  price: Cents;
  /** As written; empty when the table has no such column. */
  title: string;
  /** File names listed in the table, in its order; empty when it lists none. */
  screenshots: readonly string[];
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
}

/**
 * The games of `folder/games.csv`. Throws `NO_DATA_FOLDER` or `NO_TABLE` when the folder or the file is missing, else as
 * `parseCatalogue`.
 */
export async function readCatalogue(folder: string): Promise<Catalogue> {
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
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new ReportError('MALFORMED_TABLE', `${file} is written in UTF-16: save it as "CSV UTF-8".`);
  }
  return parseCatalogue(bytes.toString('utf8'), file);
}

/**
 * The games in the text of a CSV file; `file` is its name in messages. Of several usable rows with one appid the first is kept.
 * Throws `EMPTY_TABLE` when there is no row or no usable row, `MALFORMED_TABLE` when it is not a CSV with the columns appid and
 * price.
 */
export function parseCatalogue(text: string, file: string): Catalogue {
  const table = parseTable(text, file, ['appid', 'price']);
  const games: Game[] = [];
  const dropped: Dropped[] = [];
  const kept = new Set<AppId>();
  for (const row of table.rows) {
    const game = acceptRow(row, kept);
    if (typeof game === 'string') {
      const { line, cell } = row;
      const name = `line ${line}: appid "${cell('appid')}", price "${cell('price')}"`;
      dropped.push({ name, reason: game });
      continue;
    }
    kept.add(game.id);
    games.push(game);
  }
  const worst = dropped[0];
  if (games.length === 0 && worst) {
    throw new ReportError(
      'EMPTY_TABLE',
      `None of the ${dropped.length} rows of ${file} can be used; the first has a ` +
        `${worst.reason.replace('-', ' ')} (${worst.name}): an appid is a whole number, a price an amount of cents.`,
    );
  }
  return { file, rows: table.rows.length, columns: table.columns, games, dropped };
}

/** The game in a row, or the reason why there is none. */
function acceptRow({ cell }: TableRow, kept: ReadonlySet<AppId>): Game | string {
  if (isBlank(cell('appid'))) return 'missing-appid';
  const id = parseAppId(cell('appid'));
  if (id === null) return 'malformed-appid';
  if (kept.has(id)) return 'duplicate-appid';
  const price = parsePrice(cell('price'));
  if (typeof price === 'string') return price;
  return { id, price, title: cell('title'), screenshots: parseList(cell('screenshots')) };
}

/** True for an empty cell and for the words that other programs write for one. */
const isBlank = (text: string): boolean => /^(|nan|none|null|n\/?a)$/i.test(text.trim());

function parsePrice(text: string): Cents | string {
  if (isBlank(text)) return 'missing-price';
  const amount = /^-?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(amount)) return 'malformed-price';
  return amount < 0 ? 'negative-price' : cents(amount + 0); // + 0 turns −0 into 0
}

/** The names in a cell that is a JSON or Python list, or names separated by `;` or `|`. */
function parseList(text: string): string[] {
  if (isBlank(text)) return [];
  const list = /^\s*\[([\s\S]*)\]\s*$/.exec(text)?.[1];
  if (list === undefined) return names(text.split(/[;|]/));
  const quoted = [...list.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)];
  if (quoted.length === 0) return names(list.split(','));
  return names(quoted.map((match) => (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1')));
}

const names = (parts: readonly string[]): string[] =>
  parts.map((part) => part.trim()).filter((part) => part !== '');
