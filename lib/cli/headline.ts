import type { Results } from '../core/results';
import { euros } from '../studies/prices/units';

/** The figures that a run ends with in the terminal; a figure that this run did not make is left out. */
export function headline(results: Results): string {
  const number = (name: string): number | null => (typeof results[name] === 'number' ? results[name] : null);
  const lines: string[] = [];
  const add = (label: string, names: string[], show: (...values: number[]) => string): void => {
    const values = names.map(number);
    if (values.every((value) => value !== null)) lines.push(`  ${label.padEnd(22)}${show(...values)}`);
  };
  const percent = (share: number): string => `${Number((100 * share).toFixed(1))}%`;
  const count = (value: number): string => value.toLocaleString('en-GB');
  add('rows', ['rows.read', 'rows.kept'], (read, kept) => `${count(read)} read, ${count(kept)} kept`);
  add(
    'images',
    ['images.read', 'images.unreadable'],
    (read, bad) => `${count(read)} read, ${count(bad)} unreadable`,
  );
  add(
    'test games',
    ['split.test.games', 'split.test.images'],
    (games, images) => `${count(games)} with ${count(images)} images`,
  );
  add(
    'error per game',
    ['test.game.mae_cents', 'baseline.median.mae_cents'],
    (ours, median) => `${euros(ours)} on average; ${euros(median)} when every game is given the median price`,
  );
  const interval = (name: string): [string, string] => [`${name}.low`, `${name}.high`];
  const between = (low: number, high: number): string => `${euros(low)} to ${euros(high)} (95%)`;
  add('  interval', interval('test.game.mae_cents'), between);
  add('  minus the median’s', interval('test.game.minus_median.mae_cents'), between);
  add('error per image', ['test.image.mae_cents'], (ours) => euros(ours));
  add('R² of log prices', ['test.game.r2_log'], (r2) => r2.toFixed(3));
  add(
    'prediction intervals',
    ['intervals.confidence', 'test.coverage'],
    (wanted, found) =>
      `made for ${percent(wanted)} of the prices, hold ${percent(found)} of those of the test games`,
  );
  if (typeof results['target.kind'] === 'string')
    lines.push(`  ${'target'.padEnd(22)}${results['target.kind']}`);
  if (typeof results['weights.name'] === 'string')
    lines.push(`  ${'weights'.padEnd(22)}${results['weights.name']}`);
  if (typeof results.backend === 'string') lines.push(`  ${'backend'.padEnd(22)}${results.backend}`);
  return lines.length > 0 ? lines.join('\n') : '  (no headline figures in this run)';
}
