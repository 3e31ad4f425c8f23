import { expect, it } from 'vitest';
import { priceSummary } from '../../../../lib/studies/prices/report/priceSummary';

it('prices are counted and summarised by group, in the order of the groups', () => {
  const frame = priceSummary([
    { name: 'training', values: [0, 100, 500, 1000] },
    { name: 'test', values: [499] },
  ]);
  expect(frame.columns).toEqual([
    'group',
    'price_count',
    'price_mean',
    'price_median',
    'price_min',
    'price_max',
  ]);
  expect(frame.values).toEqual([
    ['training', 4, 400, 300, 0, 1000],
    ['test', 1, 499, 499, 499, 499],
  ]);
});
