import { ReportError } from '../core/errors';
import { dot } from './vectors';

// Square matrices are Float64Arrays in C order; every index below is within them by construction.

/** A symmetric matrix A as Q T Qᵀ, T tridiagonal and Q orthogonal. */
type Tridiagonal = ReturnType<typeof tridiagonalise>;

/** A sum of squares that is as good as none: the square of half of a smaller one would be lost in 64-bit numbers. */
const NOTHING = 1e-140;

/** Makes a symmetric matrix, of which the lower triangle is read, tridiagonal by Householder reflections (Golub and Van Loan, section 8.3). */
export function tridiagonalise(matrix: Float64Array, size: number) {
  const a = Float64Array.from(matrix); // row i becomes the vector of reflection i
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size);
  const halves = new Float64Array(size); // half the squared length of each vector; 0 where nothing is reflected
  for (let i = size - 1; i > 0; i--) {
    diagonal[i] = a[i * size + i]!;
    const u = a.subarray(i * size, i * size + i);
    const squares = dot(u, 0, u, 0, i);
    const last = u[i - 1]!;
    const length = Math.sqrt(squares) * (last > 0 ? -1 : 1);
    beside[i] = length;
    if (squares - last * last <= NOTHING) {
      beside[i] = last; // nothing but the element beside the diagonal
      continue;
    }
    u[i - 1] = last - length;
    halves[i] = squares - last * length;
    reflectBothSides(a, size, u, halves[i]!);
  }
  diagonal[0] = a[0]!;
  const reflect = (v: Float64Array, i: number): void => {
    if (halves[i] === 0) return;
    const factor = dot(a, i * size, v, 0, i) / halves[i]!;
    for (let k = 0; k < i; k++) v[k]! -= factor * a[i * size + k]!;
  };
  return {
    /** Of T. */
    diagonal,
    /** Of T: element i stands beside the diagonal in rows i − 1 and i; the first is not used. */
    beside,
    /** Qᵀv. */
    turn: (v: Float64Array): Float64Array => {
      const result = Float64Array.from(v);
      for (let i = size - 1; i > 0; i--) reflect(result, i);
      return result;
    },
    /** Qv. */
    turnBack: (v: Float64Array): Float64Array => {
      const result = Float64Array.from(v);
      for (let i = 1; i < size; i++) reflect(result, i);
      return result;
    },
  };
}

/** The leading block of `a`, as large as u is long, between two reflections I − uuᵀ/half; its lower triangle only. */
function reflectBothSides(a: Float64Array, size: number, u: Float64Array, half: number): void {
  const count = u.length;
  const p = new Float64Array(count); // the block times u
  for (let j = 0; j < count; j++) {
    const row = j * size;
    const uj = u[j]!;
    let sum = a[row + j]! * uj;
    for (let k = 0; k < j; k++) {
      const value = a[row + k]!;
      sum += value * u[k]!;
      p[k]! += value * uj; // the same element above the diagonal
    }
    p[j]! += sum;
  }
  const shift = dot(u, 0, p, 0, count) / (2 * half * half);
  for (let j = 0; j < count; j++) p[j] = p[j]! / half - shift * u[j]!;
  for (let j = 0; j < count; j++) {
    const row = j * size;
    const [uj, pj] = [u[j]!, p[j]!];
    for (let k = 0; k <= j; k++) a[row + k]! -= uj * p[k]! + pj * u[k]!;
  }
}

/** Solves (A + λI)x = `right` for a matrix made tridiagonal, and gives the trace of (A + λI)⁻¹. Throws `BAD_INPUT` when A + λI is not positive definite. */
export function solveShifted(
  { diagonal, beside, turn, turnBack }: Tridiagonal,
  lambda: number,
  right: Float64Array,
): { solution: Float64Array; trace: number } {
  const size = diagonal.length;
  const pivots = new Float64Array(size); // T + λI = L D Lᵀ
  const factors = new Float64Array(size);
  const x = turn(right);
  let slope = 0; // of the pivot, by λ
  let trace = 0;
  for (let i = 0; i < size; i++) {
    const factor = i === 0 ? 0 : beside[i]! / pivots[i - 1]!;
    const pivot = diagonal[i]! + lambda - factor * beside[i]!;
    if (!(pivot > 0)) {
      throw new ReportError('BAD_INPUT', 'The linear system is singular: raise the ridge penalty.');
    }
    slope = 1 + factor * factor * slope;
    trace += slope / pivot;
    pivots[i] = pivot;
    factors[i] = factor;
    if (i > 0) x[i]! -= factor * x[i - 1]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    x[i] = x[i]! / pivots[i]! - (i + 1 < size ? factors[i + 1]! * x[i + 1]! : 0);
  }
  return { solution: turnBack(x), trace };
}
