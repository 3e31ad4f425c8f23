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
}

/** What csv-parse gives for one record with `info` and `raw`. */
interface ParsedRecord {
  record: string[];
  raw: string;
  info: { lines: number };
}

const delimiters: Record<string, string> = { ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' };

/** Reads a comma-separated table (RFC 4180); columns are found whatever their case, blanks and underscores. Throws `EMPTY_TABLE`, `MALFORMED_TABLE`. */
export function parseTable(text: string, file: string, needed: readonly string[]): Table {
  const content = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const header = parseRecords(content, file, 1)[0];
  if (!header) {
    const wanted = `a header with ${needed.join(' and ')}, and rows`;
    throw new ReportError('EMPTY_TABLE', `${file} is empty: it needs ${wanted}.`);
  }
  const columns = header.record.map((name) => name.trim());
  const places = new Map(columns.map((name, place) => [canonical(name), place]));
  checkHeader(header.raw, columns, file, needed);
  const rows = parseRecords(content, file)
    .slice(1)
    .filter(({ record }) => record.some((cell) => cell.trim() !== ''))
    .map((parsed): TableRow => {
      const line = firstLine(parsed);
      if (parsed.record.length !== columns.length) {
        const found = `${parsed.record.length} cells under ${columns.length} columns`;
        throw malformed(`${file}, line ${line}: ${found}; put cells that contain a comma in double quotes.`);
      }
      return { line, cell: (column) => parsed.record[places.get(canonical(column)) ?? -1] ?? '' };
    });
  if (rows.length === 0) {
    throw new ReportError('EMPTY_TABLE', `${file} has a header but no rows: add one row per item.`);
  }
  return { columns, rows };
}

const malformed = (message: string, cause?: unknown): ReportError =>
  new ReportError('MALFORMED_TABLE', message, { cause });

const canonical = (name: string): string => name.toLowerCase().replace(/[\s_]/g, '');

function checkHeader(raw: string, columns: readonly string[], file: string, needed: readonly string[]): void {
  const present = columns.map(canonical);
  const missing = needed.filter((name) => !present.includes(canonical(name)));
  if (missing.length > 0) {
    for (const [delimiter, word] of Object.entries(delimiters)) {
      const found = raw.split(delimiter).map((name) => canonical(name.replaceAll('"', '')));
      if (!needed.every((name) => found.includes(canonical(name)))) continue;
      const advice = 'save it with commas (in a spreadsheet: "CSV, comma delimited")';
      throw malformed(`${file} separates its columns with ${word}: ${advice}.`);
    }
    const names = missing.join(' and none called ');
    throw malformed(`${file} has no column ${names}; it has ${columns.join(', ')}: rename the right one.`);
  }
  const twice = present.find((name, place) => name !== '' && present.indexOf(name) !== place);
  if (twice !== undefined) throw malformed(`${file} has two columns called ${twice}: rename one of them.`);
}

function parseRecords(content: string, file: string, to = -1): ParsedRecord[] {
  const lenient = { relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' };
  const options: Options = { ...lenient, info: true, raw: true, to };
  try {
    // `info` and `raw` change what comes back, which the declarations of csv-parse do not say.
    return parse(content, options) as unknown as ParsedRecord[];
  } catch (error) {
    const { lines, message } = error as CsvError;
    const advice = 'A cell with a quote in it is written "like ""this"""';
    throw malformed(`${file}, line ${lines}: ${message}. ${advice}.`, error);
  }
}

/** csv-parse counts lines up to a record's end, and its raw text includes the blank lines before and the line end after. */
function firstLine({ raw, info }: ParsedRecord): number {
  const own = raw.replace(/^\n+/, '').replace(/\n$/, '');
  return info.lines - (own.split('\n').length - 1);
}
