import path from 'node:path';
import { writeAtomic } from '../core/files';
import type { Config } from '../core/settings';
import type { Frame } from './tables';

/** A danfojs DataFrame as CSV (RFC 4180), where texts with commas, quotes or line breaks stand in quotes. */
export const csvOf = ({ columns, values }: Omit<Frame, 'index'> & Partial<Frame>): string =>
  [columns, ...values.map((row) => (Array.isArray(row) ? row : [row]))]
    .map((row) => `${row.map(csvField).join(',')}\r\n`)
    .join('');

/** A cell of a CSV file, in quotes where it needs them. */
export function csvField(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Writes a DataFrame beside the pages of the study. */
export const saveCsv = (frame: Frame, { config }: { config: Config }, name: string): Promise<void> =>
  writeAtomic(path.join(config.reports, name), csvOf(frame));
