import { describe, expect, it } from 'vitest';
import { headline, type PricedRow } from '../../lib/evaluation/headline';
import { compareModels } from '../../lib/evaluation/modelComparison';
import { formatEuros } from '../../lib/report/format';
import {
  formatInterval,
  headlineColumns,
  headlineFigures,
  headlineRows,
  modelRowColumns,
  modelRows,
} from '../../lib/report/headlines';
import { tableHtml } from '../../lib/report/tables';
import { type AppId, cents } from '../../lib/units';

const rows: PricedRow[] = [100, 400, 900, 1600, 2500].map((price, i) => ({
  appid: String(i + 1) as AppId,
  truth: cents(price),
  predicted: cents(price + 50),
}));
const options = { seed: 1, resamples: 50 };
const found = headline(rows, options);

describe('the headline in a table', () => {
  it('writes a figure with its interval', () => {
    const interval = { estimate: 512, low: 480, high: 550.4, confidence: 0.95 };
    expect(formatInterval(interval, formatEuros)).toBe('€5.12 (€4.80 to €5.50)');
  });

  it('has errors in cents and in euros, squares in euros squared', () => {
    const table = Object.fromEntries(headlineRows(found, found).map(({ measure, game }) => [measure, game]));
    expect(table).toMatchObject({
      'MSE, cents squared': '2,500 (2,500 to 2,500)',
      'MSE, euros squared': '€²0.25 (€²0.25 to €²0.25)',
      'MAE, cents': '50 (50 to 50)',
      MAE: '€0.50 (€0.50 to €0.50)',
    });
    expect(Object.keys(table)).toHaveLength(13);
  });

  it('has columns for all that its rows hold', () => {
    const [row] = headlineRows(found, found);
    expect(Object.keys(headlineColumns)).toEqual(Object.keys(row!));
    expect(tableHtml(headlineRows(found, found), headlineColumns, { caption: 'Metrics' })).not.toMatch(
      /undefined|NaN/,
    );
  });
});

describe('models in a table', () => {
  const truth = new Map(rows.map((row) => [row.appid, row.truth]));
  const predicted = new Map(rows.map((row) => [row.appid, row.predicted]));
  const results = compareModels(truth, [{ name: 'ours', predicted }], [100, 500, 2000], options);
  const table = modelRows(results);

  it('compares all but the median with the median', () => {
    expect(table.map(({ model, difference }) => [model, difference === '–'])).toEqual([
      ['mean of the training prices', false],
      ['median of the training prices', true],
      ['ours', false],
    ]);
    const median = results[1]!.headline.maeCents.estimate; // (400 + 100 + 400 + 1100 + 2000) / 5
    expect(table[2]!.difference).toContain(`−${formatEuros(median - 50)} (`);
    expect(table[2]!.ratio).toMatch(/^0\.06 \(/);
  });

  it('has columns for all that its rows hold', () => {
    expect(Object.keys(modelRowColumns)).toEqual(Object.keys(table[0]!));
  });
});

describe('the headline in results.json', () => {
  it('has three finite figures for each metric, under the names of the plain evaluation', () => {
    const figures = headlineFigures('test.game', found);
    expect(Object.keys(figures)).toHaveLength(27);
    expect(figures['test.game.mae_cents']).toBe(50);
    expect(figures['test.game.r2_log.low']).toBe(found.r2Log.low);
    for (const value of Object.values(figures)) expect(Number.isFinite(value)).toBe(true);
  });
});
