import { formatNumber } from '../../../report/format';
import { table } from '../../../report/tables';
import { overSplits, type SplitResult, type SplitScore } from '../splits';

/** The figures of the model and of ridge regression in a table of splits. */
const figures: readonly (readonly [heading: string, of: 'model' | 'ridge', key: keyof SplitScore])[] = [
  ['R² of log prices', 'model', 'r2Log'],
  ['MAE ÷ median’s', 'model', 'relativeError'],
  ['Spread of log prices', 'model', 'spread'],
  ['Ridge: R²', 'ridge', 'r2Log'],
  ['Ridge: MAE ÷ median’s', 'ridge', 'relativeError'],
];

const decimals = (value: number): string => formatNumber(value, 3);

/** Shows the splits, and their means with standard deviations. */
export function splitsTable(results: readonly SplitResult[]): void {
  const row = (
    split: string,
    games: number,
    target: string,
    word: (of: 'model' | 'ridge', key: keyof SplitScore) => string,
  ) => ({
    ...{ split, games, target },
    ...Object.fromEntries(figures.map(([heading, of, key]) => [heading, word(of, key)])),
  });
  const rows = results.map((result) =>
    row(String(result.seed), result.games, result.target, (of, key) => decimals(result[of][key])),
  );
  const games = results.reduce((sum, result) => sum + result.games, 0);
  const summary = row('mean ± deviation', games, '', (of, key) => {
    const { mean, deviation } = overSplits(results, (result) => result[of][key]);
    return `${decimals(mean)} ± ${decimals(deviation)}`;
  });
  const headings = Object.fromEntries(figures.map(([heading]) => [heading, heading]));
  table<Record<string, unknown>>(
    [...rows, summary],
    { split: 'Seed', games: 'Test games', target: 'Target', ...headings },
    {
      caption: `The report's model on ${results.length} splits, each game counted once`,
      note: comparedSentence(results),
      rowHeadings: true,
    },
  );
}

/** How the model does beside ridge regression, split by split. */
export function comparedSentence(results: readonly SplitResult[]): string {
  const gap = (key: keyof SplitScore): string => {
    const { mean, error } = overSplits(results, ({ model, ridge }) => model[key] - ridge[key]);
    return `${mean < 0 ? '' : '+'}${decimals(mean)} (standard error ${decimals(error)})`;
  };
  return `The model beside ridge regression on the same splits: ${gap('r2Log')} in R², ${gap('relativeError')} in relative error.`;
}
