import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutral, type TransformParameters, transformMatrix, warp } from '../../lib/images/warp';
import { oracleArrays, oracleJson } from '../oracle';

interface AugmentCase {
  name: string;
  input: string;
  params: Omit<TransformParameters, 'flipHorizontal'> & { flip_horizontal: boolean };
  /** In (row, column), output to input, before the flip; null when Keras did nothing. */
  matrix: number[][] | null;
  offset: number[] | null;
}

const { cases } = oracleJson<{ cases: AugmentCase[] }>('augment');
const arrays = oracleArrays('augment');
/** The input of an oracle's case, its parameters in our names, and Keras' output in grey levels. */
function load({ name, input, params }: AugmentCase) {
  const { shape, data } = arrays[input]!;
  const [height, width] = shape as [number, number, number];
  const { flip_horizontal: flipHorizontal, ...rest } = params;
  const expected = Array.from(arrays[name]!.data, (value) => value * 255); // Keras worked on 0 to 1
  return { source: data as Uint8Array, height, width, params: { ...rest, flipHorizontal }, expected };
}

const parameters = fc.record<TransformParameters>({
  theta: fc.double({ min: -180, max: 180, noNaN: true }),
  tx: fc.double({ min: -30, max: 30, noNaN: true }),
  ty: fc.double({ min: -30, max: 30, noNaN: true }),
  shear: fc.double({ min: -60, max: 60, noNaN: true }),
  zx: fc.double({ min: 0.1, max: 3, noNaN: true }),
  zy: fc.double({ min: 0.1, max: 3, noNaN: true }),
  flipHorizontal: fc.boolean(),
});

const randomImage = (height: number, width: number) =>
  Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256);

describe('transformMatrix', () => {
  it.each(cases.filter(({ matrix }) => matrix !== null))(
    'is the matrix that Keras gives to scipy: $name',
    (oracle) => {
      const { params, height, width } = load(oracle);
      const [a, b, c, d, e, f] = transformMatrix({ ...params, flipHorizontal: false }, height, width);
      const [rowRow, rowColumn] = oracle.matrix![0] as [number, number];
      const [columnRow, columnColumn] = oracle.matrix![1] as [number, number];
      const expected = [columnColumn, columnRow, oracle.offset![1]!, rowColumn, rowRow, oracle.offset![0]!];
      // The same doubles multiplied in another order: a few units of the last place of numbers up to 50.
      [a, b, c, d, e, f].forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-12);
      });
    },
  );

  it('reads the flipped output at column x where the unflipped one reads at the last column − x', () => {
    fc.assert(
      fc.property(parameters, fc.nat(23), fc.nat(15), (params, x, y) => {
        const [a, b, c, d, e, f] = transformMatrix({ ...params, flipHorizontal: false }, 16, 24);
        const [a2, b2, c2, d2, e2, f2] = transformMatrix({ ...params, flipHorizontal: true }, 16, 24);
        // Positions are at most a few hundred pixels: 1e-10 is their rounding.
        expect(Math.abs(a2 * x + b2 * y + c2 - (a * (23 - x) + b * y + c))).toBeLessThan(1e-10);
        expect(Math.abs(d2 * x + e2 * y + f2 - (d * (23 - x) + e * y + f))).toBeLessThan(1e-10);
      }),
    );
  });
});

describe('warp', () => {
  it('has all 24 cases of the oracle', () => expect(cases).toHaveLength(24));

  it.each(cases)('equals Keras within half a grey level: $name', (oracle) => {
    const { source, params, height, width, expected } = load(oracle);
    const result = warp(source, params, height, width);
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - result[i]!)));
    // Half a level from rounding to whole levels; 1e-4 from Keras' result, which is in float32 (255 · 6e-8, several times over).
    expect(worst).toBeLessThanOrEqual(0.5 + 1e-4);
  });

  it.each(cases.filter(({ matrix }) => matrix === null))(
    'moves whole pixels bit for bit where Keras does: $name',
    (oracle) => {
      const { source, params, height, width, expected } = load(oracle);
      expect([...warp(source, params, height, width)]).toEqual(expected.map(Math.round));
    },
  );

  it('copies bit for bit with neutral parameters, and mirrors twice into the original', () => {
    const source = randomImage(5, 7);
    expect(warp(source, neutral, 5, 7)).toEqual(source);
    const flip = { ...neutral, flipHorizontal: true };
    expect(warp(warp(source, flip, 5, 7), flip, 5, 7)).toEqual(source);
  });

  it('turns a square by a quarter into its turned pixels', () => {
    const source = randomImage(8, 8);
    const turned = warp(source, { ...neutral, theta: 90 }, 8, 8);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        for (let c = 0; c < 3; c++) expect(turned[(y * 8 + x) * 3 + c]).toBe(source[(x * 8 + 7 - y) * 3 + c]);
      }
    }
  });

  it('never leaves the range of the pixels it was given, whatever the parameters and the shape', () => {
    const side = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(parameters, side, side, (params, height, width) => {
        const source = randomImage(height, width).map((value) => 40 + (value % 100));
        const result = warp(source, params, height, width);
        expect(Math.min(...result)).toBeGreaterThanOrEqual(Math.min(...source));
        expect(Math.max(...result)).toBeLessThanOrEqual(Math.max(...source));
      }),
    );
  });

  it('equals a bilinear interpolation written plainly, on random images', () => {
    fc.assert(
      fc.property(parameters, (params) => {
        const [height, width] = [9, 13];
        const source = randomImage(height, width);
        const result = warp(source, params, height, width);
        const expected = plainBilinear(source, params, height, width);
        // 1e-3: coordinates and colours are float32 here, and one that lies near a half may be rounded to the other side.
        expect(expected.every((value, i) => Math.abs(value - result[i]!) <= 0.5 + 1e-3)).toBe(true);
      }),
    );
  });

  it('writes into the target it is given, and touches nothing else', () => {
    const source = randomImage(3, 4);
    const params = { ...neutral, theta: 12, tx: 1 };
    const around = new Uint8Array(source.length + 8).fill(7);
    const target = around.subarray(5, 5 + source.length);
    expect(warp(source, params, 3, 4, target)).toBe(target);
    expect(target).toEqual(warp(source, params, 3, 4));
    expect([...around.subarray(0, 5), ...around.subarray(5 + source.length)]).toEqual(Array(8).fill(7));
  });

  it('refuses a source or a target of another size', () => {
    const image = randomImage(3, 4);
    const badInput = expect.objectContaining({ code: 'BAD_INPUT' });
    expect(() => warp(image.subarray(1), neutral, 3, 4)).toThrow(badInput);
    expect(() => warp(image, neutral, 3, 4, new Uint8Array(35))).toThrow(badInput);
  });
});

/** Not rounded. The weight of each of the four neighbours is the area opposite to it. */
function plainBilinear(
  source: Uint8Array,
  params: TransformParameters,
  height: number,
  width: number,
): number[] {
  const [a, b, c, d, e, f] = transformMatrix(params, height, width);
  const clamp = (value: number, last: number) => Math.min(Math.max(value, 0), last);
  const result: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = clamp(a * x + b * y + c, width - 1);
      const v = clamp(d * x + e * y + f, height - 1);
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const column of [Math.floor(u), Math.floor(u) + 1]) {
          for (const row of [Math.floor(v), Math.floor(v) + 1]) {
            const weight = (1 - Math.abs(u - column)) * (1 - Math.abs(v - row));
            if (weight > 0) sum += weight * source[(row * width + column) * 3 + channel]!;
          }
        }
        result.push(sum);
      }
    }
  }
  return result;
}
