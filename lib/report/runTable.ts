import { monitored } from '../training/figures';
import type { RunRecord } from '../training/runRecord';
import { formatNumber, formatSeconds, formatValue, NONE, unbroken } from './format';
import { type Columns, table } from './tables';

type Row = Record<string, string | number | null>;

export interface RunTableOptions {
  caption?: string;
  /** Rows shown at most (default 100). */
  limit?: number;
}

/**
 * Shows trainings side by side, the best validation figure first: those settings in which they differ, in columns, and their figures. What is
 * the same in all of them stands below. Figures of different tasks may be in different units.
 */
export function runTable(records: readonly RunRecord[], options: RunTableOptions = {}): void {
  const { rows, columns, ...shown } = compare(records, options);
  table(rows, columns, shown);
}

function compare(
  records: readonly RunRecord[],
  { caption = 'Trainings so far, best first', limit }: RunTableOptions,
) {
  const settings = records.map(
    (record) => ({ kind: record.kind, ...leaves(settingsOf(record)) }) as Record<string, string>,
  );
  const figures = [...new Set(records.flatMap(({ metrics }) => Object.keys(metrics)))].filter(
    (name) => name.startsWith('val_') && name !== 'val_loss', // losses of different tasks do not compare
  );
  const names = [...new Set(settings.flatMap(Object.keys))];
  const differing = names.filter((name) => new Set(settings.map((each) => each[name])).size > 1);
  const common = names.filter((name) => !differing.includes(name) && name !== 'kind');
  const ordered = records.map((record, i) => ({ record, own: settings[i]! })); // one for each
  ordered.sort((a, b) => errorOf(a.record) - errorOf(b.record));
  const rows = ordered.map(
    ({ record, own }): Row => ({
      ended: unbroken(record.ended.slice(0, 16).replace('T', ' ')),
      ...Object.fromEntries(differing.map((name) => [`setting.${name}`, unbroken(own[name] ?? NONE)])),
      epochs: record.epochs.length,
      best: record.metrics.bestEpoch ?? null,
      ...Object.fromEntries(
        figures.map((name) => [name, record.failure === null ? (record.metrics[name] ?? null) : null]),
      ),
      time: unbroken(formatSeconds(record.seconds)),
    }),
  );
  const columns: Columns<Row> = {
    ended: 'Ended (UTC)',
    ...Object.fromEntries(differing.map((name) => [`setting.${name}`, name])),
    epochs: 'Epochs',
    best: 'Best epoch',
    ...Object.fromEntries(
      figures.map((name) => [name, [`Validation ${name.slice(4)}`, numberCell] as const]),
    ),
    time: 'Time',
  };
  const same = common.map((name) => `${name} ${settings[0]?.[name]}`).join(', ');
  const note = records.length > 1 && same ? `The same in all: ${same}.` : undefined;
  return { rows, columns, caption, note, limit, rowHeadings: true };
}

const numberCell = (value: string | number | null): string =>
  typeof value === 'number' ? formatNumber(value, 4) : formatValue(value);

/** What a training depends on: its settings, its seed, what it learnt from and what computed it. */
const settingsOf = ({ settings, seed, data, backend, versions }: RunRecord): Record<string, unknown> => ({
  ...settings,
  seed,
  data: Object.fromEntries(Object.entries(data).map(([name, hash]) => [name, hash.slice(0, 8)])),
  backend,
  versions,
});

/** The monitored figure of the best epoch; a failed training has none and comes last. */
function errorOf({ metrics, failure, monitor }: RunRecord): number {
  const figure = metrics[`val_${monitor.metric}`];
  if (failure !== null || figure === undefined) return Number.POSITIVE_INFINITY;
  return monitored({ [monitor.metric]: figure }, monitor);
}

/** The values of nested records, each under its path, such as `schedule.kind`; lists and numbers in words. */
function leaves(value: Record<string, unknown>, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]): [string, string][] => {
      const place = path + name;
      if (item === undefined) return [];
      if (Array.isArray(item)) return [[place, item.join(' and ')]];
      if (typeof item === 'object' && item !== null) {
        return Object.entries(leaves(item as Record<string, unknown>, `${place}.`)); // a plain record
      }
      return [[place, typeof item === 'number' ? String(Number(item.toPrecision(4))) : formatValue(item)]];
    }),
  );
}
