import { displayHtml } from './display';
import { formatValue } from './format';
import { escapeHtml, inlineHtml } from './html';

/**
 * The columns of a table in their order: which field of a row, under which heading, and, where the default will not do, how its
 * values read. Columns with numbers stand right.
 */
export type Columns<Row> = {
  [Key in keyof Row & string]?: string | readonly [label: string, format: (value: Row[Key]) => string];
};

export interface TableOptions {
  /** Stands above the table and names it for a screen reader. */
  caption: string;
  /** A sentence below it. */
  note?: string;
  /** Rows shown at most (default 100); the rest is counted in a line below. */
  limit?: number;
  /** Makes the first column the heading of its row. */
  rowHeadings?: boolean;
}

/** What a table shows of a danfojs DataFrame: one heading for the rows' names, and one for each column. */
export interface FrameOptions extends TableOptions {
  /** Heading of the rows' names (`index`); without it they are left out. */
  index?: string;
  /** Headings of columns by name, each with how its numbers read; other columns keep their name. */
  columns?: Readonly<Record<string, string | readonly [label: string, format: (value: number) => string]>>;
}

/** The parts of a DataFrame that a table shows. */
export interface Frame {
  columns: readonly string[];
  index: readonly (string | number)[];
  values: readonly unknown[];
}

interface Grid {
  headings: readonly { label: string; right: boolean }[];
  cells: readonly (readonly string[])[];
}

function grid<Row extends object>(rows: readonly Row[], columns: Columns<Row>): Grid {
  const keys = Object.keys(columns) as (keyof Row & string)[]; // the keys of Columns<Row>
  return {
    headings: keys.map((key) => ({
      label: typeof columns[key] === 'string' ? columns[key] : (columns[key]?.[0] ?? key),
      right: rows.some((row) => typeof row[key] === 'number'),
    })),
    cells: rows.map((row) =>
      keys.map((key) => {
        const column = columns[key];
        return typeof column === 'object' ? column[1](row[key]) : formatValue(row[key]);
      }),
    ),
  };
}

function gridHtml({ headings, cells }: Grid, { caption, note, rowHeadings }: TableOptions): string {
  const side = (column: number): string => (headings[column]?.right ? ' class="rp-right"' : '');
  const head = headings.map(({ label }, i) => `<th scope="col"${side(i)}>${escapeHtml(label)}</th>`).join('');
  const cell = (text: string, i: number): string => {
    const words = escapeHtml(text).replaceAll('−€', '−\u2060€'); // a word joiner: no line ends after a minus
    return rowHeadings && i === 0 ? `<th scope="row"${side(i)}>${words}</th>` : `<td${side(i)}>${words}</td>`;
  };
  const body = cells.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return (
    `<div class="rp rp-table"><div class="rp-scroll" tabindex="0" role="group" aria-label="${escapeHtml(caption)}">` +
    `<table><caption>${inlineHtml(caption)}</caption><thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table></div>` +
    `${note ? `<p class="rp-note-line">${inlineHtml(note)}</p>` : ''}</div>`
  );
}

/** The table for a console: columns padded, headings underlined. */
function gridText({ headings, cells }: Grid, { caption, note }: TableOptions): string {
  const all = [headings.map(({ label }) => label), ...cells];
  const widths = headings.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (headings[i]?.right ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const [first, ...rest] = all.map(line);
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [caption, first, rule, ...rest, note].filter((part) => part !== undefined).join('\n');
}

function withinLimit<Row>(rows: readonly Row[], options: TableOptions): [readonly Row[], TableOptions] {
  const { limit = 100, note } = options;
  if (rows.length <= limit) return [rows, options];
  const cut = `The first ${limit} of ${rows.length.toLocaleString('en-GB')} rows.`;
  return [rows.slice(0, limit), { ...options, note: note ? `${cut} ${note}` : cut }];
}

/** The HTML that `table` shows. */
export function tableHtml<Row extends object>(
  rows: readonly Row[],
  columns: Columns<Row>,
  options: TableOptions,
): string {
  const [shown, told] = withinLimit(rows, options);
  return gridHtml(grid(shown, columns), told);
}

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
    showGrid(...frameGrid(rows, columns as FrameOptions)); // the second signature
  else {
    const [shown, all] = withinLimit(rows, options as TableOptions); // the first signature
    showGrid(grid(shown, columns as Columns<Row>), all);
  }
}

