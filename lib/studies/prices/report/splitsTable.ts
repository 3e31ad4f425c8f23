import { formatNumber } from '../../../report/format';
import { type Columns, table } from '../../../report/tables';
import { type OverSplits, overSplits, type SplitResult, type SplitScore } from '../splits';

interface Row {
  split: string;
  games: number;
  target: string;
  modelR2: string;
  modelError: string;
  modelSpread: string;
  ridgeR2: string;
  ridgeError: string;
}

const columns: Columns<Row> = {
  split: 'Seed',
  games: 'Test games',
  target: 'Target',
  modelR2: 'R² of log prices',
  modelError: 'MAE ÷ median’s',
  modelSpread: 'Spread of log prices',
  ridgeR2: 'Ridge: R²',
  ridgeError: 'Ridge: MAE ÷ median’s',
};

const decimals = (value: number): string => formatNumber(value, 3);

/** Shows the splits, and their means with standard deviations. */
export function splitsTable(results: readonly SplitResult[]): void {
  const rows = results.map(({ seed, games, target, model, ridge }) => ({
    split: String(seed),
    ...{ games, target },
    ...words(model, ridge, decimals),
  }));
  const over = (of: 'model' | 'ridge', key: keyof SplitScore): OverSplits =>
    overSplits(results, (result) => result[of][key]);
  const all = (of: 'model' | 'ridge'): Record<keyof SplitScore, OverSplits> => ({
    r2Log: over(of, 'r2Log'),
    relativeError: over(of, 'relativeError'),
    spread: over(of, 'spread'),
  });
  const summary: Row = {
    split: 'mean ± deviation',
    games: results.reduce((sum, { games }) => sum + games, 0),
    target: '',
    ...words(
      all('model'),
      all('ridge'),
      ({ mean, deviation }) => `${decimals(mean)} ± ${decimals(deviation)}`,
    ),
  };
  table([...rows, summary], columns, {
    caption: `The report's model on ${results.length} splits, each game counted once`,
    note: comparedSentence(results),
    rowHeadings: true,
  });
}

function words<T>(
  model: Readonly<Record<keyof SplitScore, T>>,
  ridge: Readonly<Record<keyof SplitScore, T>>,
  word: (value: T) => string,
): Omit<Row, 'split' | 'games' | 'target'> {
  return {
    modelR2: word(model.r2Log),
    modelError: word(model.relativeError),
    modelSpread: word(model.spread),
    ridgeR2: word(ridge.r2Log),
    ridgeError: word(ridge.relativeError),
  };
}

/** How the model does beside ridge regression, split by split. */
export function comparedSentence(results: readonly SplitResult[]): string {
  const gap = (key: keyof SplitScore): string => {
    const { mean, error } = overSplits(results, ({ model, ridge }) => model[key] - ridge[key]);
    return `${mean < 0 ? '' : '+'}${decimals(mean)} (standard error ${decimals(error)})`;
  };
  return `The model beside ridge regression on the same splits: ${gap('r2Log')} in R², ${gap('relativeError')} in relative error.`;
}
