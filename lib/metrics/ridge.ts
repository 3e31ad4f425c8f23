import { ReportError } from '../core/errors';
import { finiteNumbers, mean } from '../data/numbers';
import { solveShifted, tridiagonalise } from './tridiagonal';
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

/** Ridge regression, scikit-learn's `Ridge(alpha=lambda)`, lambda by generalised cross-validation (Golub, Heath and Wahba, 1979). Throws `BAD_INPUT`. */
export function ridgeByCrossValidation(
  features: ArrayLike<number>,
  y: ArrayLike<number>,
  lambdas: readonly number[] = lambdaGrid,
): { model: RidgeModel; scores: { lambda: number; score: number }[] } {
  if (y.length < 2) {
    throw new ReportError('BAD_INPUT', 'A ridge penalty cannot be chosen from one row: give two or more.');
  }
  const problem = prepare(features, y);
  let best: { model: RidgeModel; score: number } | undefined;
  const scores: { lambda: number; score: number }[] = [];
  for (const lambda of [...lambdas].sort((a, b) => a - b)) {
    const solution = solve(problem, lambda);
    const score = (problem.rows * solution.residual) / solution.degreesLeft ** 2;
    scores.push({ lambda, score });
    if (!best || score < best.score) best = { model: solution.model, score };
  }
  return { model: best!.model, scores }; // at least one lambda was tried
}

/** Predictions of a ridge model for `features`, `[rows, dims]` in C order. */
export function predictRidge(model: RidgeModel, features: ArrayLike<number>): Float64Array {
  const dims = model.weights.length;
  return Float64Array.from({ length: features.length / dims }, (_, row) => {
    let sum = model.intercept;
    for (let i = 0; i < dims; i++) sum += features[row * dims + i]! * model.weights[i]!; // in range
    return sum;
  });
}

/** The centred problem with its Gram matrix, made tridiagonal, which every lambda shares. */
type Problem = ReturnType<typeof prepare>;

function prepare(features: ArrayLike<number>, targets: ArrayLike<number>) {
  const values = finiteNumbers(targets, 'values to fit');
  const rows = values.length;
  const dims = features.length / rows;
  if (!Number.isInteger(dims) || dims === 0) {
    throw new ReportError('BAD_INPUT', `${features.length} features do not make ${rows} rows: give all.`);
  }
  const all = finiteNumbers(features, 'features');
  const centreX = Float64Array.from({ length: dims }, (_, i) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += all[row * dims + i]!; // in range, as all below
    return sum / rows;
  });
  const dual = dims >= rows; // solved over the rows (XXᵀ) rather than over the dimensions (XᵀX)
  const vectors = new Float64Array(all.length); // those that the Gram matrix multiplies: rows when dual, else columns
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dims; i++) {
      vectors[dual ? row * dims + i : i * rows + row] = all[row * dims + i]! - centreX[i]!;
    }
  }
  const size = dual ? rows : dims;
  const centreY = mean(values);
  const y = values.map((value) => value - centreY);
  const products = tridiagonalise(gram(vectors, size), size);
  return { rows, dims, dual, vectors, size, gram: products, centreX, y, centreY };
}

/** The solution for one lambda: with a = (XXᵀ + λI)⁻¹ y the weights are Xᵀa and the residuals λa; over the dimensions (XᵀX + λI)⁻¹ Xᵀy. */
function solve(
  { rows, dims, dual, vectors, size, gram, centreX, y, centreY }: Problem,
  lambda: number,
): { model: RidgeModel; residual: number; degreesLeft: number } {
  if (!(lambda > 0 && Number.isFinite(lambda))) {
    throw new ReportError('BAD_INPUT', `A ridge penalty of ${lambda} will not do: give a positive number.`);
  }
  const right = dual ? y : Float64Array.from({ length: dims }, (_, i) => dot(vectors, i * rows, y, 0, rows));
  const { solution, trace } = solveShifted(gram, lambda, right);
  const combined = combination(vectors, solution);
  const weights = dual ? combined : solution;
  const residuals = dual ? solution.map((a) => lambda * a) : y.map((value, row) => value - combined[row]!);
  return {
    model: { weights, intercept: centreY - dot(weights, 0, centreX, 0, dims), lambda },
    residual: dot(residuals, 0, residuals, 0, rows),
    degreesLeft: rows - 1 - size + lambda * trace,
  };
}

/** The sum of vectors that lie one after another, each times its factor. */
function combination(vectors: Float64Array, factors: Float64Array): Float64Array {
  const sum = new Float64Array(vectors.length / factors.length);
  factors.forEach((factor, k) => {
    for (let i = 0; i < sum.length; i++) sum[i]! += factor * vectors[k * sum.length + i]!;
  });
  return sum;
}
