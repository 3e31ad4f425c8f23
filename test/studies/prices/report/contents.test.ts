import { describe, expect, it } from 'vitest';
import { notebooks } from '../../../../lib/studies/prices/notebooks';
import { cardFiles } from '../../../../lib/studies/prices/report/cards';
import { indexPage } from '../../../../lib/studies/prices/report/contents';

const text = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('indexPage', () => {
  it('says "not run" for every figure that is missing, and links nothing that is not there', () => {
    const html = indexPage({}, []);
    expect(text(html)).toContain('Test prediction: not run.');
    expect(html.match(/not run<\/span>/g)).toHaveLength(notebooks.length);
    expect(html).not.toContain('<a ');
    expect(text(html)).not.toMatch(/undefined|NaN|null/);
  });

  it('gives the answer, the baselines, the facts and the links of a full run', () => {
    const html = indexPage(
      {
        'rows.read': 302,
        'rows.kept': 297,
        'test.game.mae_cents': 588.2,
        'test.game.mae_cents.low': 500,
        'test.game.mae_cents.high': 650,
        'original.game.mae_cents': 690,
        'target.kind': 'hurdle',
        'target.setting': 'auto',
        'test.image.mae_cents': 612.4,
        'baseline.median.mae_cents': 701,
        'test.game.r2_log': 0.23114,
        'weights.name': 'random',
        'warning.weights': 'Random <weights>.',
        'seconds.06-model': 62,
      },
      notebooks,
      cardFiles,
    );
    const words = text(html);
    expect(words).toContain('off by €5.88 on average (95% interval €5.00 to €6.50), 16.1% less than');
    expect(words).toContain('all pictures of a game €5.88 €5.00 to €6.50');
    expect(words).toContain('The original&#39;s setting €6.90');
    expect(words).toContain('hurdle, chosen by validation games');
    for (const { file } of cardFiles) expect(html).toContain(`href="${file}"`);
    expect(words).toContain('0.231');
    expect(words).toContain('€7.01');
    expect(words).toContain('302, 297 kept');
    expect(words).toContain('1 min 2 s');
    expect(words).toContain('Random &lt;weights&gt;.');
    for (const { name } of notebooks) expect(html).toContain(`href="${name}.html"`);
  });

  it('has every warning at the top, each once, before anything else but the title', () => {
    const html = indexPage(
      {
        'warning.near_identical': 'A near-identical picture is in more than one part.',
        'warning.collapse': 'The predictions have collapsed to one value.',
        'warning.improbable': 'The predictions are too good to be true.',
        'warning.backend': 'The predictions have collapsed to one value.',
        'warning.weights': null,
        'leaks.near_identical': 'not a warning',
      },
      notebooks,
    );
    const top = html.slice(0, html.indexOf('rp-answer"'));
    expect(top.match(/role="alert"/g)).toHaveLength(3);
    for (const words of ['near-identical', 'have collapsed', 'too good to be true'])
      expect(top).toContain(words);
    expect(html.match(/role="alert"/g)).toHaveLength(3);
  });

  it('shows how far a perfect reader gets where that is known, and no such row where it is not', () => {
    const row = 'A perfect reader of the pictures';
    const known = text(indexPage({ 'baseline.perfect_reader.mae_cents': 404 }, []));
    expect(known).toContain(`${row} €4.04`);
    expect(text(indexPage({ 'baseline.median.mae_cents': 701 }, []))).not.toContain(row);
  });

  it('does not call a model better that is worse than the median', () => {
    const html = indexPage({ 'test.game.mae_cents': 800, 'baseline.median.mae_cents': 700 }, []);
    expect(text(html)).toContain('14.3% more than when every game is given the median price');
  });

  it('asks for nothing outside itself', () => {
    expect(indexPage({}, notebooks)).not.toMatch(/https?:|<script|<link|url\(/);
  });
});
