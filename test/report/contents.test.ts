import { describe, expect, it } from 'vitest';
import { notebooks } from '../../lib/notebooks';
import { indexPage } from '../../lib/report/contents';

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
        'test.image.mae_cents': 612.4,
        'baseline.median.mae_cents': 701,
        'test.game.r2_log': 0.23114,
        'weights.name': 'random',
        'warning.weights': 'Random <weights>.',
        'seconds.06-model': 62,
      },
      notebooks,
    );
    const words = text(html);
    expect(words).toContain('off by €5.88 on average, 16.1% less than');
    expect(words).toContain('0.231');
    expect(words).toContain('€7.01');
    expect(words).toContain('302, 297 kept');
    expect(words).toContain('1 min 2 s');
    expect(words).toContain('Random &lt;weights&gt;.');
    for (const { name } of notebooks) expect(html).toContain(`href="${name}.html"`);
  });

  it('does not call a model better that is worse than the median', () => {
    const html = indexPage({ 'test.game.mae_cents': 800, 'baseline.median.mae_cents': 700 }, []);
    expect(text(html)).toContain('14.3% more than when every game is given the median price');
  });

  it('asks for nothing outside itself', () => {
    expect(indexPage({}, notebooks)).not.toMatch(/https?:|<script|<link|url\(/);
  });
});
