import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloat16, encodeFloat16 } from '../../lib/tensorflow/float16';

const encode = (value: number): number => encodeFloat16(Float32Array.of(value))[0]!;
const decode = (half: number): number => decodeFloat16(Uint16Array.of(half))[0]!;
const everyHalf = Uint16Array.from({ length: 65536 }, (_, half) => half);

describe('float16', () => {
  it('gives every half back as it was, NaN as a NaN', () => {
    const values = decodeFloat16(everyHalf);
    const back = encodeFloat16(values);
    everyHalf.forEach((half, i) => {
      if (Number.isNaN(values[i])) expect(decode(back[i]!)).toBeNaN();
      else if (back[i] !== half) expect.fail(`half ${half} became ${back[i]}`);
    });
  });

  // IEEE 754-2019, binary16; the same as numpy.float16.
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [6, 0x4600],
    [1 / 3, 0x3555],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000], // tie between 0 and the smallest: to even
    [2 ** -25 * 1.0001, 0x0001],
    [1 + 2 ** -11, 0x3c00], // tie: to even, down
    [1 + 3 * 2 ** -11, 0x3c02], // tie: to even, up
    [2047.5 * 2 ** -24, 0x0800], // carries into the exponent
  ])('encodes %d as the standard does', (value, half) => {
    expect(encode(value)).toBe(half);
  });

  it('takes the nearest half, and the even one of two as near', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), (value) => {
        const half = encode(value);
        const error = Math.abs(decode(half) - value);
        for (const neighbour of [half - 1, half + 1]) {
          const other = decode(neighbour & 0xffff);
          if (!Number.isFinite(other) || (neighbour & 0x8000) !== (half & 0x8000)) continue;
          const otherError = Math.abs(other - value);
          expect(error).toBeLessThanOrEqual(otherError);
          if (error === otherError) expect(half % 2).toBe(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('writes into a given array and reads a part of a larger buffer', () => {
    const values = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const halves = new Uint16Array(2);
    expect(encodeFloat16(values, halves)).toBe(halves);
    const into = new Float32Array(2);
    expect(decodeFloat16(halves, into)).toBe(into);
    expect([...into]).toEqual([1, 2]);
  });
});
