import type { Trial } from '../training/search';
import { formatSeconds, formatValue, NONE, unbroken } from './format';
import { type Columns, table } from './tables';

export interface SearchTableOptions {
  /** Epochs after which trials were compared. */
  rungs: readonly number[];
  /** How an error reads. */
  format: (error: number) => string;
  caption?: string;
}

type Row = Record<string, string | number>;

/** Shows the trials of a search, best first, with what each tried, a column for each setting, and its validation error at each rung that it reached. */
export function searchTable<C extends object>(
  trials: readonly Trial<C>[],
  { rungs, format, caption = 'Trials, best first' }: SearchTableOptions,
): void {
  const names = Object.keys(trials[0]?.choice ?? {});
  const columns: Columns<Row> = {
    number: 'Trial',
    ...Object.fromEntries(names.map((name) => [name, name])),
    ...Object.fromEntries(
      rungs.map((epochs, i) => [`rung${i}`, `After ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`]),
    ),
    time: 'Time',
  };
  const rows = trials.map(
    ({ number, choice, errors, seconds, failure }): Row => ({
      number,
      ...Object.fromEntries(Object.entries(choice).map(([name, value]) => [name, settingText(value)])),
      ...Object.fromEntries(
        rungs.map((_, i) => [`rung${i}`, errorWord(errors[i], format, failure, i === errors.length)]),
      ),
      time: unbroken(formatSeconds(seconds)),
    }),
  );
  const failures = trials.filter(({ failure }) => failure !== null);
  const note =
    'Errors are of validation items, by which the trials were chosen: the smallest of many flatters.' +
    (failures.length > 0
      ? ` Failed: ${failures.map(({ number, failure }) => `${number} (${failure})`).join(' ')}`
      : '');
  table(rows, columns, { caption, note, rowHeadings: true });
}

/** Numbers that are not whole with two digits that count: `0.0013`. */
const settingText = (value: unknown): string =>
  Array.isArray(value)
    ? unbroken(value.map(settingText).join(', '))
    : typeof value === 'number'
      ? String(Number.isInteger(value) ? value : Number(value.toPrecision(2)))
      : formatValue(value);

function errorWord(
  error: number | undefined,
  format: (error: number) => string,
  failure: string | null,
  next: boolean,
): string {
  if (error !== undefined) return format(error);
  return failure !== null && next ? 'failed' : NONE;
}
