import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atLeastOne, iou, suppress, suppressByLabel } from '../../lib/metrics/boxes';
import { expectClose } from '../data/close';
import { boxOf, cornersOf, drawn, detectionOracle as oracle } from './detectionOracle';

const centres = drawn(101, 120, 0.1, 0.9);
const sizes = drawn(102, 120, 0.05, 0.4);
const side = (i: number, sign: 1 | -1): number => Math.fround(centres[i]! + (sign * sizes[i]!) / 2);
const boxes = Array.from({ length: 60 }, (_, i) =>
  boxOf([side(2 * i, -1), side(2 * i + 1, -1), side(2 * i, 1), side(2 * i + 1, 1)]),
);
const found = Array.from(drawn(103, 60), (score, i) => ({ index: i, score, box: boxes[i]! }));

const box = fc.record({
  left: fc.double({ min: -1, max: 1, noNaN: true }),
  top: fc.double({ min: -1, max: 1, noNaN: true }),
  width: fc.double({ min: 0.01, max: 1, noNaN: true }),
  height: fc.double({ min: 0.01, max: 1, noNaN: true }),
});
const detections = fc.array(
  fc.record({ label: fc.constantFrom('a', 'b'), score: fc.double({ min: 0, max: 1, noNaN: true }), box }),
  { maxLength: 12 },
);

describe('intersection over union', () => {
  it('is 1 of a box with itself, the same both ways round, and 0 of boxes that only touch', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(iou(a, a)).toBeCloseTo(1, 9);
        expect(iou(a, b)).toBeCloseTo(iou(b, a), 12);
        expect(iou(a, { ...a, left: a.left + a.width + 1e-9 })).toBe(0);
      }),
    );
  });

  it('is a third of two squares that share a half', () => {
    const square = { left: 0, top: 0, width: 2, height: 2 };
    expect(iou(square, { ...square, left: 1 })).toBeCloseTo(1 / 3, 12);
  });
});

describe('non-maximum suppression', () => {
  it.each(oracle.nms)('takes the boxes that TensorFlow takes: $maxOutput, $iou, $score', (one) => {
    const kept = suppress(found, { most: one.maxOutput, iou: one.iou, score: one.score });
    expect(kept.map(({ index }) => index)).toEqual(one.selected);
  });

  it.each(oracle.softNms)('with sigma lowers scores as TensorFlow does: $iou, $sigma', (one) => {
    const { maxOutput, iou, score, sigma } = one;
    const kept = suppress(found, { most: maxOutput, iou, score, sigma });
    expect(kept.map(({ index }) => index)).toEqual(one.selected);
    expectClose(
      kept.map(({ score }) => score),
      one.scores,
      1e-6, // theirs are of float32
    );
  });

  it('by label takes the boxes of combined_non_max_suppression', () => {
    const { perClass, total, iou, score, scores, classes } = oracle.combined;
    const all = Array.from(drawn(104, 300), (score, i) => ({
      label: String(i % 5),
      score,
      box: boxes[Math.floor(i / 5)]!,
    }));
    const kept = suppressByLabel(all, { most: total, perLabel: perClass, iou, score });
    expect(kept.map(({ label }) => Number(label))).toEqual(classes);
    expectClose(
      kept.map(({ score }) => score),
      scores,
      1e-6,
    );
    expectClose(
      kept.flatMap(({ box }) => cornersOf(box)),
      oracle.combined.boxes.flat(),
      1e-5,
    ); // six digits
  });

  it('leaves boxes that overlap little, the best first, and takes nothing away from another label', () => {
    fc.assert(
      fc.property(detections, (all) => {
        const how = { most: 100, iou: 0.5, score: 0.1 };
        const kept = suppressByLabel(all, how);
        kept.forEach((one, i) => {
          if (i > 0) expect(one.score).toBeLessThanOrEqual(kept[i - 1]!.score);
          for (const other of kept.slice(0, i)) {
            if (other.label === one.label) expect(iou(one.box, other.box)).toBeLessThanOrEqual(0.5);
          }
        });
        const alone = suppress(
          all.filter(({ label }) => label === 'a'),
          how,
        );
        expect(kept.filter(({ label }) => label === 'a')).toEqual(alone);
      }),
    );
  });
});

describe('the probability of at least one', () => {
  it('is what the formula gives of the scores of the lecture', () => {
    const { classes, scores, max, atLeastOne: expected } = oracle.person;
    const persons = scores.filter((_, i) => classes[i] === 1);
    expect(Math.max(...persons)).toBe(max);
    expect(atLeastOne(persons)).toBeCloseTo(expected, 8); // nine decimals
    expect(atLeastOne([])).toBe(0);
  });
});
