import { largest } from '../core/extremes';
import { displayHtml } from './display';
import { formatCount, formatValue } from './format';
import { escapeHtml, inlineHtml } from './html';

/** The columns of a table in their order: the field of a row, its heading, and, where the default will not do, how its values read. Columns with numbers stand right. */
export type Columns<Row> = {
  [Key in keyof Row & string]?: string | readonly [label: string, format: (value: Row[Key]) => string];
};

export interface TableOptions {
  /** Stands above the table and names it for a screen reader. */
  caption: string;
  /** A sentence below it. */
  note?: string;
  /** Rows shown at most (default 12); the rest, up to 1,000 rows in all, is in the CSV file of the table and in the appendix of the whole report. */
  limit?: number;
  /** Makes the first column the heading of its row. */
  rowHeadings?: boolean;
}

/** The parts of a danfojs DataFrame that a table shows. */
export interface Frame {
  columns: readonly string[];
  index: readonly (string | number)[];
  values: readonly unknown[];
}

export interface FrameOptions extends TableOptions {
  /** Heading of the rows' names (`index`); without it they are left out. */
  index?: string;
  /** Headings of columns by name, each with how its numbers read; other columns keep their name. */
  columns?: Readonly<Record<string, string | readonly [label: string, format: (value: number) => string]>>;
}

/** A table in words. */
interface Grid extends TableOptions {
  headings: readonly { label: string; right: boolean }[];
  cells: readonly (readonly { text: string; value: unknown }[])[];
  /** Of the cells, the rows that are shown. */
  limit: number;
}

/** Rows that a page holds of a table. */
const MOST = 1000;

/** `right`: columns that stand right even where they hold no numbers. */
function grid<Row extends object>(
  all: readonly Row[],
  columns: Columns<Row>,
  options: TableOptions,
  right: readonly string[] = [],
): Grid {
  const { limit = 12, note } = options;
  const rows = all.slice(0, MOST);
  const keys = Object.keys(columns) as (keyof Row & string)[]; // the keys of Columns<Row>
  const cut = `The first ${limit} of ${formatCount(all.length)} rows; more are in the CSV file and in the appendix of the whole report.`;
  return {
    ...options,
    limit,
    note: [...(all.length > limit ? [cut] : []), ...(note ? [note] : all.length === 0 ? ['None.'] : [])].join(
      ' ',
    ),
    headings: keys.map((key) => ({
      label: typeof columns[key] === 'string' ? columns[key] : (columns[key]?.[0] ?? key),
      right: right.includes(key) || rows.some((row) => typeof row[key] === 'number'),
    })),
    cells: rows.map((row) =>
      keys.map((key) => {
        const [column, value] = [columns[key], row[key]];
        return { text: typeof column === 'object' ? column[1](value) : formatValue(value), value };
      }),
    ),
  };
}

/** The columns are put under names of their own, as an object would sort those that are numbers. */
function frameGrid({ columns, index, values }: Frame, { index: rowName, ...options }: FrameOptions): Grid {
  const rows = values.map((row, i): Record<string, unknown> => {
    const cells: unknown[] = Array.isArray(row) ? row : [row]; // one column comes flat
    return { index: index[i], ...Object.fromEntries(cells.map((cell, k) => [`column ${k}`, cell])) };
  });
  const headings = columns.map((name, k) => {
    const given = options.columns?.[name] ?? name;
    if (typeof given === 'string') return [`column ${k}`, given];
    const format = (value: unknown): string =>
      typeof value === 'number' ? given[1](value) : formatValue(value);
    return [`column ${k}`, [given[0], format]];
  });
  const named = { ...(rowName === undefined ? {} : { index: rowName }), ...Object.fromEntries(headings) };
  return grid(rows, named, { rowHeadings: rowName !== undefined, ...options });
}

