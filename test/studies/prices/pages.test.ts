import { describe, expect, it } from 'vitest';
import { studyIndex } from '../../../lib/report/frontPage';
import { unfavourable } from '../../../lib/report/unfavourable';
import { pricePages } from '../../../lib/studies/prices/pages';

const text = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('the answer', () => {
  it('is not there without the figures it needs', () => {
    expect(pricePages.answer({ 'test.game.mae_cents': 588.2 })).toBeNull();
  });

  it('gives the error with its interval, beside that of the median price', () => {
    const answer = pricePages.answer({
      'test.game.mae_cents': 588.2,
      'test.game.mae_cents.low': 500,
      'test.game.mae_cents.high': 650,
      'baseline.median.mae_cents': 701,
    });
    expect(answer).toContain(
      'off by **€5.88** on average (chance leaves open €5.00 to €6.50), 16.1% less than',
    );
  });

  it('does not call a model better that is worse than the median', () => {
    const answer = pricePages.answer({ 'test.game.mae_cents': 800, 'baseline.median.mae_cents': 700 });
    expect(answer).toContain(
      '14.3% more than when every game is given the median price: the model reads no price',
    );
  });
});

describe('what speaks against the model', () => {
  it('tells how much of the prices themselves is explained, where the logarithms sound better', () => {
    const results = { 'test.game.mae_cents': 588, 'test.game.r2': -0.1, 'test.game.r2_log': 0.6 };
    expect(unfavourable(pricePages, results).join(' ')).toMatch(/explains 0\.0% of how prices.* 60\.0%/);
  });
});

describe('the front page', () => {
  it('shows errors and facts in their units', () => {
    const words = text(
      studyIndex(
        pricePages,
        {
          'test.game.mae_cents': 588.2,
          'original.game.mae_cents': 690,
          'rows.read': 302,
          'rows.kept': 297,
          'target.kind': 'hurdle',
          'target.setting': 'auto',
        },
        [],
      ),
    );
    expect(words).toContain('all pictures of a game €5.88');
    expect(words).toContain('The original&#39;s setting €6.90');
    expect(words).toContain('302, 297 kept');
    expect(words).toContain('hurdle, chosen by validation games');
  });

  it('shows how far a perfect reader gets where that is known, and no such row where it is not', () => {
    const row = 'A perfect reader of the pictures';
    expect(text(studyIndex(pricePages, { 'baseline.perfect_reader.mae_cents': 404 }, []))).toContain(
      `${row} €4.04`,
    );
    expect(text(studyIndex(pricePages, { 'baseline.median.mae_cents': 701 }, []))).not.toContain(row);
  });
});
