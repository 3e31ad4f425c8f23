import { describe, expect, it } from 'vitest';
import { mapSimilarity } from '../../lib/explain/checkSanity';
import type { HeatMap } from '../../lib/explain/heatMap';

const map = (width: number, height: number, value: (i: number) => number): HeatMap => ({
  width,
  height,
  values: Float32Array.from({ length: width * height }, (_, i) => value(i)),
});
describe('how alike two raw maps are', () => {
  const signed = map(3, 3, (i) => i - 4.5);

  it('does not depend on their unit', () => {
    const scaled = { ...signed, values: signed.values.map((value) => 1000 * value) };
    expect(mapSimilarity(signed, scaled)).toEqual({
      correlation: expect.closeTo(1, 9),
      magnitude: expect.closeTo(1, 9),
    });
  });

  it('tells a map turned upside down by the sign, not by the magnitudes', () => {
    const turned = { ...signed, values: signed.values.map((value) => -value) };
    const { correlation, magnitude } = mapSimilarity(signed, turned);
    expect([correlation, magnitude].map((value) => Number(value.toFixed(6)))).toEqual([-1, 1]);
  });

  it('is 0 in ranks beside a map that is zero everywhere', () => {
    expect(
      mapSimilarity(
        signed,
        map(3, 3, () => 0),
      ),
    ).toMatchObject({ correlation: 0, magnitude: 0 });
  });
});