function gridHtml({ headings, cells, caption, note, rowHeadings, limit }: Grid): string {
  const side = (column: number): string => (headings[column]?.right ? ' class="rp-right"' : '');
  const head = headings.map(({ label }, i) => `<th scope="col"${side(i)}>${escapeHtml(label)}</th>`).join('');
  const cell = ({ text, value }: Grid['cells'][0][0], i: number): string => {
    const words = escapeHtml(text)
      .replace(/−(?=\p{Sc})/gu, '−\u2060') // a word joiner: no line ends after a minus
      .replace(/\([^()]* to [^()]*\)/g, '<span class="rp-interval">$&</span>'); // nor within an interval
    const about =
      side(i) + (Number.isFinite(value) && String(value) !== text ? ` data-value="${value}"` : '');
    return rowHeadings && i === 0 ? `<th scope="row"${about}>${words}</th>` : `<td${about}>${words}</td>`;
  };
  const rows = cells.map((row) => `<tr>${row.map(cell).join('')}</tr>`);
  const rest = rows.slice(limit).join('\n');
  return (
    `<div class="rp rp-table"><div class="rp-scroll" tabindex="0" role="group" aria-label="${escapeHtml(caption)}">` +
    `<table><caption>${inlineHtml(caption)}</caption><thead><tr>${head}</tr></thead>\n<tbody>${rows.slice(0, limit).join('\n')}</tbody>` +
    `${rest && `<tbody hidden>${rest}</tbody>`}</table></div>` +
    `${note ? `<p class="rp-note-line">${inlineHtml(note)}</p>` : ''}</div>`
  );
}

/** The table for a console: columns padded, headings underlined. */
function gridText({ headings, cells, caption, note, limit }: Grid): string {
  const texts = cells.slice(0, limit).map((row) => row.map(({ text }) => text));
  const all = [headings.map(({ label }) => label), ...texts];
  const widths = headings.map((_, i) => largest(all.map((row) => row[i]?.length ?? 0)));
  const padded = (text: string, i: number): string =>
    headings[i]?.right ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
  const [first, ...rest] = all.map((row) => row.map(padded).join('  ').trimEnd());
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [caption, first, rule, ...rest, ...(note ? [note] : [])].join('\n');
}

const show = (content: Grid): void => displayHtml(gridHtml(content), gridText(content));

/** The HTML that `table` shows. */
export const tableHtml = <Row extends object>(
  rows: readonly Row[],
  columns: Columns<Row>,
  options: TableOptions,
): string => gridHtml(grid(rows, columns, options));

/** Shows rows as a table with headings and a caption; values are escaped, never markup. */
export function table<Row extends object>(
  rows: readonly Row[],
  columns: Columns<Row>,
  options: TableOptions,
): void;
/** Shows a danfojs DataFrame. */
export function table(frame: Frame, options: FrameOptions): void;
export function table<Row extends object>(
  rows: readonly Row[] | Frame,
  columns: Columns<Row> | FrameOptions,
  options?: TableOptions,
): void {
  if ('columns' in rows)
    show(frameGrid(rows, columns as FrameOptions)); // the second signature
  else show(grid(rows, columns as Columns<Row>, options as TableOptions)); // the first signature
}

/** Shows the first rows of a danfojs DataFrame or Series that is the last value of a cell. */
export function frame(value: Frame): void {
  const { values, columns, index } = value;
  const counted = index.every((name, i) => name === i); // rows without names of their own
  const caption = `${formatCount(values.length)} rows, ${columns.length} columns`;
  table(value, { caption, limit: 10, ...(counted ? {} : { index: '' }) });
}

/** Shows a short table of two columns, name and value, in the order of the keys. */
export function keyValues(values: Record<string, unknown>, options: TableOptions): void {
  const rows = Object.entries(values).map(([name, value]) => ({ name, value }));
  const columns = { name: 'Name', value: 'Value' };
  show(grid(rows, columns, { rowHeadings: true, ...options }, ['value']));
}

/** One line of a comparison; values already in words, or numbers. `original` null: it does not say. */
export interface Comparison {
  measure: string;
  ours: string | number | null;
  original: string | number | null;
  /** How numbers read (default: as a number). */
  format?: (value: number) => string;
}

/** Shows the figures of this run beside those that the original report found. */
export function comparison(all: readonly Comparison[], options: Partial<TableOptions> = {}): void {
  const rows = all.map(({ measure, ours, original, format = formatValue }) => {
    const word = (value: Comparison['ours']): string =>
      typeof value === 'number' ? format(value) : formatValue(value);
    return { measure, ours: word(ours), original: word(original) };
  });
  const caption = 'This run beside what the original report found';
  const columns = { measure: 'Measure', ours: 'This run', original: 'Original' };
  show(grid(rows, columns, { caption, rowHeadings: true, ...options }, ['ours', 'original']));
}
