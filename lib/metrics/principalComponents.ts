import { ReportError } from '../core/errors';
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

/** How exactly an axis must be found, as a share of the largest eigenvalue; far finer than a mark on a map. */
const EXACT = 1e-9;

/** Steps at most. Only where a third direction shows as much as the second are more needed, and then any direction between will do. */
const STEPS = 3000;

/**
 * The first two principal components of standardized columns: `features` is `[rows, dims]` in C order; each column is centred and divided
 * by its population standard deviation, and left out where it does not vary. The axes are found one after the other by the power method (Golub
 * and Van Loan, section 8.2) on the `[rows, rows]` matrix of dot products, so the cost grows with rows² · dims: meant for some hundred rows. Deterministic; the sign of an axis is such that its farthest point lies on the positive side.
 * Throws `BAD_INPUT` when the features are not rows of one length or not finite.
 */
export function principalPlane(features: ArrayLike<number>, rows: number): PlaneMap {
  const dims = features.length / rows;
  if (!Number.isInteger(rows) || rows < 1 || !Number.isInteger(dims)) {
    throw new ReportError(
      'BAD_INPUT',
      `${features.length} features are not ${rows} rows of the same length.`,
    );
  }
  const products = gram(standardized(finiteNumbers(features, 'features'), rows, dims), rows);
  let total = 0;
  for (let i = 0; i < rows; i++) total += products[i * rows + i]!; // the trace: the sum of all eigenvalues
  const axes = leadingAxes(products, rows);
  const [x, y] = axes.map(({ vector, value }) => scores(vector, value)) as [Float64Array, Float64Array]; // two
  const shares = axes.map(({ value }) => (total === 0 ? 0 : value / total)) as [number, number];
  return { points: Array.from(x, (value, i) => ({ x: value, y: y[i]! })), explained: shares }; // as long as x
}

/** `[rows, dims]` with columns of mean 0 and deviation 1, or all 0 where a column does not vary. */
function standardized(values: Float64Array, rows: number, dims: number): Float64Array {
  const column = new Float64Array(rows);
  for (let i = 0; i < dims; i++) {
    for (let row = 0; row < rows; row++) column[row] = values[row * dims + i]!; // in range
    const centre = mean(column);
    const spread = isConstant(column) ? 0 : deviation(column);
    for (let row = 0; row < rows; row++) {
      values[row * dims + i] = spread === 0 ? 0 : (column[row]! - centre) / spread;
    }
  }
  return values;
}

/** The eigenvectors of length 1 of the two largest eigenvalues of a symmetric positive semidefinite matrix, which is overwritten. */
function leadingAxes(matrix: Float64Array, size: number): { vector: Float64Array; value: number }[] {
  const { normal } = random(0, 'principal components');
  let largest = 0;
  return [0, 1].map(() => {
    let vector = Float64Array.from({ length: size }, normal);
    let value = 0;
    for (let step = 0; step < STEPS; step++) {
      const image = vector.map((_, i) => dot(matrix, i * size, vector, 0, size));
      value = dot(vector, 0, image, 0, size) / dot(vector, 0, vector, 0, size); // the Rayleigh quotient
      const off = Math.hypot(...image.map((v, i) => v - value * vector[i]!));
      const length = Math.hypot(...image);
      largest = Math.max(largest, value);
      if (length <= 1e-12 * largest) return { vector: vector.fill(0), value: 0 }; // what is left is rounding
      vector = image.map((v) => v / length);
      if (step > 0 && off <= EXACT * largest) break;
    }
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) matrix[i * size + j]! -= value * vector[i]! * vector[j]!; // leaves the other axes
    }
    return { vector, value };
  });
}

/** The coordinates of the rows along an axis. */
function scores(vector: Float64Array, value: number): Float64Array {
  const farthest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  const scale = Math.sqrt(value) * (farthest < 0 ? -1 : 1);
  return vector.map((coordinate) => coordinate * scale + 0); // + 0: no −0
}
