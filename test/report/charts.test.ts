import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { picturesPerItem } from '../../lib/report/barCharts';
import { chartHtml } from '../../lib/report/charts';
import { boxplots, quantilePlot, type Sample } from '../../lib/report/distributionCharts';
import { histogram } from '../../lib/report/histogram';
import { predictionIntervals } from '../../lib/report/itemCharts';
import { chartsHtml, plotlyFile } from '../../lib/report/plotly';
import { calibrationCurve, predictionScatter, thinned } from '../../lib/report/predictionCharts';
import { learningCurves, learningRateCurve } from '../../lib/report/trainingCharts';
import { niceStep } from '../../lib/report/valueScale';
import { priceBandErrors } from '../../lib/studies/prices/report/priceCharts';
import { linearPrices, logPrice, logPrices, shortPrice } from '../../lib/studies/prices/report/priceScale';
import { cents } from '../../lib/studies/prices/units';
import { chartKinds, samplePrices } from './chartKinds';

const priceBoxplot = (samples: Sample[]) => boxplots(samples, [linearPrices, logPrices], 'Prices');

/** The figure that the script of a chart hands to the browser. */
const figureOf = (html: string): { traces: Record<string, unknown>[] } =>
  JSON.parse(/\.push\((.*)\);<\/script>/s.exec(html)?.[1] ?? 'null') as { traces: Record<string, unknown>[] };

describe('every kind of chart', () => {
  it.each(Object.entries(chartKinds))('%s says in words with figures what it shows', (_, chart) => {
    expect(chart.title).not.toBe('');
    expect(chart.alt).toMatch(/\d/);
    expect(chart.alt).not.toMatch(/undefined|NaN|null|Infinity/);
    const figure = figureOf(chartHtml(chart));
    expect(figure.traces.length).toBeGreaterThan(0);
    // JSON has no NaN or Infinity: one would arrive in the browser as null. Gaps in grouped bars are the only nulls meant.
    expect(JSON.stringify(figure.traces)).not.toContain('null');
  });
});

describe('the table below a chart', () => {
  it('has the figures of the chart, and names itself in the summary', () => {
    const html = chartHtml(histogram([{ name: 'Test', values: samplePrices(70) }], logPrices, 'Prices'));
    expect(html).toContain('<summary>In words and figures</summary>');
    const counts = [...html.matchAll(/<tr><td[^>]*>[^<]*<\/td><td[^>]*>(\d+)<\/td><\/tr>/g)];
    expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(70);
  });

  it('is left out of a chart without one', () => {
    expect(chartHtml({ title: 'None', alt: 'No 1.', traces: [] })).toContain('<summary>In words</summary>');
  });
});

describe('axes of prices', () => {
  it('gives free games a place of their own, at 0', () => {
    expect(logPrice(0)).toBe(0);
    expect(logPrice(99)).toBe(2);
    const axis = logPrices.axis('Price', 0, 6000) as {
      tickvals: number[];
      ticktext: string[];
      range: number[];
    };
    expect(axis.ticktext.slice(0, 3)).toEqual(['€0', '€0.10', '€1']);
    expect(axis.tickvals).toEqual([...axis.tickvals].sort((a, b) => a - b));
    expect(axis.range[0]).toBeLessThan(0);
  });

  it('sets a tick at round euros of a linear axis', () => {
    const axis = linearPrices.axis('Price', 0, 317_708) as { ticktext: string[] };
    expect(axis.ticktext.slice(0, 3)).toEqual(['€0', '€1,000', '€2,000']);
    expect([niceStep(0.7), niceStep(1.2), niceStep(34), niceStep(52_951), niceStep(0)]).toEqual([
      1, 2, 50, 100_000, 1,
    ]);
    expect(shortPrice(-250)).toBe('−€2.50');
  });
});

