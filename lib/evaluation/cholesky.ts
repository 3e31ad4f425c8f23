import { ReportError } from '../errors';

// Square matrices are Float64Arrays in C order; every index below is within them by construction.

/** The dot product of `count` numbers of `a` from `startA` and of `b` from `startB`. */
export function dot(a: Float64Array, startA: number, b: Float64Array, startB: number, count: number): number {
  let sum0 = 0; // four sums, so that an addition need not wait for the one before
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    sum0 += a[startA + i]! * b[startB + i]!;
    sum1 += a[startA + i + 1]! * b[startB + i + 1]!;
    sum2 += a[startA + i + 2]! * b[startB + i + 2]!;
    sum3 += a[startA + i + 3]! * b[startB + i + 3]!;
  }
  for (; i < count; i++) sum0 += a[startA + i]! * b[startB + i]!;
  return sum0 + sum1 + (sum2 + sum3);
}

/** The `[size, size]` matrix of dot products of `size` vectors of equal length that lie one after another. */
export function gram(vectors: Float64Array, size: number): Float64Array {
  const length = vectors.length / size;
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(vectors, i * length, vectors, j * length, length);
      result[i * size + j] = product;
      result[j * size + i] = product;
    }
  }
  return result;
}

/**
 * The lower triangle L with LLᵀ = `matrix`, which must be symmetric; its upper triangle is not read and comes back as 0 in L.
 * Throws `BAD_INPUT` when the matrix is not positive definite.
 */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = matrix[i * size + j]! - dot(factor, i * size, factor, j * size, j);
      if (i !== j) factor[i * size + j] = rest / factor[j * size + j]!;
      else if (rest > 0) factor[i * size + i] = Math.sqrt(rest);
      else {
        throw new ReportError(
          'BAD_INPUT',
          'The linear system has no unique solution in 64-bit numbers: raise the ridge penalty.',
        );
      }
    }
  }
  return factor;
}

/** Solves LLᵀx = `right` for the factor L. */
export function solveCholesky(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    x[i] = (x[i]! - dot(factor, i * size, x, 0, i)) / factor[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    x[i]! /= factor[i * size + i]!;
    for (let j = 0; j < i; j++) x[j]! -= factor[i * size + j]! * x[i]!; // by rows of L, which lie together
  }
  return x;
}

/** The trace of (LLᵀ)⁻¹: the sum of the squares of L⁻¹, one column of which is worked out at a time. */
export function traceOfInverse(factor: Float64Array, size: number): number {
  const column = new Float64Array(size);
  let trace = 0;
  for (let k = 0; k < size; k++) {
    column[k] = 1 / factor[k * size + k]!;
    trace += column[k]! ** 2;
    for (let i = k + 1; i < size; i++) {
      column[i] = -dot(factor, i * size + k, column, k, i - k) / factor[i * size + i]!;
      trace += column[i]! ** 2;
    }
  }
  return trace;
}
