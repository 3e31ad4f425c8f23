import { describe, expect, it } from 'vitest';
import { averagePrecision, type Matching } from '../../lib/metrics/averagePrecision';
import { detectionOracle } from './detectionOracle';

const { coco } = detectionOracle;
const objectOf = ({ image_id, category_id, bbox }: (typeof coco.groundTruth)[number]) => ({
  picture: String(image_id),
  label: String(category_id),
  box: { left: bbox[0], top: bbox[1], width: bbox[2], height: bbox[3] },
});
const shown = coco.groundTruth.map((one) => ({ ...objectOf(one), crowd: one.iscrowd === 1 }));
const found = coco.detections.map((one) => ({ ...objectOf({ ...one, iscrowd: 0 }), score: one.score }));

const mean = (of: 'precision' | 'recall', how: Partial<Matching>): number => {
  const labels = averagePrecision(shown, found, how);
  return labels.reduce((sum, one) => sum + one[of], 0) / labels.length;
};
const small = [0, 32 ** 2] as const;
const medium = [32 ** 2, 96 ** 2] as const;
const large = [96 ** 2, 1e10] as const;

describe('average precision', () => {
  it.each([
    ['AP', 'precision', {}],
    ['AP50', 'precision', { ious: [0.5] }],
    ['AP75', 'precision', { ious: [0.75] }],
    ['APsmall', 'precision', { areas: small }],
    ['APmedium', 'precision', { areas: medium }],
    ['APlarge', 'precision', { areas: large }],
    ['AR1', 'recall', { most: 1 }],
    ['AR10', 'recall', { most: 10 }],
    ['AR100', 'recall', {}],
    ['ARsmall', 'recall', { areas: small }],
    ['ARmedium', 'recall', { areas: medium }],
    ['ARlarge', 'recall', { areas: large }],
  ] as const)('is that of pycocotools: %s', (name, of, how) => {
    expect(Math.abs(mean(of, how) - coco.stats[name]!)).toBeLessThan(1e-6); // as the oracle's README has it
  });

  it('is that of pycocotools for each label', () => {
    const byLabel = (how: Partial<Matching>) =>
      averagePrecision(shown, found, how)
        .sort((a, b) => Number(a.label) - Number(b.label))
        .map(({ precision }) => precision);
    byLabel({}).forEach((one, i) => {
      expect(one).toBeCloseTo(coco.apPerClass[i]!, 6);
    });
    byLabel({ ious: [0.5] }).forEach((one, i) => {
      expect(one).toBeCloseTo(coco.ap50PerClass[i]!, 6);
    });
  });

  it('is 1 where every object is found, 0 where none is, and says nothing of a label that no picture shows', () => {
    const wanted = shown.filter(({ crowd }) => !crowd);
    const all = wanted.map((one) => ({ ...one, score: 0.9 }));
    for (const { precision, recall } of averagePrecision(wanted, all)) {
      expect([precision, recall]).toEqual([1, 1].map((one) => expect.closeTo(one, 12)));
    }
    for (const { precision } of averagePrecision(wanted, [])) expect(precision).toBe(0);
    expect(averagePrecision([], all)).toEqual([]);
  });
});
