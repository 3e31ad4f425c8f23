import { ReportError } from '../core/errors';
import { finiteNumbers, mean } from '../data/numbers';
import { solveShifted, type Tridiagonal, tridiagonalise } from './tridiagonal';
import { dot, gram } from './vectors';

/** A linear prediction: `features · weights + intercept`. */
export interface RidgeModel {
  /** One per dimension of the features. */
  weights: Float64Array;
  intercept: number;
  lambda: number;
}

/** Powers of ten from 0.001 to 10,000,000: from hardly any shrinking to almost the mean, for features of the usual size. */
export const lambdaGrid: readonly number[] = Array.from({ length: 11 }, (_, i) => 10 ** (i - 3));

/**
 * Ridge regression in closed form: the weights w and intercept b that minimise ‖y − Xw − b‖² + λ‖w‖², which is scikit-learn's
 * `Ridge(alpha=lambda)`. `features` is X, `[rows, dims]` in C order, with as many rows as `y` has values, whose unit the predictions
 * have. Works in float64, in whichever of rows and dims is smaller (2/3 n³ + n² · the other multiplications, n the smaller).
 * Throws `BAD_INPUT` when the sizes do not fit, a number is not finite, lambda is not positive, or the system cannot be solved.
 */
export function ridge(features: ArrayLike<number>, y: ArrayLike<number>, lambda: number): RidgeModel {
  return solve(prepare(features, y), lambda).model;
}

/**
 * `ridge` with the lambda of `lambdas` that has the smallest generalised cross-validation score, n · RSS / (n − tr H)², H being the
 * matrix that turns y into fitted values, intercept included (Golub, Heath and Wahba, 1979). The smaller lambda wins a tie.
 * Also gives every score, ascending by lambda, in the unit of `y` squared. Throws what `ridge` throws, and `BAD_INPUT` without
 * lambdas and for fewer than two rows. The Gram matrix is made tridiagonal once (Eldén, 1977), after which a lambda costs a moment: the
 * whole grid takes seconds for 2,000 rows of 1,280 dimensions.
 */
export function ridgeByCrossValidation(
  features: ArrayLike<number>,
  y: ArrayLike<number>,
  lambdas: readonly number[] = lambdaGrid,
): { model: RidgeModel; scores: { lambda: number; score: number }[] } {
  if (lambdas.length === 0) {
    throw new ReportError('BAD_INPUT', 'There is no lambda to choose from: give some.');
  }
  if (y.length < 2) {
    throw new ReportError('BAD_INPUT', 'A ridge penalty cannot be chosen from one row: give two or more.');
  }
  const problem = prepare(features, y);
  let best: { model: RidgeModel; score: number } | undefined;
  const scores: { lambda: number; score: number }[] = [];
  for (const lambda of [...lambdas].sort((a, b) => a - b)) {
    const solution = solve(problem, lambda);
    const score = (problem.rows * solution.residual) / degreesLeft(problem, solution) ** 2;
    scores.push({ lambda, score });
    if (!best || score < best.score) best = { model: solution.model, score };
  }
  return { model: best!.model, scores }; // at least one lambda was tried
}

/** Predictions of a ridge model for `features`, `[rows, dims]` in C order. Throws `BAD_INPUT` when they are not whole rows. */
export function predictRidge(model: RidgeModel, features: ArrayLike<number>): Float64Array {
  const dims = model.weights.length;
  const rows = features.length / dims;
  if (!Number.isInteger(rows)) {
    throw new ReportError(
      'BAD_INPUT',
      `${features.length} features are not rows of ${dims}: give whole rows.`,
    );
  }
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = model.intercept;
    for (let i = 0; i < dims; i++) sum += features[row * dims + i]! * model.weights[i]!; // in range
    return sum;
  });
}

/** The centred problem and its Gram matrix, made tridiagonal, which every lambda shares. */
interface Problem {
  rows: number;
  dims: number;
  /** Solved over the rows (XXᵀ) rather than over the dimensions (XᵀX). */
  dual: boolean;
  /** Centred X as `size` vectors that the Gram matrix multiplies: its rows when dual, else its columns. */
  vectors: Float64Array;
  size: number;
  gram: Tridiagonal;
  /** Dual only: what `gram` has more than XXᵀ in the direction of the constant vector. */
  lift: number;
  centreX: Float64Array;
  y: Float64Array;
  centreY: number;
}

