import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { lambdaGrid, predictRidge, ridgeByCrossValidation } from '../../lib/metrics/ridge';
import { expectClose, withCode } from '../data/close';

const ridge = (x: ArrayLike<number>, y: ArrayLike<number>, lambda: number) =>
  ridgeByCrossValidation(x, y, [lambda]).model;

/** A random problem: features `[rows, dims]` far from centred, and y a noisy linear function of them. */
function problem(rows: number, dims: number, noise = 0.5, seed = 1) {
  const { normal } = random(seed, 'ridge test', rows, dims);
  const x = Float32Array.from({ length: rows * dims }, (_, i) => 3 + (i % dims) + normal());
  const y = Array.from({ length: rows }, (_, row) => {
    let sum = 40 + noise * normal();
    for (let i = 0; i < dims; i++) sum += (x[row * dims + i]! * ((i % 5) - 2)) / Math.sqrt(dims);
    return sum;
  });
  return { x, y, rows, dims };
}

/** Solves a linear system by Gauss–Jordan elimination with pivots: slow, and independent of Cholesky. */
function eliminate(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.slice(k).reduce((a, b) => (Math.abs(b[k]!) > Math.abs(a[k]!) ? b : a));
    rows[rows.indexOf(pivot)] = rows[k]!;
    rows[k] = pivot;
    for (const row of rows) {
      const factor = row[k]! / pivot[k]!;
      if (row !== pivot) for (let j = 0; j < row.length; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  return rows.map((row, k) => row[rows.length]! / row[k]!);
}

/** Weights and intercept as the solution of the normal equations with a column of ones that is not penalised. */
function bruteForce({ x, y, rows, dims }: ReturnType<typeof problem>, lambda: number): number[] {
  const design = Array.from({ length: rows }, (_, row) => [...x.slice(row * dims, (row + 1) * dims), 1]);
  const size = Array.from({ length: dims + 1 }, (_, i) => i);
  const matrix = size.map((i) =>
    size.map((j) => design.reduce((sum, r) => sum + r[i]! * r[j]!, i === j && i < dims ? lambda : 0)),
  );
  return eliminate(
    matrix,
    size.map((i) => design.reduce((sum, r, row) => sum + r[i]! * y[row]!, 0)),
  );
}

const shapes: [string, number, number][] = [
  ['more rows than dimensions', 20, 6],
  ['more dimensions than rows', 7, 15],
  ['as many rows as dimensions', 9, 9],
];

describe.each(shapes)('ridge with %s', (_name, rows, dims) => {
  const data = problem(rows, dims);

  it.each([0.01, 1, 100])('solves the normal equations at lambda %d', (lambda) => {
    const { weights, intercept } = ridge(data.x, data.y, lambda);
    const expected = bruteForce(data, lambda);
    // The uncentred normal equations of the comparison have a condition of up to 1e6, so it is off by up to 1e6 · 1e-16 times the
    // numbers it adds up, some hundreds.
    [...weights, intercept].forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-7);
    });
  });

  it.each([0.01, 1, 100])('leaves no gradient of the penalised squared error at lambda %d', (lambda) => {
    const model = ridge(data.x, data.y, lambda);
    const residuals = predictRidge(model, data.x).map((fitted, row) => data.y[row]! - fitted);
    const slope = (column: (row: number) => number, weight: number) =>
      residuals.reduce((sum, residual, row) => sum + residual * column(row), -lambda * weight);
    // Features of up to 20 and values of about 50 leave a rounding error of 1e-13 in each product.
    expect(Math.abs(slope(() => 1, 0))).toBeLessThan(1e-10);
    model.weights.forEach((weight, i) => {
      expect(Math.abs(slope((row) => data.x[row * dims + i]!, weight))).toBeLessThan(1e-10);
    });
  });

  it('scores lambdas by generalised cross-validation, as the matrix that maps y to fitted values says', () => {
    const { scores, model } = ridgeByCrossValidation(data.x, data.y, [10, 0.1, 1]);
    const expected = [0.1, 1, 10].map((lambda) => {
      // Column by column: the fitted values for y = 1 in one row and 0 elsewhere.
      const trace = data.y.reduce((sum, _, row) => {
        const unit = data.y.map((_, i) => (i === row ? 1 : 0));
        return sum + predictRidge(ridge(data.x, unit, lambda), data.x)[row]!;
      }, 0);
      const fitted = predictRidge(ridge(data.x, data.y, lambda), data.x);
      const residual = data.y.reduce((sum, value, i) => sum + (value - fitted[i]!) ** 2, 0);
      return (rows * residual) / (rows - trace) ** 2;
    });
    expect(scores.map(({ lambda }) => lambda)).toEqual([0.1, 1, 10]);
    // rows − trace is a difference of near numbers in the comparison.
    expectClose(
      scores.map(({ score }) => score),
      expected,
      1e-8,
    );
    expect(model).toEqual(ridge(data.x, data.y, model.lambda));
  });

  it('predicts the mean when the penalty is overwhelming', () => {
    const { weights, intercept } = ridge(data.x, data.y, 1e15);
    const mean = data.y.reduce((a, b) => a + b) / rows;
    expectClose([...weights, intercept], [...Array(dims).fill(0), mean], 1e-9);
  });
});

