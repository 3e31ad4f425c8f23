import { describe, expect, it } from 'vitest';
import { cardMarkdown, MISSING } from '../../../lib/report/card';
import type { Card } from '../../../lib/report/study';
import { priceCards } from '../../../lib/studies/prices/cards';

const namesIn = ({ sections }: Card): string[] =>
  Object.values(sections)
    .flat()
    .flatMap((line) => (typeof line === 'string' || 'counts' in line || 'warnings' in line ? [] : line[1]));
const names = priceCards.flatMap(namesIn);

describe.each(priceCards.map((card) => [card.file, card] as const))('%s', (_file, card) => {
  const results = Object.fromEntries([...new Set(names)].map((name, i) => [name, 0.101 + i]));

  it('has no figure that is none, whether the run has left all or nothing', () => {
    expect(cardMarkdown(card, results)).not.toMatch(/undefined|NaN|null|not recorded/);
    expect(cardMarkdown(card, {})).not.toMatch(/undefined|NaN|null/);
    expect(cardMarkdown(card, {})).toContain(MISSING);
  });

  it('changes with every figure that it is made of', () => {
    for (const name of namesIn(card)) {
      expect(cardMarkdown(card, { ...results, [name]: 77_000 }), name).not.toBe(cardMarkdown(card, results));
    }
  });
});

it('generated data are called so', () => {
  const [data] = priceCards;
  expect(cardMarkdown(data!, { 'data.name': 'generated sample' })).toContain('drawn by the project itself');
});
