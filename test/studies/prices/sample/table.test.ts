import { describe, expect, it } from 'vitest';
import { pricePoints, sampleGames } from '../../../../lib/studies/prices/sample/table';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('sampleGames', () => {
  it('has the prices of a shop: a tenth free, a median between 4.99 and 7.99, a long tail', () => {
    const prices = sampleGames(300, 42)
      .map(({ price }) => price)
      .sort((a, b) => a - b);
    const points = pricePoints.map(([price]) => price);
    for (const price of prices) expect(points).toContain(price);
    expect(prices.filter((price) => price === 0)).toHaveLength(36); // 12%
    expect(prices[150]).toBeGreaterThanOrEqual(499);
    expect(prices[150]).toBeLessThanOrEqual(799);
    expect(prices.at(-1)).toBe(5999);
  });

  it('has unique titles and appids, and is the same for the same seed', () => {
    const games = sampleGames(2000, 7);
    expect(new Set(games.map(({ appid }) => appid)).size).toBe(2000);
    expect(new Set(games.map(({ title }) => title)).size).toBe(2000);
    expect(sampleGames(2000, 7)).toEqual(games);
    expect(sampleGames(2000, 8)).not.toEqual(games);
  });

  it('blurs quality so that even the best reader of it explains between 0.7 and 0.8 of the log price', () => {
    const games = sampleGames(8000, 3).sort((a, b) => a.quality - b.quality);
    const logs = games.map(({ price }) => Math.log1p(price));
    const total = mean(logs.map((value) => (value - mean(logs)) ** 2));
    const slice = 100; // neighbours in quality; their mean is the best guess, give or take 1/100 of the variance
    let residual = 0;
    for (let start = 0; start < logs.length; start += slice) {
      const near = logs.slice(start, start + slice);
      const guess = mean(near);
      residual += near.reduce((sum, value) => sum + (value - guess) ** 2, 0);
    }
    const explained = 1 - residual / logs.length / total;
    expect(explained).toBeGreaterThan(0.7);
    expect(explained).toBeLessThan(0.8);
  });

  it('has nothing else that tells the price', () => {
    const games = sampleGames(4000, 5);
    const correlation = (values: number[]): number => {
      const prices = games.map(({ price }) => Math.log1p(price));
      const [mx, my] = [mean(values), mean(prices)];
      const covariance = mean(values.map((value, i) => (value - mx) * (prices[i]! - my))); // as many prices
      const deviations = [values, prices].map((v) => Math.sqrt(mean(v.map((x) => (x - mean(v)) ** 2))));
      return covariance / (deviations[0]! * deviations[1]!); // two of them
    };
    // Of 4,000 independent pairs the correlation has a deviation of 0.016: four times that.
    for (const column of ['reviews', 'positivePercent', 'pictures'] as const) {
      expect(Math.abs(correlation(games.map((game) => game[column])))).toBeLessThan(0.064);
    }
    expect(correlation(games.map(({ quality }) => quality))).toBeGreaterThan(0.75);
  });
});
