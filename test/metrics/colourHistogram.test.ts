import { describe, expect, it } from 'vitest';
import type { Box } from '../../lib/images/letterbox';
import { colourHistograms, histogramLength } from '../../lib/metrics/colourHistogram';
import { expectClose, withCode } from '../data/close';
import { oracleArrays, oracleJson } from '../oracle';

const { boxes } = oracleJson<{ boxes: [number, number, number, number][] }>('evaluation');
const { pictures, histograms } = oracleArrays('evaluation');
const places: Box[] = boxes.map(([left, top, width, height]) => ({ left, top, width, height }));
const pixels = Uint8Array.from(pictures!.data); // [4, 24, 24, 3]
const whole = (size: number): Box => ({ left: 0, top: 0, width: size, height: size });

describe('colourHistograms', () => {
  it('counts what OpenCV counts in the boxes, as roots of shares', () => {
    const found = colourHistograms(pixels, 24, places);
    const counts = found.map((root, i) => {
      const { width, height } = places[Math.floor(i / histogramLength)]!;
      return root * root * width * height;
    });
    // Roots are kept as float32: a relative 2⁻²⁴, twice that when squared.
    expectClose(counts, histograms!.data, 2 ** -22);
  });

  it('leaves the padding out, whatever its colour', () => {
    const white = pixels.map((value, i) => {
      const [picture, y, x] = [Math.floor(i / 1728), Math.floor((i % 1728) / 72), Math.floor((i % 72) / 3)];
      const { left, top, width, height } = places[picture]!;
      return x >= left && x < left + width && y >= top && y < top + height ? value : 255;
    });
    expect(colourHistograms(white, 24, places)).toEqual(colourHistograms(pixels, 24, places));
  });

  it('has rows of length 1', () => {
    const found = colourHistograms(pixels, 24, places);
    for (let row = 0; row < places.length; row++) {
      const squares = found.subarray(row * histogramLength, (row + 1) * histogramLength).map((v) => v * v);
      expect(squares.reduce((a, b) => a + b)).toBeCloseTo(1, 5); // up to 512 float32 numbers added up
    }
  });

  it('puts one colour into one bin, 31 and 32 into two', () => {
    const one = Uint8Array.from({ length: 12 }, (_, i) => [255, 0, 31][i % 3]!);
    const found = colourHistograms(one, 2, [whole(2)]);
    expect(found[64 * 7 + 8 * 0 + 0]).toBe(1);
    const other = Uint8Array.from({ length: 12 }, (_, i) => [255, 0, 32][i % 3]!);
    expect(colourHistograms(other, 2, [whole(2)])[64 * 7 + 1]).toBe(1);
  });

  it('refuses pixels that do not fill the squares', () => {
    expect(() => colourHistograms(pixels, 24, places.slice(1))).toThrow(withCode('BAD_INPUT'));
  });
});
