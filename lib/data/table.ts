import { isUtf8 } from 'node:buffer';
import { type CsvError, type Options, parse } from 'csv-parse/sync';
import { ReportError } from '../core/errors';

/** A row of a CSV file. */
export interface TableRow {
  /** 1-based line of the file on which the row begins. */
  line: number;
  /** The cell under the column of that name as written, or `''` when the table has no such column. */
  cell: (column: string) => string;
}

/** The content of a CSV file with a header. */
export interface Table {
  columns: readonly string[];
  rows: readonly TableRow[];
  /** Rows that do not fit below the header, which are not among `rows`. */
  ragged: readonly { line: number; cells: number; fault: string }[];
}

/** Share of the rows that may have too many or too few cells before the whole table is refused; one may in any table of ten. */
const RAGGED = 0.01;

/** What csv-parse gives for one record with `info` and `raw`. */
interface ParsedRecord {
  record: string[];
  raw: string;
  info: { lines: number };
}

const delimiters: Record<string, string> = { ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' };

/** The text of a table in UTF-8, or else Windows-1252, and what must then be known of it. Throws `MALFORMED_TABLE` for UTF-16. */
export function decodeTable(bytes: Buffer, file: string): { text: string; note?: string } {
  if (/^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2))) {
    throw malformed(`${file} is written in UTF-16: save it as "CSV UTF-8".`);
  }
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return { text };
  if (/[^\0-\x7f\ufffd]/.test(text)) {
    return { text, note: `Some signs of ${file} are not in UTF-8 and stand as \ufffd.` };
  }
  const note = `${file} is not in UTF-8 and was read as Windows-1252: see whether its titles are right.`;
  return { text: new TextDecoder('windows-1252').decode(bytes, { stream: true }), note }; // as a stream: else Node 20 takes it for Latin-1
}

/** Reads a comma-separated table (RFC 4180); columns are found whatever their case, blanks and underscores. Throws `EMPTY_TABLE`, `MALFORMED_TABLE`. */
export function parseTable(text: string, file: string, needed: readonly string[]): Table {
  const content = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (/^"?sep=/i.test(content)) {
    throw malformed(`${file} begins with the line "sep=…", which only a spreadsheet understands: delete it.`);
  }
  const header = parseRecords(content, file, 1)[0];
  if (!header) {
    const wanted = `a header with ${needed.join(' and ')}, and rows`;
    throw new ReportError('EMPTY_TABLE', `${file} is empty: it needs ${wanted}.`);
  }
  const columns = header.record.map((name) => name.trim());
  const places = new Map(columns.map((name, place) => [canonical(name), place]));
  checkHeader(content, header.raw, columns, file, needed);
  const records = parseRecords(content, file)
    .slice(1)
    .filter(({ record }) => record.length === 0 || !record.every(isEmpty));
  if (records.length === 0) {
    throw new ReportError('EMPTY_TABLE', `${file} has a header but no rows: add one row per item.`);
  }
  const fits = ({ record }: ParsedRecord): boolean =>
    record.length >= columns.length && record.slice(columns.length).every(isEmpty); // or commas at its end
  const rows = records.filter(fits).map((parsed): TableRow => {
    const cell = (column: string): string => parsed.record[places.get(canonical(column)) ?? -1] ?? '';
    return { line: firstLine(parsed), cell };
  });
  const ragged = records
    .filter((parsed) => !fits(parsed))
    .map((parsed) => {
      const cells = parsed.record.length;
      const fault =
        cells === 0 ? 'a quote that is not closed' : `${cells} cells under ${columns.length} columns`;
      return { line: firstLine(parsed), cells, fault };
    });
  checkRagged(file, columns.length, records.length, ragged);
  return { columns, rows, ragged };
}

const isEmpty = (cell: string): boolean => cell.trim() === '';

function checkRagged(file: string, columns: number, rows: number, ragged: Table['ragged']): void {
  const [first] = ragged;
  if (!first || ragged.length <= Math.max(rows < 10 ? 0 : 1, RAGGED * rows)) return;
  const more = first.cells - columns;
  if (more > 0 && ragged.length === rows && ragged.every(({ cells }) => cells === first.cells)) {
    const short = more === 1 ? 'one column short' : `${more} columns short`;
    const found = `it has ${columns} names, every row ${first.cells} cells`;
    const causes =
      'two names have run together, the first column has none, as in a table saved with row names, or numbers have commas';
    throw malformed(`The header of ${file} is ${short}: ${found} (${causes}). Write what is missing.`);
  }
  const others = ragged.length > 1 ? `, and so in ${ragged.length} of ${rows} rows` : '';
  throw malformed(
    `${file}, line ${first.line}: ${first.fault}${others}; put cells that contain a comma in double quotes, and write a quote in one twice.`,
  );
}

