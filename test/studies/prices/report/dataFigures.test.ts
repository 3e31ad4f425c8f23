import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Selection } from '../../../../lib/studies/prices/games';
import { dataFigures } from '../../../../lib/studies/prices/report/dataFigures';
import { cents } from '../../../../lib/studies/prices/units';
import { temporaryFolder } from '../../../temporary';

it('figures of the data say where they come from, what the parts hold and what they have in common', async () => {
  const folder = path.join(temporaryFolder(), 'games');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'about.json'), '{ "origin": "The shop." }');
  const selection = {
    folder,
    generated: false,
    kept: [0, 499, 1001].map((price, i) => ({ id: String(i), price: cents(price), title: '' })),
    split: { training: ['0'], validation: ['1'], test: ['2'] },
  } as unknown as Selection; // what is read of it
  const dealt = {
    rows: { training: [0, 1], validation: [2], test: [3, 4, 5] },
    leaks: { items: [], pictures: [{ hash: 'a', files: [], parts: [] }] },
    withheld: [7, 8],
  };
  expect(await dataFigures(selection, dealt as unknown as Parameters<typeof dataFigures>[1])).toEqual({
    'data.origin': 'The shop.',
    'data.licence': null,
    'prices.mean_cents': 500,
    'prices.median_cents': 499,
    'prices.max_cents': 1001,
    'prices.free_share': 1 / 3,
    'leaks.items': 0,
    'leaks.identical': 1,
    'leaks.withheld': 2,
    'split.training.games': 1,
    'split.training.images': 2,
    'split.validation.games': 1,
    'split.validation.images': 1,
    'split.test.games': 1,
    'split.test.images': 3,
  });
});
