import { describe, expect, it } from 'vitest';
import { random } from '../../../lib/core/random';
import type { FilterData } from '../../../lib/studies/filter/data';
import { planSample, sampleTruth } from '../../../lib/studies/filter/sample';
import { findSuspects, knownFacts } from '../../../lib/studies/filter/suspects';

/** The sample as a filter reads it, but for its pixels, and features that tell its castles from all else. */
function sampleData(seed: number) {
  const plan = planSample(seed).filter(({ file }) => file.startsWith('pictures/'));
  const item = plan.map(({ file }) => file.replace('pictures/', ''));
  const rowsOf = (part: string) => item.flatMap((id, row) => (id.startsWith(part) ? [row] : []));
  const rows = { training: rowsOf('train/'), validation: rowsOf('valid/'), test: rowsOf('test/') };
  const idsOf = (some: readonly number[]) => some.map((row) => item[row] ?? '');
  const split = {
    training: idsOf(rows.training),
    validation: idsOf(rows.validation),
    test: idsOf(rows.test),
  };
  const labels = item.map((id) => id.split('/')[1] ?? '');
  const pictures = {
    ...{ rows, labels, split, dealt: split, positive: 'castle', generated: true },
    images: { index: { columns: { item } } },
  } as unknown as FilterData; // all that is looked at
  const draw = random(1, 'features');
  const values = plan.map(({ building }) => [
    (building === 'castle' ? 9 : -9) + draw.normal(),
    draw.normal(),
  ]);
  const read = (some: readonly number[]) => Float32Array.from(some.flatMap((row) => values[row] ?? []));
  return { pictures, rows: { shape: [1, 1, 2] as const, key: '', read } };
}

describe('findSuspects', () => {
  const { pictures, rows } = sampleData(42);
  const suspects = findSuspects({ pictures, rows }, 1);
  const { wrong } = sampleTruth(42);

  it('finds the wrong labels of training and validation pictures, and asks none of the test', () => {
    const asked = [...wrong].filter((id) => !id.startsWith('test/'));
    expect(asked).toHaveLength(20);
    expect(new Set(suspects.map(({ id }) => id))).toEqual(new Set(asked));
    for (const { id, row, label } of suspects) {
      expect(pictures.images.index.columns.item[row]).toBe(id);
      expect(id).toContain(`/${label}/`);
    }
  });

  it('stand beside what is known of generated pictures, and of those only', () => {
    expect(knownFacts(pictures, suspects, 42)).toEqual({
      'Pictures drawn twice': 36,
      'Pictures left out as copies': 0,
      'Wrong labels among training and validation pictures': 20,
      'Labels in doubt': 20,
      'Wrong labels among those in doubt': 20,
    });
    expect(knownFacts({ ...pictures, generated: false }, suspects, 42)).toBeNull();
  });
});
