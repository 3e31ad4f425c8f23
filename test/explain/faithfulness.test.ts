import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import type { PlacedPicture } from '../../lib/explain/controls';
import {
  area,
  faithfulness,
  questions,
  type RemovalScores,
  removalScores,
  type Scores,
} from '../../lib/explain/faithfulness';
import { rankPixels } from '../../lib/explain/removal';
import { withCode } from '../data/close';

const size = 16;
const box = { left: 0, top: 4, width: 16, height: 8 };
const { integer } = random(1, 'picture');
const picture: PlacedPicture = {
  pixels: Uint8Array.from({ length: size * size * 3 }, (_, i) => {
    const row = Math.floor(i / 3 / size);
    return row >= 4 && row < 12 ? integer(0, 255) : 0;
  }),
  size,
  box,
};
const settings = { steps: 8, roadShares: [0.25, 0.5], seed: 1 };

/** A planted model: a weight for each pixel on its red value. What it looks at is known exactly. */
const weights = Float32Array.from({ length: size * size }, (_, at) => {
  const [x, y] = [at % size, Math.floor(at / size)];
  if (y < 4 || y >= 12) return 0;
  return x < 4 ? 1 : x >= 12 ? -1 : 0; // the left raises, the right lowers
});
const planted: Scores = (pixels, count) =>
  Float32Array.from({ length: count }, (_, k) =>
    weights.reduce((sum, weight, at) => sum + (weight * pixels[3 * (k * size * size + at)]!) / 255, 0),
  );

/** Bright pixels on the left and on the right: taking them away then always shows. */
const bright: PlacedPicture = {
  ...picture,
  pixels: Uint8Array.from(picture.pixels, (value, i) => {
    const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size)];
    return y >= 4 && y < 12 && (x < 4 || x >= 12) ? 250 : value === 0 ? 0 : value >> 3;
  }),
};

const ordered = (values: Float32Array): Int32Array =>
  rankPixels({ width: size, height: size, values }, bright, 1);
const truth = ordered(weights);
const reversed = ordered(weights.map((value) => -value));
const noise = ordered(Float32Array.from({ length: size * size }, random(2, 'noise').next));

describe('taking a picture apart', () => {
  it('asks the model about the pictures that the papers describe, in equal steps', async () => {
    const shown: Uint8Array[] = [];
    const scores: Scores = (pixels, count) => {
      for (let k = 0; k < count; k++)
        shown.push(pixels.slice(k * size * size * 3, (k + 1) * size * size * 3));
      return Float32Array.from({ length: count }, (_, k) => k);
    };
    const [found] = await removalScores(picture, [noise], scores, settings);
    const image = (score: number): Uint8Array => shown[score]!;
    expect(found!.deletion).toHaveLength(9);
    expect(found!.insertion).toHaveLength(9);
    expect(image(found!.whole)).toEqual(picture.pixels);
    const changed = (a: Uint8Array, b: Uint8Array): Set<number> =>
      new Set([...a.keys()].filter((i) => a[i] !== b[i]).map((i) => Math.floor(i / 3)));
    found!.deletion.forEach((score, step) => {
      const gone = changed(image(score), picture.pixels);
      const first = new Set(noise.subarray(0, step * 16)); // 128 pixels in 8 steps
      for (const at of gone) expect(first.has(at)).toBe(true);
      expect(gone.size).toBeGreaterThanOrEqual(0.9 * first.size); // a pixel may have the mean colour already
    });
    found!.insertion.forEach((score, step) => {
      const back = new Set(noise.subarray(0, step * 16));
      for (const at of changed(image(score), picture.pixels)) expect(back.has(at)).toBe(false);
    });
    [found!.roadFirst, found!.roadLast].forEach((scores, last) => {
      scores.forEach((score, i) => {
        const count = [32, 64][i]!;
        const gone = new Set(last === 0 ? noise.subarray(0, count) : noise.subarray(128 - count));
        for (const at of changed(image(score), picture.pixels)) expect(gone.has(at)).toBe(true);
      });
    });
  });

  it('refuses a model that gives too few numbers, or none that are finite', async () => {
    const wrong: Scores[] = [
      () => new Float32Array(1),
      (_, count) => new Float32Array(count).fill(Number.NaN),
    ];
    for (const scores of wrong) {
      await expect(removalScores(picture, [noise], scores, settings)).rejects.toEqual(withCode('BAD_INPUT'));
    }
  });
});

describe('the areas', () => {
  it('are those of trapezoids', () => {
    expect(area([0, 1])).toBe(0.5);
    expect(area([2, 2, 2, 2])).toBe(2);
    expect(area([1, 0, 0, 0, 0])).toBe(0.125);
    expect(area([3])).toBe(0);
  });

  it('follow the formulas by hand', () => {
    const scores: RemovalScores = {
      whole: 5,
      deletion: [5, 3, 2],
      insertion: [1, 4, 5],
      roadFirst: [3, 2],
      roadLast: [6, 4],
    };
    // Falls 0, 2, 3: (0 + 3) / 4 + 2 / 2. Rises 0, 3, 4: 1 + 3 / 2. ROAD: (6 − 3 + 4 − 2) / 2 / 2.
    expect(faithfulness(scores, 'raises')).toEqual({ deletion: 1.75, insertion: 2.5, road: 1.25 });
    expect(faithfulness(scores, 'lowers')).toEqual({ deletion: -1.75, insertion: -2.5, road: -1.25 });
  });

  it('turn their sign where an order without sign is asked what lowers instead of what raises', () => {
    const points = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(points, points, points, points, (deletion, insertion, roadFirst, roadLast) => {
        const scores = { whole: deletion[0]!, deletion, insertion, roadFirst, roadLast };
        const [up, down] = [faithfulness(scores, 'raises'), faithfulness(scores, 'lowers')];
        for (const key of ['deletion', 'insertion', 'road'] as const)
          expect(up[key] + down[key]).toBeCloseTo(0, 9);
      }),
    );
  });
});

describe('a map that knows the model', () => {
  let mapped: RemovalScores;
  let lowering: RemovalScores;
  let control: RemovalScores;
  beforeAll(async () => {
    const found = await removalScores(bright, [truth, reversed, noise], planted, settings);
    [mapped, lowering, control] = found as [RemovalScores, RemovalScores, RemovalScores]; // one for each order
  });

  it('takes the score down, keeps it up, and is ahead of noise by every measure and question of sign', () => {
    for (const [scores, question] of [
      [mapped, 'raises'],
      [lowering, 'lowers'],
    ] as const) {
      const [ours, theirs] = [faithfulness(scores, question), faithfulness(control, question)];
      expect(ours.deletion).toBeGreaterThan(Math.abs(theirs.deletion) + 2);
      expect(ours.insertion).toBeGreaterThan(Math.abs(theirs.insertion) + 2);
      expect(ours.road).toBeGreaterThan(Math.abs(theirs.road) + 2);
    }
  });

  it('is worse than noise when its sign is turned', () => {
    for (const question of questions) {
      const wrong = faithfulness(question === 'raises' ? lowering : mapped, question);
      expect(wrong.deletion).toBeLessThan(-2);
      expect(wrong.road).toBeLessThan(-2);
    }
  });
});
