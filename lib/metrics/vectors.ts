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
