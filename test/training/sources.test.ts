import { expect, it } from 'vitest';
import { rowsOf } from '../../lib/training/sources';
import { learnable } from './learnable';

it('takes rows of a source, some more than once, under a key of its own', async () => {
  const source = learnable(5, 'rows');
  const some = rowsOf(source, [4, 0, 4]);
  expect([some.count, some.shape]).toEqual([3, source.shape]);
  expect(await some.read([2, 1], 1)).toEqual(await source.read([4, 0], 1));
  expect(new Set([source.key, some.key, rowsOf(source, [4, 0]).key]).size).toBe(3);
});
