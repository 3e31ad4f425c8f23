import { describe, expect, it } from 'vitest';
import { random } from '../../lib/core/random';
import { labelSuspects } from '../../lib/metrics/labelSuspects';
import { withCode } from '../data/close';

const dims = 20;

/** Rows of two classes that lie `apart` deviations from each other, of which those of `flipped` have the label of the other. */
function rowsOf(count: number, apart: number, flipped: readonly number[] = []) {
  const draw = random(1, 'suspects');
  const truth = Array.from({ length: count }, (_, i) => i % 2 === 0);
  const features = Float32Array.from(
    truth.flatMap((yes) =>
      Array.from({ length: dims }, (_, k) => draw.normal() + (k === 0 ? (yes ? apart : -apart) / 2 : 0)),
    ),
  );
  return { features, labels: truth.map((yes, i) => (flipped.includes(i) ? !yes : yes)) };
}

describe('labelSuspects', () => {
  it('puts the labels that were turned before all others', () => {
    const flipped = [3, 50, 77, 120];
    const { features, labels } = rowsOf(200, 8, flipped);
    const first = labelSuspects(features, labels, 1).slice(0, 4);
    expect(first.map(({ row }) => row).sort((a, b) => a - b)).toEqual(flipped);
  });

  it('doubts no label where the classes lie far apart', () => {
    const { features, labels } = rowsOf(200, 20);
    expect(labelSuspects(features, labels, 1)).toEqual([]);
  });

  it('comes in the order of doubt, the same for the same seed', () => {
    const { features, labels } = rowsOf(200, 1);
    const found = labelSuspects(features, labels, 1);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ doubt }) => doubt)).toEqual(found.map(({ doubt }) => doubt).sort((a, b) => b - a));
    expect(labelSuspects(features, labels, 1)).toEqual(found);
  });

  it('needs ten rows of each class', () => {
    const { features, labels } = rowsOf(200, 1);
    expect(() =>
      labelSuspects(
        features,
        labels.map((_, i) => i < 9),
        1,
      ),
    ).toThrow(withCode('BAD_INPUT'));
  });
});
