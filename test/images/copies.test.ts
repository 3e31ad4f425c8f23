import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { AugmentSettings } from '../../lib/images/augment';
import { augment, augmentTogether, type Copy, MIRRORED } from '../../lib/images/copies';
import { openThreads } from '../../lib/storage/workers';

const settings: AugmentSettings = { rotation: 10, shift: 0.1, shear: 0.1, zoom: 0.1, horizontalFlip: true };
const off: AugmentSettings = { rotation: 0, shift: 0, shear: 0, zoom: 0, horizontalFlip: false };
const size = 12;
const bytes = size * size * 3;

/** A picture for each name, all different. */
const batch = (names: readonly string[]) =>
  Uint8Array.from({ length: names.length * bytes }, (_, i) => {
    const name = names[Math.floor(i / bytes)]!;
    return (name.charCodeAt(0) * 31 + (i % bytes) * 17) % 256;
  });
const copiesOf = (names: readonly string[], variant = 1): Copy[] =>
  names.map((picture) => ({ picture, variant }));
const input = (names: readonly string[], variant = 1, seed = 42) => ({
  pixels: batch(names),
  size,
  copies: copiesOf(names, variant),
  settings,
  seed,
});
const row = (pixels: Uint8Array, i: number) => pixels.subarray(i * bytes, (i + 1) * bytes);

describe('augmented copies', () => {
  it('are the mirror image, pixel by pixel, where that is asked for', () => {
    const mirrored = augment(input(['a', 'b'], MIRRORED));
    const pixel = (pixels: Uint8Array, y: number, x: number) =>
      pixels.subarray((y * size + x) * 3, (y * size + x) * 3 + 3);
    for (let y = 0; y < 2 * size; y++) {
      for (let x = 0; x < size; x++) {
        expect(pixel(mirrored, y, x)).toEqual(pixel(batch(['a', 'b']), y, size - 1 - x));
      }
    }
  });

  it('are the same in whatever batch and order they are made', () => {
    const names = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 1 });
    const alone = new Map(['a', 'b', 'c', 'd', 'e'].map((name) => [name, augment(input([name]))]));
    fc.assert(
      fc.property(names, (order) => {
        const together = augment(input(order));
        order.forEach((name, i) => {
          expect(row(together, i)).toEqual(alone.get(name));
        });
      }),
      { numRuns: 20 },
    );
  });

  it('are others for another variant, another seed and another picture', () => {
    const first = augment(input(['a']));
    expect(augment(input(['a']))).toEqual(first);
    expect(augment(input(['a'], 2))).not.toEqual(first);
    expect(augment(input(['a'], 1, 43))).not.toEqual(first);
    expect(augment({ ...input(['a']), copies: copiesOf(['other']) })).not.toEqual(first);
  });

  it('are the pictures themselves, bit for bit, as variant 0 and when everything is off; originals stay as they are', () => {
    const mixed = {
      ...input(['a', 'b']),
      copies: [
        { picture: 'a', variant: 0 },
        { picture: 'b', variant: 1 },
      ],
    };
    const made = augment(mixed);
    expect(row(made, 0)).toEqual(row(mixed.pixels, 0));
    expect(row(made, 1)).not.toEqual(row(mixed.pixels, 1));
    expect(augment({ ...mixed, settings: off })).toEqual(mixed.pixels);
    expect(mixed.pixels).toEqual(batch(['a', 'b']));
  });
});

describe('augmented copies made by threads', () => {
  const threads = openThreads(3);
  afterAll(() => threads.close());

  it('are the same bytes, whether there are fewer of them than threads, or more', async () => {
    for (const names of [['a'], ['a', 'b'], [...'abcdefghijk']]) {
      const expected = augment(input(names));
      expect(await augmentTogether(input(names), threads)).toEqual(expected);
    }
    expect(await augmentTogether(input(['a', 'b'], 0), threads)).toEqual(batch(['a', 'b']));
  });
});