describe('ridge', () => {
  it('has the known solution of one centred column: Σxy / (Σx² + λ)', () => {
    const { weights, intercept } = ridge([-1, 0, 1], [1, 2, 6], 3);
    expectClose([weights[0]!, intercept], [5 / 5, 3]);
  });

  it('recovers a linear function when there is no noise and next to no penalty', () => {
    const data = problem(50, 4, 0);
    expectClose(predictRidge(ridge(data.x, data.y, 1e-9), data.x), data.y, 1e-8);
  });

  it('does not mind a constant feature or rows that repeat', () => {
    const { weights, intercept } = ridge([5, 1, 5, 1, 5, 3], [10, 10, 30], 1e-6);
    expect(weights[0]).toBe(0);
    expectClose([weights[1]!, intercept], [10, 0], 1e-4); // the penalty takes a share of about 1e-6 · 3/8 away
  });

  it('chooses a larger penalty for noise than for a clear signal', () => {
    const clear = problem(40, 60, 0.01);
    const noisy = { ...clear, y: problem(40, 1, 100).y };
    const choose = ({ x, y }: { x: Float32Array; y: number[] }) => ridgeByCrossValidation(x, y).model.lambda;
    expect(choose(noisy)).toBeGreaterThan(choose(clear));
  });

  it('keeps its scores finite over the whole grid, where nearly nothing is left for the residuals', () => {
    const { x, y } = problem(30, 200);
    const { scores } = ridgeByCrossValidation(x, y);
    expect(scores).toHaveLength(lambdaGrid.length);
    for (const { score } of scores) expect(score > 0 && Number.isFinite(score)).toBe(true);
    // For a vanishing penalty the score has a limit, so neighbours at the small end are alike: a difference would be rounding.
    expectClose([scores[0]!.score], [scores[1]!.score], 1e-2);
  });

  it('refuses sizes that do not fit, numbers that are not finite and penalties that are not positive', () => {
    const wrong = [
      () => ridge([1, 2, 3], [1, 2], 1),
      () => ridge([], [1], 1),
      () => ridge([1], [], 1),
      () => ridge([1, Number.NaN], [1, 2], 1),
      () => ridge([1, 2], [1, Number.NaN], 1),
      () => ridge([1, 2], [1, 2], 0),
      () => ridge([1, 2], [1, 2], Number.NaN),
      () => ridgeByCrossValidation([1], [1]),
    ];
    for (const attempt of wrong) expect(attempt).toThrow(withCode('BAD_INPUT'));
  });
});
