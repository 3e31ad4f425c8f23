import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxAround, peaks, ssdBox } from '../../lib/networks/boxDecoding';
import { expectClose } from '../data/close';
import { cornersOf, drawn, detectionOracle as oracle } from '../metrics/detectionOracle';

describe('the head of SSD', () => {
  it('is decoded as the box coder of TensorFlow does', () => {
    const centres = drawn(121, 24, 0.2, 0.8);
    const sizes = drawn(122, 24, 0.1, 0.5);
    const encoded = drawn(123, 48, -2, 2);
    const decoded = oracle.ssd.decoded.map((_, i) => {
      const [height, width] = [sizes[2 * i]!, sizes[2 * i + 1]!];
      const anchor = {
        ...{ height, width },
        ...{ top: centres[2 * i]! - height / 2, left: centres[2 * i + 1]! - width / 2 },
      };
      const [y, x, tall, wide] = encoded.subarray(4 * i, 4 * i + 4);
      return cornersOf(ssdBox([y!, x!, tall!, wide!], anchor));
    });
    expectClose(decoded.flat(), oracle.ssd.decoded.flat(), 1e-5); // float32, and a difference where the corner is near 0
  });
});

describe('the head of CenterNet', () => {
  it('is decoded as the oracle does: peaks of its heat map, and boxes around them', () => {
    const { stride, topK, detections } = oracle.centernet;
    const heat = drawn(111, 16 * 16 * 4).map((value) => value ** 4);
    const sizes = drawn(112, 16 * 16 * 2, 1, 8);
    const offsets = drawn(113, 16 * 16 * 2);
    const found = peaks(heat, [16, 16, 4], topK).map(({ x, y, channel, score }) => {
      const at = 2 * (16 * y + x);
      const [right, down] = [offsets[at]!, offsets[at + 1]!];
      const [wide, tall] = [sizes[at]! / 2, sizes[at + 1]! / 2];
      const sides = [wide - right, tall - down, wide + right, tall + down].map((side) => stride * side);
      const box = boxAround([stride * x, stride * y], sides as [number, number, number, number]); // four
      const [top, left, bottom, edge] = cornersOf(box);
      return [left, top, edge, bottom, score, channel];
    });
    expectClose(found.flat(), detections.flat(), 1e-5); // six digits
  });

  it('has a peak where a cell is highest, none below a score, and at most as many as are wanted', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ min: 0, max: 1, noNaN: true, minLength: 30, maxLength: 30 }),
        fc.nat(5),
        (map, most) => {
          const found = peaks(map, [5, 3, 2], most, 0.5);
          expect(found.length).toBeLessThanOrEqual(most);
          for (const { score } of found) expect(score).toBeGreaterThan(0.5);
          if (Math.max(...map) > 0.5 && most > 0) expect(found[0]?.score).toBe(Math.max(...map));
        },
      ),
    );
  });
});
