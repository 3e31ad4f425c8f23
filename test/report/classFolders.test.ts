import { describe, expect, it } from 'vitest';
import { withoutCopies } from '../../lib/data/copies';
import type { Split } from '../../lib/data/split';
import { copyTable, partTable, withheldIn } from '../../lib/report/classFolders';

const dealt: Split = {
  training: ['train/a/1', 'train/a/2', 'train/b/1', 'train/b/2'],
  validation: ['valid/a/1', 'valid/b/1'],
  test: ['train/a/3', 'train/b/3'], // split off
};
const items = Object.values(dealt)
  .flat()
  .map((id) => ({ id, label: id.split('/')[1] ?? '', files: [id] }));
const copies = [
  { identical: true, ids: ['train/a/1', 'train/a/2', 'valid/a/1'] },
  { identical: false, ids: ['train/b/1', 'train/a/3'] },
  { identical: true, ids: ['train/b/2', 'valid/b/1'] },
];
const data = { dealt, items, copies, split: withoutCopies(dealt, copies) };

describe('partTable', () => {
  it('counts the pictures of each part as given and as used, and those that look like one of an earlier part', () => {
    expect(partTable(data)).toEqual([
      { part: 'training', folder: 'train', given: 4, used: 0, repeated: 0 },
      { part: 'validation', folder: 'valid', given: 2, used: 2, repeated: 2 },
      { part: 'test', folder: 'train', given: 2, used: 2, repeated: 1 },
    ]);
    expect(withheldIn(data)).toBe(4);
  });

  it('stands for class folders without parts, too', () => {
    const flat: Split = { training: ['a/1', 'b/1'], validation: ['a/2'], test: [] };
    const rows = partTable({ dealt: flat, split: flat, copies: [] });
    expect(rows.map(({ folder, given }) => [folder, given])).toEqual([
      ['.', 2],
      ['.', 1],
      ['.', 0],
    ]);
  });
});

describe('copyTable', () => {
  it('counts groups by kind and parts, and those whose pictures have two labels', () => {
    expect(copyTable(data)).toEqual([
      { name: 'identical in training, validation', groups: 2, bothLabels: 0 },
      { name: 'near-identical in training, test', groups: 1, bothLabels: 1 },
    ]);
    expect(copyTable({ ...data, copies: [] })).toEqual([]);
  });
});
