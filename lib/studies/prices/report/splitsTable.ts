import { formatNumber } from '../../../report/format';
import { table } from '../../../report/tables';
import { overSplits, type SplitResult, type SplitScore } from '../splits';

type Figure = [of: 'model' | 'ridge', key: keyof SplitScore];

/** The figures of the model and of ridge regression in a table of splits. */
const figures: readonly (readonly [heading: string, ...Figure])[] = [
  ['R² of log prices', 'model', 'r2Log'],
  ['MAE ÷ median’s', 'model', 'relativeError'],
  ['Spread of log prices', 'model', 'spread'],
  ['Ridge: R²', 'ridge', 'r2Log'],
  ['Ridge: MAE ÷ median’s', 'ridge', 'relativeError'],
];

const decimals = (value: number): string => formatNumber(value, 3);

/** Shows the splits, and their means with standard deviations. */
export function splitsTable(results: readonly SplitResult[]): void {
  const row = (Seed: string, games: number, Target: string, word: (...figure: Figure) => string) => ({
    ...{ Seed, 'Test games': games, Target },
    ...Object.fromEntries(figures.map(([heading, ...figure]) => [heading, word(...figure)])),
  });
  const rows: Record<string, unknown>[] = results.map((result) =>
    row(String(result.seed), result.games, result.target, (of, key) => decimals(result[of][key])),
  );
  const games = results.reduce((sum, result) => sum + result.games, 0);
  const summary = row('mean ± deviation', games, '', (of, key) => {
    const { mean, deviation } = overSplits(results, (result) => result[of][key]);
    return `${decimals(mean)} ± ${decimals(deviation)}`;
  });
  const columns = Object.fromEntries(Object.keys(summary).map((name) => [name, name]));
  const caption = `The report's model on ${results.length} splits, each game counted once`;
  table([...rows, summary], columns, { caption, note: comparedSentence(results), rowHeadings: true });
}

/** How the model does beside ridge regression, split by split. */
export function comparedSentence(results: readonly SplitResult[]): string {
  const gap = (key: keyof SplitScore): string => {
    const { mean, error } = overSplits(results, ({ model, ridge }) => model[key] - ridge[key]);
    return `${mean < 0 ? '' : '+'}${decimals(mean)} (standard error ${decimals(error)})`;
  };
  return `The model beside ridge regression on the same splits: ${gap('r2Log')} in R², ${gap('relativeError')} in relative error.`;
}
