import { random } from '../core/random';
import { deviation, finiteNumbers, isConstant, mean } from '../data/numbers';
import { dot, gram } from './vectors';

/** Rows as points in the plane that shows most of how they differ. */
export interface PlaneMap {
  /** One point a row. */
  points: { x: number; y: number }[];
  /** The share (0 to 1) of the variance that each axis shows. */
  explained: [x: number, y: number];
}

/** How exactly an axis must be found, as a share of the variance; far finer than a mark on a map. */
const EXACT = 1e-9;

/** Steps at most. Only where a third direction shows as much as the second are more needed, and then any direction between will do. */
const STEPS = 3000;

/**
 * The first two principal components of standardized columns: `features` is `[rows, dims]` in C order; a column that does not vary is left out.
 * The power method (Golub and Van Loan, section 8.2) finds them one after the other from the `[rows, rows]` matrix of dot products: meant for
 * some hundred rows. Deterministic; the farthest point of an axis lies on its positive side. Throws `BAD_INPUT` for features that are not finite.
 */
export function principalPlane(features: ArrayLike<number>, rows: number): PlaneMap {
  const products = gram(standardized(finiteNumbers(features, 'features'), rows), rows);
  let total = 0;
  for (let i = 0; i < rows; i++) total += products[i * rows + i]!; // the trace: the sum of all eigenvalues
  const [x, y] = [takeLargest(products, rows, total), takeLargest(products, rows, total)];
  return {
    points: Array.from(x.scores, (value, i) => ({ x: value, y: y.scores[i]! })), // one each for every row
    explained: [x.value / (total || 1), y.value / (total || 1)],
  };
}

/** `[rows, dims]` with columns of mean 0 and deviation 1, or all 0 where a column does not vary. */
function standardized(values: Float64Array, rows: number): Float64Array {
  const dims = values.length / rows;
  for (let i = 0; i < dims; i++) {
    const column = Float64Array.from({ length: rows }, (_, row) => values[row * dims + i]!); // in range
    const centre = mean(column);
    const spread = isConstant(column) ? 0 : deviation(column);
    column.forEach((value, row) => {
      values[row * dims + i] = spread === 0 ? 0 : (value - centre) / spread;
    });
  }
  return values;
}

/** The largest eigenvalue of a symmetric positive semidefinite matrix, of which it is taken away, and the coordinates of the rows along its axis. */
function takeLargest(
  matrix: Float64Array,
  size: number,
  total: number,
): { scores: Float64Array; value: number } {
  const { normal } = random(0, 'principal components');
  let vector = Float64Array.from({ length: size }, normal);
  let value = 0;
  for (let step = 0; step < STEPS; step++) {
    const image = vector.map((_, i) => dot(matrix, i * size, vector, 0, size));
    value = dot(vector, 0, image, 0, size) / dot(vector, 0, vector, 0, size); // the Rayleigh quotient
    const off = Math.hypot(...image.map((v, i) => v - value * vector[i]!));
    const length = Math.hypot(...image);
    if (length <= 1e-12 * total) return { scores: new Float64Array(size), value: 0 }; // what is left is rounding
    vector = image.map((v) => v / length);
    if (step > 0 && off <= EXACT * value) break;
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) matrix[i * size + j]! -= value * vector[i]! * vector[j]!; // leaves the other axes
  }
  const farthest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  const scale = Math.sqrt(value) * (farthest < 0 ? -1 : 1);
  return { scores: vector.map((coordinate) => coordinate * scale), value };
}
