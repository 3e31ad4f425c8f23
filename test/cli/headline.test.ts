import { describe, expect, it } from 'vitest';
import { headline } from '../../lib/cli/headline';

const all = {
  'rows.read': 15_000,
  'rows.kept': 14_682,
  'images.read': 128_000,
  'images.unreadable': 0,
  'split.test.games': 60,
  'split.test.images': 480,
  'test.game.mae_cents': 812.4,
  'baseline.median.mae_cents': 1000,
  'test.image.mae_cents': 905,
  'test.game.mae_cents.low': 700,
  'test.game.mae_cents.high': 931,
  'test.game.minus_median.mae_cents.low': -260,
  'test.game.minus_median.mae_cents.high': 12,
  'intervals.confidence': 0.9,
  'test.coverage': 0.9333,
  'test.game.r2_log': 0.35149,
  'target.kind': 'hurdle',
  'weights.name': 'keras',
  backend: 'tensorflow',
  'run.key': 'abc',
};

describe('headline', () => {
  it('shows each figure in its unit, one to a line', () => {
    expect(headline(all).split('\n')).toEqual([
      '  rows                  15,000 read, 14,682 kept',
      '  images                128,000 read, 0 unreadable',
      '  test games            60 with 480 images',
      '  error per game        €8.12 on average; €10.00 when every game is given the median price',
      '    interval            €7.00 to €9.31 (95%)',
      '    minus the median’s  −€2.60 to €0.12 (95%)',
      '  error per image       €9.05',
      '  R² of log prices      0.351',
      '  prediction intervals  made for 90% of the prices, hold 93.3% of those of the test games',
      '  target                hurdle',
      '  weights               keras',
      '  backend               tensorflow',
    ]);
  });

  it('shows a figure of zero and one below zero', () => {
    expect(headline({ 'test.game.r2_log': -0.0421 })).toBe('  R² of log prices      -0.042');
    expect(headline({ 'test.image.mae_cents': 0 })).toBe('  error per image       €0.00');
  });

  it('leaves a line out when one of its figures is missing or not a number', () => {
    expect(headline({ 'rows.read': 3, backend: 'wasm' })).toBe('  backend               wasm');
    expect(headline({ ...all, 'rows.read': null, 'images.read': 'many' })).not.toMatch(/rows|images {2,}/);
  });

  it('says so when there is no figure at all', () => {
    expect(headline({})).toBe('  (no headline figures in this run)');
    expect(headline({ 'run.key': 'abc', backend: 7 })).toBe('  (no headline figures in this run)');
  });
});