describe('the figures drawn', () => {
  it('of a boxplot are the quartiles, on the second axis their logarithms, with equal outliers once', () => {
    const chart = priceBoxplot([{ name: 'All', values: [0, 100, 200, 300, 400, 9999, 9999] }]);
    const [linear, dots, logarithmic] = chart.traces;
    expect(linear).toMatchObject({ q1: [150], median: [300], q3: [5199.5], xaxis: 'x' });
    expect(logarithmic).toMatchObject({ median: [Math.log10(301)], xaxis: 'x2' });
    expect(dots).toMatchObject({ x: [] });
    const outlier = priceBoxplot([{ name: 'All', values: [1, 2, 2, 3, 3, 3, 4, 99, 99] }]).traces[1];
    expect(outlier).toMatchObject({ x: [99], customdata: ['€0.99, 2×'] });
  });

  it('of overlaid histograms are shares that add up to 100% for each part', () => {
    const chart = histogram(
      [
        { name: 'Training', values: samplePrices(300) },
        { name: 'Test', values: samplePrices(70) },
      ],
      logPrices,
      'Prices',
    );
    for (const trace of chart.traces) {
      // Three points beside the bins: zero at both ends, and the last share up to its edge.
      const shares = (trace.y as number[]).slice(1, -2);
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(100, 9);
    }
  });

  it('of a quantile plot name the percentile at which a limit lies', () => {
    const chart = quantilePlot(
      [1, 50, 99, 100],
      [0, 500, 6000, 99_000],
      [{ value: 6000, label: 'Limit' }],
      logPrices,
    );
    expect(chart.alt).toContain('50% of the prices are at most €5.00');
    expect(chart.alt).toContain('Limit at €60.00, above the 99.0th percentile.');
  });

  it('of pictures per game count every game once, in classes when there are very many', () => {
    const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
    expect(picturesPerItem([0, 2, 2, 5], ['game', 'games']).traces[0]).toMatchObject({
      y: [1, 0, 2, 0, 0, 1],
    });
    const many = picturesPerItem([1, 999, 500], ['game', 'games']).traces[0]!.y as number[];
    expect(sum(many)).toBe(3);
    expect(many.length).toBeLessThanOrEqual(40);
    expect(picturesPerItem([], ['game', 'games']).alt).toContain('0 games');
  });

  it('of a scatter stay at 4,000 marks and say so', () => {
    const points = Array.from({ length: 25_000 }, (_, i) => ({ truth: i, predicted: i }));
    const chart = predictionScatter(points, logPrices, 'Prices');
    expect((chart.traces[1]!.x as number[]).length).toBeLessThanOrEqual(4000);
    expect(chart.alt).toContain('of 25,000 marks are drawn');
  });

  it('of several ways of averaging are named lines, of one way none and a band', () => {
    const several = chartKinds.errorByAveraging!;
    expect(several.traces.map(({ name }) => name)).toEqual(['mean', 'median', 'trimmed mean']);
    expect(several.alt).toContain(
      'median: the mean absolute error goes from €6.00 with 1 picture to €5.25 with 4.',
    );
    const one = chartKinds.errorByPictures!;
    expect(one.traces.map(({ fill }) => fill)).toEqual([undefined, 'tonexty', undefined]);
  });

  it('of a learning curve stand where they belong on a logarithmic axis', () => {
    const chart = chartKinds.errorByTrainingGames!;
    expect(chart.layout!.xaxis).toMatchObject({ type: 'log', ticktext: ['16', '32', '64', '128'] });
    expect(chart.traces.at(-1)!.x).toEqual([16, 32, 64, 128]);
    expect(chart.alt).toContain('with 16 training games to');
  });

  it('of price bands name their limits and how many games they hold', () => {
    const band = { low: cents(0), high: cents(499), games: 12, mae: 250, bias: -20 };
    const chart = priceBandErrors([band], { label: 'median price', bands: [{ ...band, mae: 400 }] });
    expect(chart.traces.map(({ x, y }) => [x, y])).toEqual([
      [['€0.00–€4.99<br>(12 games)'], [250]],
      [['€0.00–€4.99<br>(12 games)'], [400]],
    ]);
    expect(chart.alt).toContain('(12 games): this model €2.50, median price €4.00.');
    expect(chart.alt).toContain('too high: €0.00–€4.99 by −€0.20.');
  });

  it('of a calibration curve are means on both axes, with intervals in words', () => {
    const actual = { estimate: 999, low: 499, high: 1999, confidence: 0.95, resamples: 100 };
    const chart = calibrationCurve([{ count: 7, predicted: 99, actual }], logPrices, 'Calibration');
    expect(chart.traces[1]).toMatchObject({ x: [2], y: [3] });
    expect(chart.alt).toContain('7 games predicted at €0.99 have €9.99 (€4.99 to €19.99)');
  });

  it('of prediction intervals count all games and draw 200 of them', () => {
    const games = Array.from({ length: 1000 }, (_, i) => {
      const predicted = cents(1000 + i);
      return { title: `${i}`, truth: i < 100 ? 1 : 1000, predicted, low: cents(500), high: cents(9000) };
    });
    const chart = predictionIntervals(games, 0.9, logPrices);
    expect(chart.alt).toContain(
      'the true price of 900 lies within, of 100 outside. 200 of the games are drawn.',
    );
    const [bars, within, outside] = chart.traces.map((trace) => (trace.x as number[]).length);
    expect([bars, within! + outside!]).toEqual([200, 200]);
  });

  it('of learning curves mark the epoch that was kept in every panel', () => {
    const chart = learningCurves([{ measure: 'Loss', training: [3, 2], validation: [3, 2.5] }], 2);
    expect(chart.layout?.shapes).toMatchObject([{ x0: 2, x1: 2 }]);
    expect(
      learningCurves([{ measure: 'Loss', training: [3], validation: [3] }], null).layout?.shapes,
    ).toEqual([]);
  });

  it('of a range test show both losses over the rate, and where the smoothed one falls fastest', () => {
    const chart = chartKinds.learningRates!;
    expect(chart.traces.map(({ name }) => name)).toEqual(['Loss', 'Smoothed']);
    expect(chart.layout!.xaxis).toMatchObject({ type: 'log' });
    // Plotly wants the rate for a line, and its logarithm for words.
    expect(chart.layout).toMatchObject({ shapes: [{ x0: 1e-3, x1: 1e-3 }], annotations: [{ x: -3 }] });
    expect(chart.alt).toContain('grows from 0.00001 to 1 in 6 steps');
    expect(chart.alt).toContain('A tenth of the rate at its lowest is 0.001.');
    expect(chart.alt).toContain('too large');
    expect(chart.layout!.yaxis).toMatchObject({ range: [0, 1.1 * 4] });
    const wild = learningRateCurve({
      points: [3, 1, 900].map((loss, i) => ({ learningRate: 10 ** i, loss, smoothed: loss })),
      suggestion: 1,
      diverged: true,
    });
    expect((wild.layout!.yaxis as { range: number[] }).range[1]).toBeCloseTo(1.1 * 4.5, 12); // the fall can be seen
    const level = learningRateCurve({
      points: [{ learningRate: 0.1, loss: 1, smoothed: 1 }],
      suggestion: null,
      diverged: false,
    });
    expect(level.layout).toMatchObject({ shapes: [] });
    expect(level.alt).toMatch(/no rate is suggested/);
  });
});

describe('chartsHtml', () => {
  it('says what to do when set-up has not made the bundle', () => {
    expect(() => chartsHtml('/nowhere/plotly.min.js')).toThrow(/run "npm run setup"/);
  });

  it.skipIf(!existsSync(plotlyFile()))(
    'holds plotly.js once, in less than 2.2 MB (skipped before set-up)',
    () => {
      const html = chartsHtml();
      expect(html.length).toBeLessThan(2.2e6);
      expect(html).not.toMatch(/<script[^>]+src=/);
    },
  );
});

it('a list is thinned evenly', () => {
  expect(thinned([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 3, 6]);
  expect(thinned([1], 12)).toEqual([1]);
});