const showGrid = (content: Grid, options: TableOptions): void =>
  displayHtml(gridHtml(content, options), gridText(content, options));

/** The HTML of a danfojs DataFrame. */
export const frameHtml = (frame: Frame, options: FrameOptions): string =>
  gridHtml(...frameGrid(frame, options));

function frameGrid(frame: Frame, options: FrameOptions): [Grid, TableOptions] {
  const { index, columns = {} } = options;
  const values = frame.values.map((row) => (Array.isArray(row) ? row : [row]) as unknown[]); // one column comes flat
  const [shown, all] = withinLimit(values, options);
  const headings = frame.columns.map((name, i) => ({
    label: headingOf(columns[name]) ?? name,
    right: values.some((row) => typeof row[i] === 'number'),
  }));
  const cell = (value: unknown, i: number): string => {
    const column = columns[frame.columns[i] ?? ''];
    return typeof column === 'object' && typeof value === 'number' ? column[1](value) : formatValue(value);
  };
  const cells = shown.map((row, i) => [
    ...(index === undefined ? [] : [String(frame.index[i])]),
    ...row.map(cell),
  ]);
  const names = index === undefined ? [] : [{ label: index, right: false }];
  return [
    { headings: [...names, ...headings], cells },
    { rowHeadings: index !== undefined, ...all },
  ];
}

const headingOf = (
  column: string | readonly [label: string, ...rest: unknown[]] | undefined,
): string | undefined => (typeof column === 'object' ? column[0] : column);

/** Shows a short table of two columns, name and value, in the order of the keys. */
export function keyValues(values: Record<string, unknown>, options: TableOptions): void {
  const content: Grid = {
    headings: [
      { label: 'Name', right: false },
      { label: 'Value', right: true },
    ],
    cells: Object.entries(values).map(([name, value]) => [name, formatValue(value)]),
  };
  const told = { rowHeadings: true, ...options };
  displayHtml(
    gridHtml(content, told).replace('rp rp-table', 'rp rp-table rp-pairs'),
    gridText(content, told),
  );
}

/** One line of a comparison; values already in words, or numbers. `original` null: it does not say. */
export interface Comparison {
  measure: string;
  ours: string | number | null;
  original: string | number | null;
  /** How numbers read (default: as a number). */
  format?: (value: number) => string;
}

/** The HTML that `comparison` shows. */
export const comparisonHtml = (rows: readonly Comparison[], options: Partial<TableOptions> = {}): string =>
  gridHtml(comparisonGrid(rows), comparisonOptions(options));

/** Shows the figures of this run beside those that the original report found. */
export function comparison(rows: readonly Comparison[], options: Partial<TableOptions> = {}): void {
  const content = comparisonGrid(rows);
  displayHtml(comparisonHtml(rows, options), gridText(content, comparisonOptions(options)));
}

const comparisonOptions = (options: Partial<TableOptions>): TableOptions => ({
  caption: 'This run beside what the original report found',
  rowHeadings: true,
  ...options,
});

const comparisonGrid = (rows: readonly Comparison[]): Grid => ({
  headings: [
    { label: 'Measure', right: false },
    { label: 'This run', right: true },
    { label: 'Original', right: true },
  ],
  cells: rows.map(({ measure, ours, original, format = formatValue }) =>
    [measure, ours, original].map((value) =>
      typeof value === 'number' ? format(value) : formatValue(value),
    ),
  ),
});
