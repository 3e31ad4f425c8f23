import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatInterval,
  formatNumber,
  formatPercent,
  formatRate,
  formatSeconds,
  formatValue,
} from '../../lib/report/format';

describe('number formats', () => {
  it.each([
    [formatCount(14_682), '14,682'],
    [formatPercent(0.99822), '99.8%'],
    [formatPercent(-0.05), '−5.0%'],
    [formatPercent(0.5, 0), '50%'],
    [formatNumber(0.23114), '0.231'],
    [formatNumber(12), '12'],
    [formatNumber(0), '0'],
    [formatNumber(0.0005), '0.0005'],
    [formatNumber(0.00234), '0.0023'],
    [formatNumber(0.005), '0.005'],
    [formatNumber(-1234.5), '−1,235'],
    [formatNumber(0.000021), '2.1e−5'],
    [formatSeconds(0.0042), '4.2 ms'],
    [formatSeconds(0.42), '0.42 s'],
    [formatSeconds(0.9999), '1.0 s'],
    [formatSeconds(9.96), '10 s'],
    [formatSeconds(59.6), '1 min 0 s'],
    [formatSeconds(200), '3 min 20 s'],
    [formatSeconds(3600), '1 h 0 min'],
    [formatSeconds(3900), '1 h 5 min'],
    [formatBytes(512), '512 B'],
    [formatBytes(1500), '1.5 kB'],
    [formatBytes(999_960), '1.0 MB'],
    [formatBytes(2.03e10), '20.3 GB'],
    [formatRate(1240), '1,240/s'],
    [formatRate(8.31), '8.3/s'],
    [formatValue(true), 'yes'],
    [formatInterval({ estimate: 3, low: 2, high: 4, resamples: 2000 }, formatCount), '3 (2 to 4)'],
    [
      formatInterval({ estimate: 3, low: 3, high: 3, resamples: 0 }, formatCount),
      '3 (of one only, no interval)',
    ],
  ])('writes %s', (written, expected) => {
    expect(written).toBe(expected);
  });

  it('writes a dash where there is no number', () => {
    for (const format of [formatCount, formatPercent, formatSeconds, formatBytes]) {
      for (const nothing of [null, undefined, NaN, Infinity]) expect(format(nothing)).toBe('–');
    }
    expect(formatValue(null)).toBe('–');
  });

  it('never writes a minus before a zero, nor a hyphen for a minus', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), (value) => {
        for (const text of [formatNumber(value), formatPercent(value)]) {
          expect(text).not.toContain('-');
          if (text.includes('−') && !text.includes('e')) expect(text).toMatch(/[1-9]/);
        }
      }),
    );
  });
});
