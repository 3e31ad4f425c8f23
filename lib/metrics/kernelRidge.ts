import { ReportError } from '../core/errors';
import { percentiles } from '../data/distribution';
import { softmax } from '../data/numbers';
import { solveShifted, tridiagonalise } from './tridiagonal';
import { dot, gram } from './vectors';

/** What a fitted classifier says of rows of features, `[rows, dims]` in C order: for each a probability of each class. */
export type Classifier = (features: Float32Array) => number[][];

export interface KernelOptions {
  /** Numbers of neighbouring dimensions that belong together; all such parts count the same. Default: one part. */
  parts?: readonly number[];
  /** Of the squared weights; the larger, the smoother. Default 0.2. */
  lambda?: number;
}

/** Kernel ridge regression of each class against all others, by a Gaussian as wide as the median distance; gives softmax scores. Throws `BAD_INPUT`. */
export function fitKernel(
  features: Float32Array,
  labels: readonly number[],
  classes: number,
  { parts, lambda = 0.2 }: KernelOptions = {},
): Classifier {
  const rows = labels.length;
  const dims = features.length / rows;
  const given = parts ?? [dims];
  const counts = Array.from({ length: classes }, (_, k) => labels.filter((label) => label === k).length);
  const fits = Number.isInteger(dims) && dims > 0 && given.reduce((a, b) => a + b, 0) === dims;
  if (!fits || rows < 2 || counts.includes(0) || counts.reduce((a, b) => a + b, 0) !== rows) {
    const expected = `${given.join(' + ')} features for each of two rows or more, and rows of all ${classes} classes`;
    throw new ReportError('BAD_INPUT', `${features.length} features of ${rows} rows: expected ${expected}.`);
  }
  const scale = standardise(features, rows, given);
  const known = scale(features);
  const products = gram(known, rows);
  const square = (row: number): number => products[row * rows + row]!; // a row, here and below
  const distances = products.map(
    (product, i) => square(Math.floor(i / rows)) + square(i % rows) - 2 * product,
  );
  const pairs = distances.filter((_, i) => i % rows < Math.floor(i / rows));
  const width = percentiles(pairs, [50])[0]! || 1; // of rows that are all alike any will do
  const roots = labels.map((label) => (rows / counts[label]!) ** 0.25); // of the weights of errors
  const weighted = distances.map(
    (distance, i) => Math.exp(-distance / width) * roots[Math.floor(i / rows)]! * roots[i % rows]!,
  );
  const system = tridiagonalise(weighted, rows);
  const fitted = counts.map((_, k) => {
    const [targets, weights] = [
      labels.map((label) => (label === k ? 1 : -1)),
      roots.map((root) => root ** 2),
    ];
    const mean = targets.reduce((sum, y, i) => sum + weights[i]! * y, 0) / weights.reduce((a, b) => a + b, 0);
    const right = Float64Array.from(targets, (y, i) => roots[i]! * (y - mean));
    const { solution } = solveShifted(system, lambda, right);
    return { mean, factors: solution.map((value, i) => value * roots[i]!) };
  });
  return (asked) => {
    const own = scale(asked);
    return Array.from({ length: asked.length / dims }, (_, row) => {
      const length = dot(own, row * dims, own, row * dims, dims);
      const alike = Float64Array.from({ length: rows }, (_, i) => {
        const product = dot(own, row * dims, known, i * dims, dims);
        return Math.exp(-(length + square(i) - 2 * product) / width);
      });
      return softmax(fitted.map(({ mean, factors }) => mean + dot(alike, 0, factors, 0, rows)));
    });
  };
}

/** Brings each dimension to mean 0 and deviation 1 over the rows given, and then each part to the same size. */
function standardise(features: Float32Array, rows: number, parts: readonly number[]) {
  const dims = features.length / rows;
  const size = Float64Array.from(
    parts.flatMap((length) => new Array<number>(length).fill(length * parts.length)),
  );
  const centre = new Float64Array(dims);
  const factor = new Float64Array(dims);
  for (let i = 0; i < dims; i++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < rows; row++) sum += features[row * dims + i]!; // in range, as all here
    centre[i] = sum / rows;
    for (let row = 0; row < rows; row++) squares += (features[row * dims + i]! - centre[i]!) ** 2;
    factor[i] = squares === 0 ? 0 : 1 / Math.sqrt((squares / rows) * size[i]!);
  }
  return (values: Float32Array): Float64Array =>
    Float64Array.from(values, (value, i) => (value - centre[i % dims]!) * factor[i % dims]!);
}
