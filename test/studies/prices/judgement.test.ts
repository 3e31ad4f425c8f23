import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import { fitBaselines } from '../../../lib/metrics/baselines';
import { evaluate } from '../../../lib/metrics/regression';
import { bestAndWorst, findImprobableSuccess, judge } from '../../../lib/studies/prices/judgement';
import { fitTarget, predictedOf, toTarget } from '../../../lib/studies/prices/target';
import { type AppId, cents, parseAppId } from '../../../lib/studies/prices/units';
import { expectClose, withCode } from '../../data/close';

const training = [0, 99, 199, 499, 999, 1999, 5999].map(cents);
const scaler = fitTarget('log1p', training);
const standardized = fitTarget('standardized', training);
const id = (number: number): AppId => parseAppId(String(number))!; // from 1

/** Pictures of a game that costs `truth`, predicted at these prices. */
const pictures = (game: number, truth: number, prices: readonly number[]): Parameters<typeof judge>[0] =>
  prices.map((price) => {
    const predicted = predictedOf(scaler, [toTarget(scaler, cents(price))]);
    return { id: id(game), predicted, label: cents(truth) };
  });

// Out of order, and with unequally many pictures a game.
const rows = [
  ...pictures(3, 999, [900]),
  ...pictures(1, 200, [100, 200, 600]),
  ...pictures(2, 1500, [1000, 2000]),
];

describe('judging predictions', () => {
  it('counts each picture once, and each game once with the mean of what the model says', () => {
    const { image, game, games } = judge(rows, training, scaler);
    expect([image.count, game.count]).toEqual([6, 3]);
    // |900 − 999|, |100 − 200|, |200 − 200|, |600 − 200|, |1000 − 1500|, |2000 − 1500|
    expectClose([image.mae], [(99 + 100 + 0 + 400 + 500 + 500) / 6]);
    // A scaler of logarithms: the geometric mean of 1 + price.
    const expected = [Math.cbrt(101 * 201 * 601) - 1, Math.sqrt(1001 * 2001) - 1, 900];
    expectClose(
      games.map(({ predicted }) => predicted),
      expected,
    );
    expectClose([game.mae], [(Math.abs(expected[0]! - 200) + Math.abs(expected[1]! - 1500) + 99) / 3]);
    expect(games.map(({ id, truth, images }) => [id, truth, images])).toEqual([
      ['1', 200, 3],
      ['2', 1500, 2],
      ['3', 999, 1],
    ]);
  });

  it('standardizes errors by the training prices even when the model learns their logarithm', () => {
    const { image, game } = judge(rows, training, scaler);
    expectClose([image.maeStandardized], [image.mae / standardized.deviation]);
    expectClose([game.mseStandardized], [game.mse / standardized.deviation ** 2]);
  });

  it('sets the mean and the median of the training prices against the same games', () => {
    const { baselines } = judge(rows, training, scaler);
    const truth = [200, 1500, 999].map(cents);
    expect(baselines).toEqual(
      fitBaselines(training).map((baseline) => ({
        ...baseline,
        evaluation: evaluate(
          truth,
          truth.map(() => baseline.value),
        ),
      })),
    );
    expect(baselines.map(({ name, value }) => [name, value])).toEqual([
      ['mean', 9794 / 7],
      ['median', 499],
    ]);
  });

  it('says so when the predictions of the games have collapsed, and nothing when they have not', () => {
    const truths = Array.from({ length: 12 }, (_, i) => 100 + 150 * i);
    const judged = (price: (truth: number) => number) =>
      judge(
        truths.flatMap((truth, i) => pictures(i + 1, truth, [price(truth)])),
        training,
        scaler,
      ).collapse;
    expect(judged(() => 977)).toContain('one value');
    expect(judged((truth) => truth * 0.8)).toBeNull();
  });

  it('refuses to judge nothing, or without training prices', () => {
    expect(() => judge([], training, scaler)).toThrow(withCode('BAD_INPUT'));
    expect(() => judge(rows, [], scaler)).toThrow(withCode('BAD_INPUT'));
  });
});

describe('bestAndWorst', () => {
  const game = (name: string, truth: number, predicted: number) => ({ name, truth, predicted });
  const games = [
    game('half of a dear one', 5999, 2999),
    game('exact', 499, 499),
    game('free, taken for dear', 0, 1999),
    game('near', 999, 899),
    game('a tenth', 999, 99),
    game('twice', 299, 599),
  ];
  const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name);

  it('goes by the amount, as the mean absolute error does', () => {
    const { best, worst } = bestAndWorst(games, 2);
    expect(names(best)).toEqual(['exact', 'near']);
    expect(names(worst)).toEqual(['half of a dear one', 'free, taken for dear']);
  });

  it('names no game twice', () => {
    const { best, worst } = bestAndWorst(games.slice(0, 5), 4);
    expect([best.length, worst.length]).toEqual([2, 2]);
    expect(new Set([...names(best), ...names(worst)]).size).toBe(4);
    expect(bestAndWorst([], 3)).toEqual({ best: [], worst: [] });
    expect(bestAndWorst(games.slice(0, 1), 3)).toEqual({ best: [], worst: [] });
  });
});

describe('findImprobableSuccess', () => {
  const { normal } = random(5, 'improbable test');
  const truth = Array.from({ length: 300 }, () => Math.round(Math.exp(6.5 + normal())));
  /** Predictions that leave about 1 − r2 of the variance of log prices unexplained. */
  const withR2 = (r2: number) => truth.map((price) => price * Math.exp(Math.sqrt(1 - r2) * normal()));

  const found = (truth: readonly number[], predicted: readonly number[]) =>
    findImprobableSuccess(evaluate(truth, predicted));

  it('finds predictions that know the price', () => {
    const known = truth.map((price) => price * 1.05);
    expect(found(truth, known)).toMatch(
      /^The predictions are too good to be true: .* 100% .* 300 test games.*Check for leaks/,
    );
  });

  it.each([
    [0.7, true],
    [0.5, false],
    [0.3, false],
  ])('with an R² near %d says so: %s', (r2, told) => {
    const predicted = withR2(r2);
    // Two variances of 300 numbers, each with a relative error of √(2/300): three standard errors of their ratio.
    expect(Math.abs(evaluate(truth, predicted).r2Log - r2)).toBeLessThan(3 * (1 - r2) * Math.sqrt(4 / 300));
    expect(found(truth, predicted) !== null).toBe(told);
  });

  it('says nothing of fewer than ten games', () => {
    expect(found(truth.slice(0, 9), truth.slice(0, 9))).toBeNull();
    expect(found(truth.slice(0, 10), truth.slice(0, 10))).not.toBeNull();
  });
});