/** Lines at the top among which a header is looked for that is not the first. */
const HEADER_SEARCH = 20;

const malformed = (message: string, cause?: unknown): ReportError =>
  new ReportError('MALFORMED_TABLE', message, { cause });

/** A column's name as it is compared. */
export const canonical = (name: string): string => name.toLowerCase().replace(/[\s_]/g, '');

function checkHeader(
  content: string,
  raw: string,
  columns: readonly string[],
  file: string,
  needed: readonly string[],
): void {
  const present = columns.map(canonical);
  const missing = needed.filter((name) => !present.includes(canonical(name)));
  if (missing.length > 0) {
    for (const [delimiter, word] of Object.entries(delimiters)) {
      const found = raw.split(delimiter).map((name) => canonical(name.replaceAll('"', '')));
      if (!needed.every((name) => found.includes(canonical(name)))) continue;
      const advice = 'save it with commas (in a spreadsheet: "CSV, comma delimited")';
      throw malformed(`${file} separates its columns with ${word}: ${advice}.`);
    }
    const below = parseRecords(content, file, HEADER_SEARCH).find(({ record }) =>
      needed.every((name) => record.map(canonical).includes(canonical(name))),
    );
    if (below) {
      const line = firstLine(below);
      throw malformed(`The header of ${file} is in line ${line}: delete what stands above it.`);
    }
    const names = missing.join(' and none called ');
    throw malformed(
      `${file} has no column ${names}; it has ${columns.join(', ')}: rename the right one or name another.`,
    );
  }
  const twice = present.find((name, place) => name !== '' && present.indexOf(name) !== place);
  if (twice !== undefined) throw malformed(`${file} has two columns called ${twice}: rename one of them.`);
}

/** Quotes that may be left open before a table is refused: each costs a look at all that follows. */
const MOST_OPEN = 50;

/** The records of a text, `to` of them or all. A line with quotes where none belong is read as it stands; one whose quote is not closed has no cells. */
function parseRecords(content: string, file: string, to = -1): ParsedRecord[] {
  const lenient = { relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' };
  const found: ParsedRecord[] = [];
  let [rest, line, open] = [Buffer.from(content), 0, 0];
  const take = (text: Buffer, options: Options): ParsedRecord[] => {
    // `info` and `raw` change what comes back, which the declarations of csv-parse do not say.
    const records = parse(text, {
      ...lenient,
      info: true,
      raw: true,
      ...options,
    }) as unknown as ParsedRecord[];
    for (const one of records) found.push({ ...one, info: { lines: one.info.lines + line } });
    return records;
  };
  for (;;) {
    try {
      take(rest, { to });
      return found;
    } catch (error) {
      const { records, message } = error as CsvError & { records: number }; // those before it
      const before = records > 0 ? take(rest, { to: records }) : [];
      let start = before.reduce((sum, { raw }) => sum + Buffer.byteLength(raw), 0);
      while (rest[start] === NEWLINE) start++;
      line += linesIn(rest.subarray(0, start));
      const end = rest.indexOf(NEWLINE, start) + 1 || rest.length;
      const own = rest.subarray(start, end);
      try {
        take(own, { relax_quotes: true });
      } catch {
        if (++open > MOST_OPEN) throw malformed(`${file}, line ${line + 1}: ${message}.`, error);
        found.push({ record: [], raw: own.toString(), info: { lines: line + 1 } });
      }
      line += linesIn(own);
      rest = rest.subarray(end);
    }
  }
}

const NEWLINE = 10;

const linesIn = (text: Buffer): number => text.toString('latin1').split('\n').length - 1;

/** csv-parse counts lines up to a record's end, and its raw text includes the blank lines before and the line end after. */
function firstLine({ raw, info }: ParsedRecord): number {
  const own = raw.replace(/^\n+/, '').replace(/\n$/, '');
  return info.lines - (own.split('\n').length - 1);
}
