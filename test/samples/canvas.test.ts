import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPolygon, makeCanvas } from '../../lib/samples/canvas';
import { box, oval } from '../../lib/samples/shapes';

const white = { colour: [255, 255, 255] as const };
const total = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('fillPolygon', () => {
  it('covers as much of each pixel as lies inside the polygon', () => {
    const canvas = makeCanvas(600, 338);
    fillPolygon(canvas, box(10.25, 20.5, 13, 22), white);
    const at = (x: number, y: number) => canvas.pixels[(y * canvas.width + x) * 3];
    expect([at(9, 21), at(10, 21), at(11, 21), at(12, 21), at(13, 21)]).toEqual([0, 191, 255, 255, 0]);
    expect([at(10, 20), at(11, 20), at(11, 22)]).toEqual([96, 128, 0]); // 0.75 × 0.5 and 0.5 of 255
  });

  it('has the area of the polygon, whatever its direction, slope and scale', () => {
    const place = fc.double({ min: 20, max: 300, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(place, place, place, place, place, place),
        fc.constantFrom(1, 2 / 3, 1 / 3),
        (p, scale) => {
          const canvas = makeCanvas(600, 338, scale);
          fillPolygon(canvas, p, white);
          const [ax, ay, bx, by, cx, cy] = p;
          const area = 0.5 * Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) * scale ** 2;
          // Each pixel of the rim is rounded to 1/255, and shares under 0.004 are left out.
          const rim = 1000 * scale * 0.004 + 0.5;
          expect(Math.abs(total(canvas.pixels) / 3 / 255 - area)).toBeLessThan(rim);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('ignores what lies outside, and leaves nothing behind for the next shape', () => {
    const canvas = makeCanvas(600, 338);
    fillPolygon(canvas, box(-50, -50, 2, 2), white);
    fillPolygon(canvas, oval(700, 100, 40, 40), white);
    fillPolygon(canvas, box(599, 337, 900, 900), white);
    expect(total(canvas.pixels)).toBe(5 * 3 * 255);
  });

  it('marks subjects, and what covers them takes the mark away', () => {
    const canvas = makeCanvas(600, 338);
    fillPolygon(canvas, box(0, 0, 10, 10), { ...white, subject: true });
    expect(total(canvas.subject)).toBe(100 * 255);
    fillPolygon(canvas, box(0, 0, 10, 4), white);
    expect(total(canvas.subject)).toBe(60 * 255);
  });
});
