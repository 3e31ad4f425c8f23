import { figureOf, type WithInterval } from '../core/results';

/** What stands where there is no number. */
export const NONE = '–';

const finite = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** British thousands and decimals, with a real minus sign; an amount that rounds to zero has none. */
function plain(value: number, decimals: number, fewest = decimals): string {
  const text = Math.abs(value).toLocaleString('en-GB', {
    minimumFractionDigits: fewest,
    maximumFractionDigits: decimals,
  });
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** A count: `14682` → `14,682`. */
export const formatCount = (count: number | null | undefined): string =>
  finite(count) ? plain(count, 0) : NONE;

/** A number without unit: whole ones as they are, those from 1,000 on without decimals, others with `decimals` (default 3) and from three on with two significant digits at least (`0.0005`), very small ones as `2.1e−5`. */
export function formatNumber(value: number | null | undefined, decimals = 3): string {
  if (!finite(value)) return NONE;
  if (value !== 0 && Math.abs(value) < 10 ** -decimals / 2) {
    return value.toExponential(1).replaceAll('-', '−');
  }
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return plain(value, 0);
  const small = decimals > 2 && Math.abs(value) < 10 ** (1 - decimals); // one more shows two digits
  return plain(value, decimals + Number(small), decimals);
}

/** A share from 0 to 1 as per cent: `0.9982` → `99.8%`. */
export const formatPercent = (share: number | null | undefined, decimals = 1): string =>
  finite(share) ? `${plain(share * 100, decimals)}%` : NONE;

/** A duration in seconds: `0.42 s`, `8.1 s`, `42 s`, `3 min 20 s`, `1 h 5 min`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (!finite(seconds)) return NONE;
  if (seconds < 0.9995) return seconds < 0.01 ? `${plain(seconds * 1000, 1)} ms` : `${plain(seconds, 2)} s`;
  if (seconds < 59.5) return `${plain(seconds, seconds < 9.95 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${plain(Math.floor(minutes / 60), 0)} h ${minutes % 60} min`;
}

/** A number of bytes in decimal units: `512 B`, `1.5 kB`, `20.3 MB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (!finite(bytes)) return NONE;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let power = 0;
  let value = bytes;
  for (; Math.abs(value) >= 999.95 && power < units.length - 1; power++) value /= 1000;
  return `${plain(value, power === 0 ? 0 : 1)} ${units[power]}`;
}

/** A figure with its interval: `€5.12 (€4.80 to €5.50)`; that of a single item has none. */
export const formatInterval = (figure: WithInterval, format: (value: number) => string): string =>
  `${format(figureOf(figure))} (${figure.resamples === 0 ? 'of one only, no interval' : `${format(figure.low)} to ${format(figure.high)}`})`;

/** A rate a second, with two or three significant digits: `1,240/s`, `8.3/s`. */
export const formatRate = (perSecond: number | null | undefined): string =>
  finite(perSecond) ? `${plain(perSecond, perSecond < 9.95 ? 1 : 0)}/s` : NONE;

/** Any cell's value without a format of its own. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return NONE;
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** A shape such as `3 × 3 × 1280`, in one line. */
export const formatShape = (shape: readonly number[]): string => shape.join('\u00a0×\u00a0');

/** How long a stage took, and whether that was in this run. */
export const formatStage = ({ seconds, reused }: { seconds: number; reused: boolean }): string =>
  `${formatSeconds(seconds)}${reused ? ' (in an earlier run, reused)' : ''}`;

/** A text with no-break spaces and hyphens, for a narrow column of a table. */
export const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0').replaceAll('-', '\u2011');
