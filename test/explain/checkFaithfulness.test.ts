import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { checkFaithfulness } from '../../lib/explain/checkFaithfulness';
import type { CheckedPicture } from '../../lib/explain/comparison';
import { coarsened, controlNames, edgeMap } from '../../lib/explain/controls';
import { questions, type Scores } from '../../lib/explain/faithfulness';
import type { HeatMap } from '../../lib/explain/heatMap';
import { checkPointing } from '../../lib/explain/pointing';

const size = 16;
const box = { left: 0, top: 4, width: 16, height: 8 };

/** Pictures with a bright patch that the planted model looks at, somewhere else in each. */
const pictures = Array.from({ length: 8 }, (_, n): CheckedPicture => {
  const { integer } = random(n, 'planted');
  const [left, top] = [integer(0, 10), integer(5, 7)];
  const inside = (at: number): boolean => {
    const [x, y] = [at % size, Math.floor(at / size)];
    return x >= left && x < left + 5 && y >= top && y < top + 4;
  };
  const picture = (at: number): boolean => Math.floor(at / size) >= 4 && Math.floor(at / size) < 12;
  const mask = Uint8Array.from({ length: size * size }, (_, at) => (inside(at) ? 1 : 0));
  return {
    id: String(n >> 1), // two pictures an item
    file: `${n}.jpg`,
    size,
    box,
    mask,
    pixels: Uint8Array.from({ length: size * size * 3 }, (_, i) => {
      const at = Math.floor(i / 3);
      return inside(at) ? 240 : picture(at) ? integer(0, 60) : 0;
    }),
  };
});

/** How many bright pixels a picture has. */
const brightness: Scores = (pixels, count) =>
  Float32Array.from({ length: count }, (_, k) =>
    pixels
      .subarray(k * size * size * 3, (k + 1) * size * size * 3)
      .reduce((sum, value) => sum + value / 255, 0),
  );

const asMap = (values: ArrayLike<number>): HeatMap => ({
  width: size,
  height: size,
  values: Float32Array.from(values),
});
const settings = { steps: 5, roadShares: [0.2, 0.5], seed: 1 };
const exact = pictures.map(({ mask }) => asMap(mask!));
const edgy = pictures.map((picture) => edgeMap(picture));

describe('checking faithfulness', () => {
  it('finds a planted map better than every control, and the edge map no better than itself', async () => {
    const done: number[] = [];
    const comparisons = await checkFaithfulness(
      pictures,
      { exact, edgy },
      brightness,
      settings,
      (count) => void done.push(count),
    );
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const raising = comparisons.filter(({ method, question }) => method === 'exact' && question === 'raises');
    expect(raising).toHaveLength(9); // three controls, three measures
    for (const row of raising)
      expect([row.control, row.measure, row.verdict]).toEqual([row.control, row.measure, 'better']);
    const itself = comparisons.filter(
      ({ method, control, question }) =>
        method === 'edgy' && control === controlNames(edgy[0]!).edges && question === 'raises',
    );
    for (const { measure, verdict, difference } of itself) {
      expect(verdict).toBe('no better');
      if (measure !== 'road') expect(difference).toMatchObject({ estimate: 0, low: 0, high: 0 });
    }
  });
});

describe('checking where maps point', () => {
  it('finds a planted map on its mask, its opposite beside it, and a flat one at chance', () => {
    const beside = pictures.map(({ mask }) => asMap(mask!.map((value) => 1 - value)));
    const flat = pictures.map(() => asMap(new Float32Array(size * size).fill(1)));
    const rows = checkPointing(pictures, { exact, beside, flat }, 1)!;
    const of = (map: string) => rows.find((row) => row.map === map && row.question === 'raises')!;
    expect(of('exact')).toMatchObject({ pictures: 8, items: 4, chance: expect.closeTo(20 / 128, 9) });
    expect(of('exact')).toMatchObject({
      inside: expect.closeTo(1, 6),
      hit: expect.closeTo(1, 9),
      verdict: 'better',
    });
    expect(of('beside')).toMatchObject({
      inside: expect.closeTo(0, 6),
      verdict: 'worse',
      hitVerdict: 'worse',
    });
    expect(of('flat')).toMatchObject({
      lift: { estimate: expect.closeTo(0, 6) },
      hitLift: { estimate: expect.closeTo(0, 9) },
    });
  });

  it('looks at controls of the size of each method, too', () => {
    const coarse = exact.map((map) => coarsened(map, 2, 2));
    const names = new Set(checkPointing(pictures, { exact, coarse }, 1)!.map(({ map }) => map));
    const controls = [exact, coarse].flatMap(([map]) => Object.values(controlNames(map!)));
    expect(names).toEqual(new Set(['exact', 'coarse', ...controls]));
  });

  it('asks both signs, and leaves out what is zero everywhere', () => {
    const negative = exact.map((map) => ({ ...map, values: map.values.map((value) => -value) }));
    const all = checkPointing(pictures, { negative }, 1)!;
    const rows = all.filter(({ map }) => map === 'negative');
    expect(rows.map(({ question }) => question)).toEqual(questions.slice(1));
    for (const { inside } of rows) expect(inside).toBeCloseTo(1, 6);
  });

  it('counts pictures with masks only, and gives null when there is none', () => {
    const without = pictures.map((picture) => ({ ...picture, mask: null }));
    expect(checkPointing(without, { exact }, 1)).toBeNull();
    const [row] = checkPointing([pictures[0]!, ...without.slice(1)], { exact }, 1)!;
    expect(row).toMatchObject({ pictures: 1, items: 1 });
  });
});
