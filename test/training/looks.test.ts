import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClassData } from '../../lib/data/classData';
import { grey, pictures } from '../../lib/training/looks';
import { sharedFolder } from '../temporary';
import { openClasses } from './classTraining';

const root = sharedFolder();
let data: ClassData;
beforeAll(async () => {
  ({ data } = await openClasses(root));
});
afterAll(() => data.images.close());
const storeAt = async () => data.images;

describe('looks at pictures', () => {
  it('are pixels from 0 to 1, or those of the mirror image', async () => {
    const plain = await pictures(32).rows(storeAt);
    const mirrored = await pictures(32).rows(storeAt, true);
    expect(plain.key).not.toBe(mirrored.key);
    const [a, b] = [plain.read([5]), mirrored.read([5])];
    expect(a).toEqual(Float32Array.from(data.images.readOne(5), (byte) => byte / 255));
    const pixel = (all: Float32Array, y: number, x: number) =>
      all.slice((y * 32 + x) * 3, (y * 32 + x) * 3 + 3);
    for (const [y, x] of [
      [0, 0],
      [11, 30],
      [31, 7],
    ] as const) {
      expect(pixel(b, y, x)).toEqual(pixel(a, y, 31 - x));
    }
  });

  it('are the sums of grey values over 16 × 16 cells', async () => {
    const { shape, read } = await grey(32).rows(storeAt);
    expect(shape).toEqual([1, 1, 256]);
    const pixels = data.images.readOne(2);
    const light = (y: number, x: number) => {
      const [r, g, b] = pixels.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3);
      return (0.299 * r! + 0.587 * g! + 0.114 * b!) / 255;
    };
    const cell = light(6, 8) + light(6, 9) + light(7, 8) + light(7, 9);
    expect(read([2])[3 * 16 + 4]).toBeCloseTo(cell, 5); // added in single precision
  });
});
