import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { principalPlane } from '../../lib/metrics/principalComponents';
import { expectClose, withCode } from '../data/close';
import { oracleArrays, oracleJson } from '../oracle';

const { map: oracle } = oracleJson<{ map: { scores: [number, number][]; explained: number[] } }>(
  'evaluation',
);
const features = oracleArrays('evaluation').map!.data; // [25, 40], standardized

describe('principalPlane', () => {
  it('has the coordinates and the shares that scikit-learn finds, whatever the sign', () => {
    const { points, explained } = principalPlane(features, 25);
    expectClose(explained, oracle.explained, 1e-9);
    for (const k of [0, 1] as const) {
      const found = points.map(({ x, y }) => (k === 0 ? x : y));
      const expected = oracle.scores.map((row) => row[k]);
      const sign = found[0]! * expected[0]! < 0 ? -1 : 1;
      // The axes are found to 1e-9 of the first eigenvalue; the gap to the next one is a few per cent of it.
      found.forEach((value, i) => {
        expect(Math.abs(sign * value - expected[i]!)).toBeLessThan(1e-6);
      });
    }
  });

  it('does not care for units, offsets and constant columns', () => {
    const { points, explained } = principalPlane(features, 25);
    const bent = Array.from({ length: 25 }, (_, row) => [
      7,
      ...Array.from({ length: 40 }, (_, i) => 5 + (i + 1) * features[row * 40 + i]!),
    ]).flat();
    const again = principalPlane(bent, 25);
    expectClose(again.explained, explained, 1e-9);
    again.points.forEach(({ x, y }, i) => {
      expect(Math.hypot(x - points[i]!.x, y - points[i]!.y)).toBeLessThan(1e-6);
    });
  });

  it('keeps the distances of points that lie in a plane', () => {
    const { normal } = random(2, 'plane test');
    // Two independent columns and their copies: standardized they fill a plane.
    const rows = Array.from({ length: 30 }, () => [normal(), normal()]);
    const { points, explained } = principalPlane(
      rows.flatMap(([a, b]) => [a!, b!, a!, b!]),
      30,
    );
    expectClose([explained[0] + explained[1]], [1], 1e-9);
    const one = principalPlane(
      rows.flatMap(([a]) => [a!, 3 * a! + 1]),
      30,
    );
    expectClose(one.explained, [1, 0], 1e-9);
    for (const { y } of one.points) expect(Math.abs(y)).toBeLessThan(1e-6);
    expect(Math.max(...points.map(({ x }) => Math.abs(x)))).toBe(Math.max(...points.map(({ x }) => x)));
  });

  it('puts rows that do not differ on one point', () => {
    expect(principalPlane([1, 2, 1, 2], 2)).toEqual({
      points: [
        { x: 0, y: 0 },
        { x: 0, y: 0 },
      ],
      explained: [0, 0],
    });
    expect(principalPlane([1, 2, 3], 1).points).toEqual([{ x: 0, y: 0 }]);
  });

  it('is the same every time', () => {
    expect(principalPlane(features, 25)).toEqual(principalPlane(features, 25));
  });

  it('refuses numbers that are not finite', () => {
    expect(() => principalPlane([1, Number.NaN], 2)).toThrow(withCode('BAD_INPUT'));
  });
});
