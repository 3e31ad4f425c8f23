import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeatMap, lowers, normalise, raises } from '../../lib/explain/heatMap';
import { colourMap, inferno, overlay, overlayLayer } from '../../lib/explain/overlay';
import { regionOf, resizeMap } from '../../lib/explain/resize';
import { largestDifference } from '../networks/weightFiles';
import { oracleArrays, oracleJson } from '../oracle';

const finite = fc.float({ noNaN: true, min: -1e6, max: 1e6 });
/** Any map of up to 6×6 values. */
const anyMap = (value: fc.Arbitrary<number>): fc.Arbitrary<HeatMap> =>
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([width, height]) =>
      fc
        .array(value, { minLength: width * height, maxLength: width * height })
        .map((values) => ({ width, height, values: Float32Array.from(values) })),
    );
const unit = fc.float({ noNaN: true, min: 0, max: 1 });

describe('raises, lowers and normalise', () => {
  it('take a raw map apart without loss: what raises less what lowers is the map', () => {
    fc.assert(
      fc.property(anyMap(finite), (map) => {
        const [up, down] = [raises(map).values, lowers(map).values];
        map.values.forEach((value, i) => {
          expect(up[i]! - down[i]!).toBe(value + 0); // + 0: no negative zero
          expect(Math.min(up[i]!, down[i]!)).toBe(0);
        });
      }),
    );
  });

  it('bring the largest value to 1, keep zero at zero and never give NaN', () => {
    fc.assert(
      fc.property(anyMap(finite), (map) => {
        const positive = raises(map);
        const { values } = normalise(positive);
        const largest = Math.max(...positive.values);
        expect(Math.max(...values)).toBe(largest > 0 ? 1 : 0);
        expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
      }),
    );
  });

  it('leave alone what they were given', () => {
    const map = { width: 2, height: 1, values: Float32Array.of(-1, 2) };
    normalise(raises(map));
    expect([...map.values]).toEqual([-1, 2]);
  });
});

describe('resizeMap', () => {
  it('is cv2.resize with INTER_LINEAR within 1e-5', () => {
    const expected = oracleArrays('gradcam')['out_relu/cv2_resize_96x96']!;
    const { layers } = oracleJson<{ layers: { out_relu: { normalised: number[][] } } }>('gradcam');
    const map = { width: 3, height: 3, values: Float32Array.from(layers.out_relu.normalised.flat()) };
    expect(largestDifference(resizeMap(map, 96, 96).values, expected.data)).toBeLessThan(1e-5);
  });

  it('gives the map itself at its own size, stays within its values, and turns with it', () => {
    fc.assert(
      fc.property(
        anyMap(unit),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (map, w, h) => {
          expect(resizeMap(map, map.width, map.height).values).toEqual(map.values);
          const { values } = resizeMap(map, w, h);
          const slack = 1e-6; // rounding to float32
          expect(Math.min(...values)).toBeGreaterThanOrEqual(Math.min(...map.values) - slack);
          expect(Math.max(...values)).toBeLessThanOrEqual(Math.max(...map.values) + slack);
          const turned = { ...map, values: Float32Array.from([...map.values].reverse()) };
          expect(largestDifference([...resizeMap(turned, w, h).values].reverse(), values)).toBeLessThan(
            slack,
          );
        },
      ),
    );
  });

  it('cuts a region out: the middle half of a ramp goes from its first to its third quarter', () => {
    const ramp = { width: 8, height: 1, values: Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7]) };
    const { values } = resizeMap(ramp, 4, 1, { left: 0.25, top: 0, width: 0.5, height: 1 });
    expect([...values]).toEqual([2, 3, 4, 5]);
  });

  it('finds the region of a box in a square: what lies outside the picture is cut off', () => {
    const region = regionOf({ left: 0, top: 2, width: 8, height: 4 }, 8);
    expect(region).toEqual({ left: 0, top: 0.25, width: 1, height: 0.5 });
    const rows = { width: 1, height: 8, values: Float32Array.from([9, 9, 1, 2, 3, 4, 9, 9]) };
    expect([...resizeMap(rows, 1, 4, region).values]).toEqual([1, 2, 3, 4]);
  });
});

