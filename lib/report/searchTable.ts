import type { Trial } from '../training/search';
import { formatSeconds, formatValue, NONE, unbroken } from './format';
import { table } from './tables';

/** Shows the trials of a search, best first, with what each tried and its validation error after each rung of so many epochs, written by `format`. */
export function searchTable<C extends object>(
  trials: readonly Trial<C>[],
  { rungs, format }: { rungs: readonly number[]; format: (error: number) => string },
): void {
  const columns: Record<string, string> = { number: 'Trial' };
  for (const name of Object.keys(trials[0]?.choice ?? {})) columns[name] = name;
  for (const epochs of rungs)
    columns[`rung${epochs}`] = `After ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`;
  columns.time = 'Time';
  const rows = trials.map(({ number, choice, errors, seconds, failure }) => {
    const row: Record<string, string | number> = { number, time: unbroken(formatSeconds(seconds)) };
    for (const [name, value] of Object.entries(choice)) row[name] = settingText(value);
    rungs.forEach((epochs, i) => {
      const failed = failure !== null && i === errors.length;
      const error = errors[i];
      row[`rung${epochs}`] = error === undefined ? (failed ? 'failed' : NONE) : format(error);
    });
    return row;
  });
  const failures = trials.flatMap(({ number, failure }) => (failure ? `${number} (${failure})` : []));
  const note =
    'Errors are of validation items, by which the trials were chosen: the smallest of many flatters.' +
    (failures.length > 0 ? ` Failed: ${failures.join(' ')}` : '');
  table(rows, columns, { caption: 'Trials, best first', note, rowHeadings: true });
}

/** Numbers that are not whole with two digits that count: `0.0013`. */
function settingText(value: unknown): string {
  if (Array.isArray(value)) return unbroken(value.map(settingText).join(', '));
  if (typeof value !== 'number') return formatValue(value);
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(2)));
}
