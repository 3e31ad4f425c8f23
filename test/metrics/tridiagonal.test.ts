import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { solveShifted, tridiagonalise } from '../../lib/metrics/tridiagonal';
import { gram } from '../../lib/metrics/vectors';
import { withCode } from '../data/close';

/** A symmetric positive semidefinite matrix of some rank. */
function problem(size: number, rank = size) {
  const { normal } = random(1, 'tridiagonal test', size, rank);
  const vectors = Float64Array.from({ length: size * rank }, normal);
  return { matrix: gram(vectors, size), right: Float64Array.from({ length: size }, normal) };
}

const times = (matrix: Float64Array, size: number, v: ArrayLike<number>): number[] =>
  Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * v[j]!;
    return sum;
  });

/** The largest difference of two vectors, over the largest number of the second. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const scale = Math.max(...Array.from(b, Math.abs), 1e-300);
  return Math.max(...Array.from(b, (value, i) => Math.abs(a[i]! - value))) / scale;
};

describe.each([1, 2, 3, 8, 40])('a matrix of size %d', (size) => {
  const { matrix, right } = problem(size);
  const tridiagonal = tridiagonalise(matrix, size);

  it('is Q T Qᵀ', () => {
    const { diagonal, beside, turn, turnBack } = tridiagonal;
    const turned = turn(right);
    const product = turned.map(
      (value, i) =>
        diagonal[i]! * value +
        (i > 0 ? beside[i]! * turned[i - 1]! : 0) +
        (i + 1 < size ? beside[i + 1]! * turned[i + 1]! : 0),
    );
    expect(apart(turnBack(product), times(matrix, size, right))).toBeLessThan(1e-13); // some hundred roundings
  });

  it('has a Q that is undone by its transpose and keeps lengths', () => {
    const { turn, turnBack } = tridiagonal;
    expect(apart(turnBack(turn(right)), right)).toBeLessThan(1e-13);
    expect(Math.abs(Math.hypot(...turn(right)) / Math.hypot(...right) - 1)).toBeLessThan(1e-13);
  });

  it.each([1e-3, 1, 1e4])(
    'is solved with %d added to its diagonal, and the trace of the inverse found',
    (lambda) => {
      const { solution, trace } = solveShifted(tridiagonal, lambda, right);
      const back = times(matrix, size, solution).map((value, i) => value + lambda * solution[i]!);
      // Condition up to about 1e5 at the smallest lambda.
      expect(apart(back, right)).toBeLessThan(1e-9);
      let expected = 0;
      for (let i = 0; i < size; i++) {
        const unit = new Float64Array(size);
        unit[i] = 1;
        expected += solveShifted(tridiagonal, lambda, unit).solution[i]!;
      }
      expect(Math.abs(trace / expected - 1)).toBeLessThan(1e-9);
    },
  );
});

describe('tridiagonalise', () => {
  it('leaves a tridiagonal matrix, and one of zeros, as they are', () => {
    const matrix = Float64Array.of(4, 1, 0, 1, 3, -2, 0, -2, 5);
    const { diagonal, beside } = tridiagonalise(matrix, 3);
    expect([[...diagonal], [...beside.subarray(1)]]).toEqual([
      [4, 3, 5],
      [1, -2],
    ]);
    expect([...tridiagonalise(new Float64Array(9), 3).diagonal]).toEqual([0, 0, 0]);
  });

  it('does not change the matrix, and reads its lower triangle only', () => {
    const { matrix, right } = problem(6);
    const lower = matrix.map((value, i) => (i % 6 > Math.floor(i / 6) ? Number.NaN : value));
    const copy = matrix.slice();
    const found = solveShifted(tridiagonalise(matrix, 6), 1, right);
    expect(matrix).toEqual(copy);
    expect(solveShifted(tridiagonalise(lower, 6), 1, right)).toEqual(found);
  });

  it('is solved at a small lambda when its rank is low', () => {
    const { matrix, right } = problem(30, 4);
    const { solution } = solveShifted(tridiagonalise(matrix, 30), 1e-3, right);
    const back = times(matrix, 30, solution).map((value, i) => value + 1e-3 * solution[i]!);
    expect(apart(back, right)).toBeLessThan(1e-8); // a condition of about 1e5
  });

  it('refuses a system that has no unique solution', () => {
    const tridiagonal = tridiagonalise(Float64Array.of(1, 1, 1, 1), 2);
    expect(() => solveShifted(tridiagonal, 0, Float64Array.of(1, 2))).toThrow(withCode('BAD_INPUT'));
    const negative = tridiagonalise(Float64Array.of(-5), 1);
    expect(() => solveShifted(negative, 1, Float64Array.of(1))).toThrow(withCode('BAD_INPUT'));
  });
});

describe('a matrix with a row whose squares are below the smallest normal number', () => {
  it('is as good as without it', () => {
    const matrix = Float64Array.of(2, 1, 1e-160, 1, 2, 2e-160, 1e-160, 2e-160, 1);
    const { solution } = solveShifted(tridiagonalise(matrix, 3), 1, Float64Array.of(1, 2, 3));
    expect(apart(solution, [1 / 8, 5 / 8, 3 / 2])).toBeLessThan(1e-13);
  });
});
