import { describe, expect, it } from 'vitest';
import { cardMarkdown, MISSING, markdownText } from '../../lib/report/card';
import type { Card } from '../../lib/report/study';

const card: Card = {
  file: 'card.md',
  title: 'Data card',
  about: 'what the data are',
  needs: 'rows.read',
  sections: {
    Rows: [
      'As they were read.',
      ['Read', ['rows.read']],
      ['Seed', ['seed'], (seed) => `${seed}`],
      ['Both', ['rows.read', 'rows.kept'], (read, kept) => `${read} | ${kept}`],
    ],
    Dropped: [{ counts: 'rows.dropped.' }],
    Limits: [{ warnings: true }],
  },
};

describe('a card', () => {
  it('says what the results say, and names what they do not', () => {
    const results = {
      'rows.read': 12,
      'rows.kept': 9,
      'rows.dropped.no_price': 1200,
      'rows.dropped.twice': 2,
      'warning.few': 'Few *rows*.',
    };
    expect(cardMarkdown(card, results)).toBe(
      `# Data card

## Rows

As they were read.

- Read: 12
- Seed: ${MISSING}
- Both: 12 \\| 9

## Dropped

- no\\_price: 1,200
- twice: 2

## Limits

- Few \\*rows\\*.
`,
    );
  });

  it('says so when nothing was dropped and nothing warned of', () => {
    const text = cardMarkdown(card, { 'rows.read': 12 });
    expect(text).toContain('## Dropped\n\n- none');
    expect(text).toContain('## Limits\n\n- none');
  });
});

it('text from the data is shown as it is written', () => {
  expect(markdownText('a|b <i>*x*_y_</i>\n# `z` & [q](r)')).toBe(
    'a\\|b \\<i\\>\\*x\\*\\_y\\_\\</i\\> \\# \\`z\\` &amp; \\[q\\](r)',
  );
});