describe('the colours', () => {
  /** CIE L* of an sRGB colour (IEC 61966-2-1, D65), 0 to 100. */
  const lightness = (table: Uint8Array, index: number): number => {
    const linear = [0, 1, 2].map((channel) => {
      const value = table[3 * index + channel]! / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    const y = 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
    return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
  };

  it('have an evenly rising lightness', () => {
    const levels = Array.from({ length: 256 }, (_, i) => lightness(inferno, i));
    expect(Math.abs(levels[0]!)).toBeLessThan(1); // the published table's ends, to the nearest whole number
    expect(Math.abs(levels[255]! - 98)).toBeLessThan(1);
    // Lightness rises but for the rounding of a byte (up to 0.35). It is even in a newer colour space than CIE L*, so here it bends
    // by 5.5 of 100.
    levels.forEach((level, i) => {
      if (i > 0) expect(level).toBeGreaterThan(levels[i - 1]! - 0.35);
      const even = levels[0]! + ((levels[255]! - levels[0]!) * i) / 255;
      expect(Math.abs(level - even)).toBeLessThan(6);
    });
  });
});

describe('overlay', () => {
  const size = { width: 6, height: 4 };
  const picture = fc.uint8Array({ minLength: 72, maxLength: 72 });
  const flat = (value: number): HeatMap => ({ width: 1, height: 1, values: Float32Array.of(value) });

  it('leaves the picture as it is under a map of zeros or with no opacity', () => {
    fc.assert(
      fc.property(picture, anyMap(unit), (pixels, map) => {
        expect(overlay(pixels, { ...map, values: map.values.map(() => 0) }, size)).toEqual(pixels);
        expect(overlay(pixels, map, size, 0)).toEqual(pixels);
      }),
    );
  });

  it('covers the picture evenly under a level map, of whatever value and size', () => {
    const value = fc.oneof(fc.constant(0), fc.float({ noNaN: true, min: Math.fround(1e-38), max: 1e6 }));
    fc.assert(
      fc.property(
        value,
        fc.integer({ min: 1, max: 7 }),
        fc.uint8Array({ minLength: 3, maxLength: 3 }),
        (level, side, colour) => {
          const map = { width: side, height: side, values: new Float32Array(side * side).fill(level) };
          const pixels = Uint8Array.from({ length: 72 }, (_, i) => colour[i % 3]!);
          const painted = overlay(pixels, normalise(map), size);
          for (let i = 0; i < 72; i++) expect(painted[i]).toBe(painted[i % 3]);
          if (level === 0) expect(painted).toEqual(pixels);
        },
      ),
    );
  });

  it('shows the colour alone where the map is 1 and the opacity 1, and half of each at half the opacity', () => {
    const pixels = new Uint8Array(72).fill(100);
    const last = [...inferno.slice(-3)];
    expect([...overlay(pixels, flat(1), size, 1).slice(0, 3)]).toEqual(last);
    const half = overlay(pixels, flat(1), size, 0.5);
    expect([...half.slice(0, 3)]).toEqual(last.map((value) => Math.round((value + 100) / 2)));
  });

  it('keeps each byte between the picture and the colour, and the picture it was given as it was', () => {
    fc.assert(
      fc.property(picture, anyMap(unit), unit, (pixels, map, opacity) => {
        const original = Uint8Array.from(pixels);
        const colours = colourMap(resizeMap(map, 6, 4));
        overlay(pixels, map, size, opacity).forEach((byte, i) => {
          expect(byte).toBeGreaterThanOrEqual(Math.min(pixels[i]!, colours[i]!));
          expect(byte).toBeLessThanOrEqual(Math.max(pixels[i]!, colours[i]!));
        });
        expect(pixels).toEqual(original);
      }),
    );
  });
});

describe('a layer to be laid over a picture', () => {
  it('gives at any opacity what the overlay gives, within one step of a byte', () => {
    const side = 6; // no map is larger
    fc.assert(
      fc.property(anyMap(unit), unit, fc.integer({ min: 0, max: 255 }), (map, opacity, grey) => {
        const full = resizeMap(map, side, side);
        const picture = new Uint8Array(side * side * 3).fill(grey);
        const expected = overlay(picture, full, { width: side, height: side }, opacity);
        const layer = overlayLayer(full);
        const laid = Uint8Array.from(picture, (below, i) => {
          const at = 4 * Math.floor(i / 3);
          const cover = (layer[at + 3]! / 255) * opacity;
          return Math.round(below + (layer[at + (i % 3)]! - below) * cover);
        });
        // The alpha is a byte: off by half of one at most, times a difference of colours of 255 at most, and both round.
        expect(largestDifference(Float32Array.from(laid), Float32Array.from(expected))).toBeLessThanOrEqual(
          1,
        );
      }),
    );
  });

  it('is clear where the map is zero', () => {
    const zero = { width: 2, height: 1, values: new Float32Array(2) };
    const layer = overlayLayer(zero);
    expect([layer[3], layer[7]]).toEqual([0, 0]);
  });
});
