import { describe, expect, it } from 'vitest';
import { compareModels, headline, type PredictedRow } from '../../../../lib/metrics/headline';
import { formatInterval } from '../../../../lib/report/format';
import { tableHtml } from '../../../../lib/report/tables';
import { modelNames } from '../../../../lib/studies/prices/modelNames';
import {
  coverageFigures,
  headlineColumns,
  headlineFigures,
  headlineRows,
  modelFigures,
  modelRowColumns,
  modelRows,
} from '../../../../lib/studies/prices/report/headlines';
import { cents, formatPrice } from '../../../../lib/studies/prices/units';

const rows: PredictedRow[] = [100, 400, 900, 1600, 2500].map((price, i) => ({
  id: String(i + 1),
  truth: cents(price),
  predicted: cents(price + 50),
}));
const options = { seed: 1, resamples: 50 };
const found = headline(rows, options);

describe('the headline in a table', () => {
  it('writes a figure with its interval', () => {
    const interval = { estimate: 512, low: 480, high: 550.4, confidence: 0.95 };
    expect(formatInterval(interval, formatPrice)).toBe('€5.12 (€4.80 to €5.50)');
  });

  it('has errors in euros, squares in cents', () => {
    const table = Object.fromEntries(headlineRows(found, found).map(({ measure, game }) => [measure, game]));
    expect(table).toMatchObject({
      'MSE, cents squared': '2,500 (2,500 to 2,500)',
      MAE: '€0.50 (€0.50 to €0.50)',
    });
    expect(Object.keys(table)).toHaveLength(9);
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
  const truth = new Map(rows.map((row) => [row.id, row.truth]));
  const predicted = new Map(rows.map((row) => [row.id, row.predicted]));
  const results = compareModels(truth, [{ name: 'ours', predicted }], [100, 500, 2000], modelNames, options);
  const table = modelRows(results);

  it('compares all but the median with the median', () => {
    expect(table.map(({ name, difference }) => [name, difference === null])).toEqual([
      ['mean of the training prices', false],
      ['median of the training prices', true],
      ['ours', false],
    ]);
    const median = results[1]!.headline.mae.estimate; // (400 + 100 + 400 + 1100 + 2000) / 5
    expect(table[2]!.difference!.estimate).toBeCloseTo(50 - median, 9);
    const html = tableHtml(table, modelRowColumns, { caption: 'Models' });
    expect(html).toContain(`−\u2060${formatPrice(median - 50)} <span class="rp-interval">(`);
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

describe('other models in results.json', () => {
  const truth = new Map(rows.map((row) => [row.id, row.truth]));
  const off = (by: number) => new Map(rows.map((row) => [row.id, cents(row.truth + by)]));
  const names = [
    modelNames.colours,
    modelNames.base,
    modelNames.original,
    modelNames.refitted,
    modelNames.ours,
  ];
  const contestants = names.map((name, i) => ({ name, predicted: off(10 * (i + 1)) }));
  const results = compareModels(truth, contestants, [100, 500, 2000], modelNames, options);

  it('has the error of each with its ends, and the difference of the last one to the median', () => {
    const figures = modelFigures(results);
    expect(figures).toMatchObject({
      'baseline.ridge_colours.mae_cents': 10,
      'baseline.ridge_base.mae_cents': 20,
      'original.game.mae_cents': 30,
      'original.game.refitted.mae_cents': 40,
      'original.game.refitted.mae_cents.low': 40,
    });
    const median = results[1]!.headline.mae.estimate;
    expect(figures['baseline.median.mae_cents']).toBe(median);
    expect(figures['test.game.minus_median.mae_cents']).toBeCloseTo(50 - median, 9);
    const { low, high } = results.at(-1)!.versusMedian!.difference;
    expect(figures['test.game.minus_median.mae_cents.low']).toBe(low);
    expect(figures['test.game.minus_median.mae_cents.high']).toBe(high);
    expect(Object.keys(figures)).toHaveLength(3 * 7);
  });

  it('leaves out models that are not of the report', () => {
    const others = compareModels(truth, [{ name: 'a guess', predicted: off(1) }], [100], modelNames, options);
    expect(Object.keys(modelFigures(others))).toHaveLength(3 * 2);
  });
});

describe('coverage in results.json', () => {
  it('stands beside what was promised', () => {
    const found = { successes: 9, count: 10, share: 0.9, low: 0.6, high: 0.99, confidence: 0.95 };
    expect(coverageFigures(0.8, found)).toEqual({
      'intervals.confidence': 0.8,
      'test.coverage': 0.9,
      'test.coverage.low': 0.6,
      'test.coverage.high': 0.99,
    });
  });
});