function prepare(features: ArrayLike<number>, targets: ArrayLike<number>): Problem {
  const values = finiteNumbers(targets, 'values to fit');
  const rows = values.length;
  const dims = features.length / rows;
  if (!Number.isInteger(dims) || dims === 0) {
    throw new ReportError(
      'BAD_INPUT',
      `${features.length} features are not ${rows} rows of the same length: give one row for each value.`,
    );
  }
  const centreX = columnMeans(features, rows, dims);
  const dual = dims >= rows;
  const vectors = new Float64Array(features.length);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dims; i++) {
      vectors[dual ? row * dims + i : i * rows + row] = features[row * dims + i]! - centreX[i]!; // in range
    }
  }
  const size = dual ? rows : dims;
  const matrix = gram(vectors, size);
  const lift = dual ? liftConstant(matrix, size) : 0;
  const centreY = mean(values);
  const y = values.map((value) => value - centreY);
  return { rows, dims, dual, vectors, size, gram: tridiagonalise(matrix, size), lift, centreX, y, centreY };
}

/** Throws `BAD_INPUT` for a column with a number that is not finite: its mean is not either. */
function columnMeans(features: ArrayLike<number>, rows: number, dims: number): Float64Array {
  const means = new Float64Array(dims);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dims; i++) means[i]! += features[row * dims + i]! / rows; // in range
  }
  const wrong = means.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return means;
  throw new ReportError('BAD_INPUT', `Feature ${wrong + 1} is not finite in every row: leave such rows out.`);
}

/**
 * Centred rows add up to zero, so XXᵀ maps the constant vector to zero and would be ill-conditioned for a small lambda. The centred
 * y has nothing in that direction: raising it there, by the returned amount, changes no solution.
 */
function liftConstant(matrix: Float64Array, size: number): number {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += matrix[i * size + i]!; // in range
  const lift = trace / size || 1;
  for (let i = 0; i < matrix.length; i++) matrix[i]! += lift / size; // in range
  return lift;
}

/** The solution for one lambda, with what its score is made from: the residual sum of squares and tr(G + λI)⁻¹, G being the Gram matrix. */
interface Solution {
  model: RidgeModel;
  residual: number;
  trace: number;
}

function solve(problem: Problem, lambda: number): Solution {
  if (!(lambda > 0 && Number.isFinite(lambda))) {
    throw new ReportError('BAD_INPUT', `A ridge penalty of ${lambda} will not do: give a positive number.`);
  }
  const { weights, residual, trace } = problem.dual
    ? solveDual(problem, lambda)
    : solvePrimal(problem, lambda);
  const intercept = problem.centreY - dot(weights, 0, problem.centreX, 0, problem.dims);
  return { model: { weights, intercept, lambda }, residual, trace };
}

/** With a = (XXᵀ + λI)⁻¹ y the weights are Xᵀa and the residuals λa, which subtracting fitted values would lose to rounding. */
function solveDual({ rows, dims, vectors, gram, y }: Problem, lambda: number) {
  const { solution: a, trace } = solveShifted(gram, lambda, y);
  const weights = new Float64Array(dims);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dims; i++) weights[i]! += vectors[row * dims + i]! * a[row]!; // in range
  }
  return { weights, residual: lambda ** 2 * dot(a, 0, a, 0, rows), trace };
}

/** The weights are (XᵀX + λI)⁻¹ Xᵀy. */
function solvePrimal({ rows, dims, vectors, gram, y }: Problem, lambda: number) {
  const right = Float64Array.from({ length: dims }, (_, i) => dot(vectors, i * rows, y, 0, rows));
  const { solution: weights, trace } = solveShifted(gram, lambda, right);
  const residuals = Float64Array.from(y);
  for (let i = 0; i < dims; i++) {
    for (let row = 0; row < rows; row++) residuals[row]! -= vectors[i * rows + row]! * weights[i]!; // in range
  }
  return { weights, residual: dot(residuals, 0, residuals, 0, rows), trace };
}

/** n − tr H. H takes 1 for the intercept and tr G(G + λI)⁻¹ = size − λ tr(G + λI)⁻¹ for the weights. */
function degreesLeft({ rows, dims, dual, lift }: Problem, { trace, model }: Solution): number {
  const shrunk = model.lambda * trace;
  // Dual: size is n, and of the n directions the constant one is the intercept's.
  return dual ? shrunk - model.lambda / (lift + model.lambda) : rows - 1 - dims + shrunk;
}
