import type { Trial } from '../training/searchTrial';
import { formatNumber, formatSeconds, NONE, unbroken } from './format';
import { type Columns, table, tableHtml } from './tables';

export interface SearchTableOptions {
  /** Epochs after which trials were compared. */
  rungs: readonly number[];
  /** How an error reads. */
  format: (error: number) => string;
  caption?: string;
}

type Row = Record<string, string | number>;

/** The HTML that `searchTable` shows. */
export const searchTableHtml = (trials: readonly Trial[], options: SearchTableOptions): string =>
  tableHtml(trials.map(rowOf(options)), columnsOf(options), told(trials, options));

/** Shows the trials of a search, best first, with what each tried and its validation error at each rung that it reached. */
export const searchTable = (trials: readonly Trial[], options: SearchTableOptions): void =>
  table(trials.map(rowOf(options)), columnsOf(options), told(trials, options));

const rowOf =
  ({ rungs, format }: SearchTableOptions) =>
  ({ number, choice, errors, seconds, failure }: Trial): Row => ({
    number,
    target: choice.target,
    filters: choice.filters,
    units: unbroken(choice.units.join(', ')),
    dropouts: unbroken(`${formatNumber(choice.dropout1, 2)}, ${formatNumber(choice.dropout2, 2)}`),
    l2: significant(choice.l2),
    learningRate: significant(choice.learningRate),
    ...Object.fromEntries(
      rungs.map((_, i) => [`rung${i}`, errorWord(errors[i], format, failure, i === errors.length)]),
    ),
    time: unbroken(formatSeconds(seconds)),
  });

function errorWord(
  error: number | undefined,
  format: (error: number) => string,
  failure: string | null,
  next: boolean,
): string {
  if (error !== undefined) return format(error);
  return failure !== null && next ? 'failed' : NONE;
}

/** Two digits that count: `0.0013`. */
const significant = (value: number): string => String(Number(value.toPrecision(2)));

const columnsOf = ({ rungs }: SearchTableOptions): Columns<Row> => ({
  number: 'Trial',
  target: 'Target',
  filters: 'Filters',
  units: 'Units',
  dropouts: 'Dropouts',
  l2: 'L2',
  learningRate: 'Learning rate',
  ...Object.fromEntries(
    rungs.map((epochs, i) => [`rung${i}`, `After ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`]),
  ),
  time: 'Time',
});

function told(trials: readonly Trial[], { caption = 'Trials, best first' }: SearchTableOptions) {
  const failures = trials.filter(({ failure }) => failure !== null);
  const note =
    'Errors are of validation games, by which the trials were chosen: the smallest of many flatters.' +
    (failures.length > 0
      ? ` Failed: ${failures.map(({ number, failure }) => `${number} (${failure})`).join(' ')}`
      : '');
  return { caption, note, rowHeadings: true };
}
